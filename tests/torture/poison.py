"""Edits that cannot be applied: from another house, of another time, forged, or too large."""

from typing import Any

from tests.server.world import World
from tests.torture.phone import Profile
from tests.torture.wire import Ledger

POISONS = ("foreign_class", "unknown_op", "unknown_version", "unknown_field", "wrong_type", "orphan", "too_large")
FORGERIES = ("reused", "stolen", "unreadable")
MADE_AT = "2026-09-30T19:58:11+08:00"
Json = dict[str, Any]


def write_poison(profile: Profile, kind: str, ledger: Ledger, world: World) -> Json:
    """Write a poisoned edit to a phone's outbox, as an old, new or broken app would."""
    word = ledger.word()
    student = world.students["2/0/0"] if kind == "foreign_class" else world.students["1/0/0"]
    new: Json = {"student_id": student, "visit_date": "2026-09-30", "at_home": word}
    new |= {"unknown_field": {"x_from_the_future": word}, "wrong_type": {"strengths": [7]}}.get(kind, {})
    new |= {"too_large": {"at_home": word * 25_000}}.get(kind, {})
    changes = {name: {"old": None, "new": value} for name, value in new.items()}
    extra: Json = {"unknown_version": {"v": 99}, "orphan": {"after": profile.new_id()}}.get(kind, {})
    op = "shred" if kind == "unknown_op" else "edit"
    return profile.put(f"visit:{profile.new_id()}", op, MADE_AT, changes=changes, **extra)


def forge(kind: str, profile: Profile, victim: Json, ledger: Ledger) -> list[Json]:
    """Make a batch that no honest phone would send: another edit under a used id, or one without a readable id."""
    twisted = victim | {"changes": {**victim["changes"], "at_school": {"old": None, "new": ledger.word()}}}
    if kind == "unreadable":
        return [twisted | {"id": profile.new_id()}, twisted | {"id": 7}]
    return [twisted]
