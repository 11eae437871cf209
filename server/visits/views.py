"""What a phone asks about a record beside the rounds: how it became what it is."""

from collections.abc import Collection, Iterable, Sequence
from heapq import merge
from typing import Any

from flask_smorest import Blueprint

from server.accounts.access import Read, log_reads
from server.db import reading
from server.errors import NotFound
from server.records.edits import Ref
from server.records.models import Record
from server.times import on_the_wire
from server.visits.chronicle import Told, told_to
from server.visits.history import T, Version
from server.visits.kinds import KINDS
from server.visits.schemas import HistoryAnswer
from server.visits.settlements import Settlement
from server.visits.withheld import shown_fields
from server.web import current_actor, needs

bp = Blueprint("visits", __name__, url_prefix="/api/v1", description="The history of a record.")

MOST_VERSIONS = 200  # a record that changed more often shows its newest


@bp.get("/records/<kind>/<record_id>/history")
@bp.response(200, HistoryAnswer)
@bp.alt_response(404, description="No such record, or none that this person may read.")
@needs("history.read")
def history(kind: str, record_id: str) -> dict[str, Any]:
    """Tell who changed what in a record, and when. Logged as a read of the record."""
    actor = current_actor()
    with reading() as session:
        record = session.get(Record, (kind, record_id)) if kind in KINDS else None
        told = told_to(session, actor, record) if record else []
    if not told:
        raise NotFound
    merges = {each.merged_by for each in told}
    versions = _newest_first([(each, one) for one in each.versions] for each in told)
    settled = _newest_first([(each, one) for one in each.settled] for each in told)
    shown = versions[:MOST_VERSIONS]
    decided = settled[:MOST_VERSIONS]
    log_reads(actor, "history", _reads(told, shown, {each.ref for each, _ in decided}))
    return {
        "versions": [_on_the_wire(told[0], *each, merges) for each in shown],
        "settled": [_settled(told[0], *each) for each in decided],
        "more": len(versions) > len(shown) or any(each.left_out for each in told),
    }


def _newest_first(oldest_first: Iterable[Sequence[tuple[Told, T]]]) -> list[tuple[Told, T]]:
    """Put what several records tell into one line of time; what one of them tells keeps its own order."""
    return list(merge(*(each[::-1] for each in oldest_first), key=lambda each: each[1].at, reverse=True))


def _reads(told: Sequence[Told], shown: Sequence[tuple[Told, Version]], decided: Collection[Ref]) -> list[Read]:
    """Name the records that were read: the one that was asked for, and those of which a version or a settlement is told."""
    rows = {each.ref: sum(whose is each for whose, _ in shown) for each in told}
    return [Read(str(ref), count) for ref, count in rows.items() if count or ref in decided or ref == told[0].ref]


def _merged_from(own: Told, told: Told) -> str | None:
    return None if told is own else told.ref.id


def _on_the_wire(own: Told, told: Told, version: Version, merges: Collection[str | None]) -> dict[str, Any]:
    changes = shown_fields(told.ref.kind, version.changes, told.standing)
    return {
        "merged_from": _merged_from(own, told),
        "merges": version.edit is not None and version.edit in merges,
        "rev": version.rev,
        "at": on_the_wire(version.at),
        "by": version.by,
        "changes": [{"field": name, "old": old, "new": new} for name, (old, new) in changes.items()],
    }


def _settled(own: Told, told: Told, each: Settlement) -> dict[str, Any]:
    return {
        "merged_from": _merged_from(own, told),
        "id": each.id,
        "at": on_the_wire(each.at),
        "by": each.by,
        "field": each.field,
        "kept": each.kept,
        "left": [{"value": side.value, "by": side.by} for side in each.left],
    }
