"""Mistakes that somebody could make in server or phone, put in on purpose: the machine must notice each of them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from server.merge.fields import Change, Merged, put
from server.sync import inbox, push
from server.visits import merging, moving, rules, service
from tests.torture.house import House
from tests.torture.phone import Profile
from tests.torture.stores import Json, Records

Mutant = Callable[[pytest.MonkeyPatch, House], None]


def acknowledge_before_the_commit(patch: pytest.MonkeyPatch, _house: House) -> None:
    """The server promises custody of edits that it only means to store."""

    def promise(_actor: Any, edits: list[Json], _note: Any) -> list[Json]:
        told = {"status": "held", "custody": True, "rev": None, "conflicts": [], "replayed": False}
        return [{"id": edit["id"], **told} for edit in edits]

    patch.setattr(push, "take", promise)


def let_the_last_writer_win(patch: pytest.MonkeyPatch, _house: House) -> None:
    """The server takes every new value, whatever its writer had seen."""

    def overwrite(current: Mapping[str, Any], changes: Mapping[str, Change], _once: Any = ()) -> Merged:
        values = dict(current)
        for field, change in changes.items():
            put(values, field, change.new)
        return Merged(values, ())

    patch.setattr(service, "merge_fields", overwrite)


def move_the_cursor_before_the_rows(patch: pytest.MonkeyPatch, _house: House) -> None:
    """The phone writes its cursor in one transaction and the rows in the next."""
    whole = Profile.take_page

    def halves(self: Profile, scope: str, state: Json, rows: list[Json]) -> None:
        before, self.records.cursors[scope] = self.records.cursors.get(scope), state["cursor"]
        self.step()
        if before is None:
            del self.records.cursors[scope]
        else:
            self.records.cursors[scope] = before
        whole(self, scope, state, rows)

    patch.setattr(Profile, "take_page", halves)


def drop_removals(patch: pytest.MonkeyPatch, house: House) -> None:
    """The feed forgets to tell an audience that a record has left it."""
    stamp = house.app.extensions["jiafang.stamp"]

    def forgetful(session: Any, changes: list[Any]) -> None:
        for change in changes:
            object.__setattr__(change, "removed_from", ())
        stamp(session, changes)

    patch.setitem(house.app.extensions, "jiafang.stamp", forgetful)


def take_a_reused_id_for_a_replay(patch: pytest.MonkeyPatch, _house: House) -> None:
    """The server tells edits apart by their id alone: the second one's words fall away."""
    receive = inbox.receive

    def by_id_alone(actor: Any, raw: Json) -> inbox.Received:
        found = receive(actor, raw)
        return inbox.Received(found.id, found.raw, found.body, found.id)

    patch.setattr(inbox, "receive", by_id_alone)


def forget_the_sent_log(patch: pytest.MonkeyPatch, _house: House) -> None:
    """The phone only reads afresh when a backup was put back, and does not send again what the backup lacks."""

    def read_only(self: Profile, epoch: str) -> None:
        self.outbox.epoch, self.records = epoch, Records()

    patch.setattr(Profile, "start_again", read_only)


def believe_a_status(patch: pytest.MonkeyPatch, _house: House) -> None:
    """The phone takes any 200 for custody, even a captive portal's page."""
    take = Profile.take

    def trusting(self: Profile, asked: Json, answer: Any) -> None:
        if answer.status == 200 and answer.json is None:
            for edit in asked["edits"]:
                self.outbox.edits.pop(edit["id"], None)
        take(self, asked, answer)

    patch.setattr(Profile, "take", trusting)


def let_anybody_name_visitors(patch: pytest.MonkeyPatch, _house: House) -> None:
    """A right to write a visit becomes a right to read what the child said: whoever writes names whom they like."""
    patch.setattr(rules, "too_wide", lambda *_: None)


def let_anybody_merge(patch: pytest.MonkeyPatch, _house: House) -> None:
    """Two visits become one by anybody on duty: who was at the one reads what the child said at the other."""
    patch.setattr(merging, "_may_unite", lambda *_: True)


def forget_the_other_childs_class(patch: pytest.MonkeyPatch, _house: House) -> None:
    """A child changes class, and the visits of brothers and sisters that tell of it go on to the old one."""
    lock = moving.lock_family
    patch.setattr(moving, "lock_family", lambda *family: replace(lock(*family), shared=[]))


MUTANTS: Mapping[Mutant, str] = {  # and what the machine must say of each
    acknowledge_before_the_commit: "promised too early",
    let_the_last_writer_win: "fell to",
    move_the_cursor_before_the_rows: "missed rows",
    drop_removals: "too many|missed rows",
    take_a_reused_id_for_a_replay: "lost",
    forget_the_sent_log: "lost",
    believe_a_status: "lost",
    let_anybody_name_visitors: "were let in by",
    let_anybody_merge: "were let in by",
    forget_the_other_childs_class: "too many|missing",
}
