"""The invariants at the end of the protocol, one function each, named after its line there."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import String, select
from sqlalchemy.orm import Session

from server.db import Model
from server.records.models import Conflict, Record, RecordVersion
from server.sync.models import InboxEdit
from tests.torture import plain
from tests.torture.phone import Profile
from tests.torture.wire import FORGER, Finished, Ledger, canonical

UNPUBLISHED = ("campaign", "card")  # the same for every school; they come from a file, not from people
Key = tuple[str, str]
Json = dict[str, Any]


def every_finished_edit_is_in_an_outbox_or_in_the_inbox(
    session: Session, ledger: Ledger, profiles: Iterable[Profile], epoch: str
) -> None:
    """No loss, at every step. A sent log counts only until its phone has seen that a backup was put back."""
    inbox = {(row.staff_id, row.body) for row in session.execute(select(InboxEdit.staff_id, InboxEdit.body))}
    erased = select(InboxEdit.staff_id, InboxEdit.edit_id).where(InboxEdit.status == "erased")
    gone = {(row.staff_id, row.edit_id) for row in session.execute(erased)}
    phones = set()
    for each in profiles:
        phones |= {(each.name, edit_id) for edit_id in each.outbox.edits | each.outbox.parked}
        if each.outbox.epoch != epoch:
            phones |= {(each.name, edit_id) for edit_id in each.outbox.sent}
    for each in ledger.finished:
        key = (each.profile, each.edit["id"])
        kept = (each.staff, canonical(each.edit)) in inbox or (each.staff, each.edit["id"]) in gone or key in phones
        assert kept or canonical(each.edit) in ledger.forgotten, f"lost: {repr(each)[:900]}"


def everything_but_the_poisoned_edit_reached_custody(profiles: Iterable[Profile]) -> None:
    """With the network healed, nothing waits any more, and no row was missed on the way."""
    for profile in profiles:
        assert not profile.outbox.edits, f"{profile.name} still has {list(profile.outbox.edits)}"
        assert profile.mismatches == [], f"{profile.name} missed rows: {profile.mismatches}"


def one_id_has_one_effect(session: Session) -> None:
    """No duplicate: an edit made at most one version of a record. (That answers stay equal: `Ledger.hear`.)"""
    seen: set[tuple[str, str, str]] = set()
    rows = select(RecordVersion.edit_id, RecordVersion.kind, RecordVersion.record_id)
    for key in session.execute(rows.where(RecordVersion.edit_id.is_not(None), RecordVersion.kind != "conflict")):
        assert tuple(key) not in seen, f"applied twice: {key}"
        seen.add(tuple(key))


def every_value_is_in_the_record_its_versions_or_a_conflict(session: Session, ledger: Ledger) -> None:
    """What was applied can be found; what was not is whole in the inbox with a status that says so."""
    status = {(row.staff_id, row.body): row.status for row in session.scalars(select(InboxEdit))}
    kept = _kept_values(session)
    for each in ledger.finished:
        if status.get((each.staff, canonical(each.edit))) not in ("applied", "conflict"):
            continue
        for field, value in _values(each):
            if field == "student_id" and each.visit in ledger.put_right:
                continue
            if field == "also_for" and value in ledger.erased:
                continue  # the visit of a brother or sister tells of them no more
            assert (field, _text(value)) in kept, f"{field} = {value!r} of {each.edit} is nowhere"


def _values(finished: Finished) -> Iterator[tuple[str, Any]]:
    for field, change in finished.edit["changes"].items():
        if change["new"] not in (None, "", []) and field != "visit_id":  # it follows a merged visit
            yield field, change["new"]
    for field, members in finished.edit["members"].items():
        yield from ((field, each) for each in members["add"])


def _kept_values(session: Session) -> set[tuple[str, str]]:
    """Collect every (field, value) and (set, element) that the store can still show a person."""
    conflicts = {conflict.id: conflict for conflict in session.scalars(select(Conflict))}
    found: list[tuple[str, Any]] = []
    for record in session.scalars(select(Record)):
        found += record.fields.items()
    for version in session.scalars(select(RecordVersion)):
        values = [*version.before.items(), *version.after.items()]
        if version.kind == "conflict":  # its parts are the two sides of one field and the decision
            values = [(conflicts[version.record_id].field, _side(side)) for _name, side in values]
        found += values
    for conflict in conflicts.values():
        sides = (conflict.base, _side(conflict.head), _side(conflict.alternative), _side(conflict.decision))
        found += [(conflict.field, side) for side in sides]
    return {(field, _text(part)) for field, value in found for part in _parts(value)}


def _side(side: Any) -> Any:
    return side.get("value") if isinstance(side, dict) else None


def _parts(value: Any) -> list[Any]:
    return [value, *value] if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def no_words_are_silently_replaced(session: Session, ledger: Ledger) -> None:
    """An edit replaces only what its writer had seen; anything else must have become a conflict."""
    edit_of = {each.edit["id"]: each.edit for each in ledger.finished if each.profile != FORGER}
    for version in session.scalars(select(RecordVersion).where(RecordVersion.kind != "conflict")):
        edit = edit_of.get(version.edit_id or "")
        if edit is None or edit["op"] != "edit":
            continue
        for field, before in version.before.items():
            change = edit["changes"].get(field)
            seen = (change["old"], change["new"]) if change else (before,)
            assert any(before == each or not (before or each) for each in seen), f"{field}: {before!r} fell to {edit}"


def edits_of_one_record_from_one_phone_apply_in_order(session: Session, ledger: Ledger) -> None:
    """The versions of a record follow the order in which each phone wrote its edits."""
    rows = session.scalars(select(RecordVersion).where(RecordVersion.edit_id.is_not(None)))
    rev_of = {(row.kind, row.record_id, row.edit_id): row.rev for row in rows}
    last: dict[tuple[str, str], int] = {}
    for each in (each for each in ledger.finished if each.profile != FORGER):
        kind, _, name = each.edit["record"].partition(":")
        rev = rev_of.get((kind, name, each.edit["id"]))
        if rev is not None and each.edit["op"] == "edit":
            assert rev > last.get((each.profile, each.edit["record"]), 0), f"out of order: {each.edit}"
            last[each.profile, each.edit["record"]] = rev


def phones_agree_with_each_other_and_with_a_plain_query(session: Session, profiles: Iterable[Profile]) -> None:
    """Equal scopes are equal to the last byte, and hold what the tables say; looked at as pulled, not pulled afresh."""
    first: dict[str, dict[Key, Json]] = {}
    for profile in profiles:
        for scope, rows in profile.records.rows.items():
            assert rows == first.setdefault(scope, rows), f"{scope} differs on {profile.name}"
    for scope, rows in first.items():
        held = {key for key in rows if key[0] not in UNPUBLISHED}
        wanted = plain.keys_of(session, scope)
        assert held == wanted, f"{scope}: too many {held - wanted}, missing {wanted - held}"
        for row in rows.values():
            _row_is_current(session, row)


def _row_is_current(session: Session, row: Json) -> None:
    record = session.get(Record, (row["kind"], row["id"]))
    if record is None:
        return
    assert row["rev"] == record.rev, f"stale: {row}"
    if record.state == "merged":
        assert row["row"].get("merged_into") == record.merged_into
        return
    for field, value in record.fields.items():
        shown = row["row"].get(field)
        assert shown == value or (shown in (None, "", []) and value in (None, "", [])), f"{field} differs: {row}"


def no_row_is_outside_the_held_scopes(session: Session, profiles: Iterable[Profile]) -> None:
    """After the next pull a phone holds its person's scopes and nothing else."""
    for profile in profiles:
        held = plain.scopes_of(session, profile.staff, profile.device)
        assert set(profile.records.cursors) <= held, f"{profile.name} still reads {profile.records.cursors}"
        assert {scope for scope, rows in profile.records.rows.items() if rows} <= held


def conflicts_close_only_by_a_recorded_decision(session: Session) -> None:
    """A settled conflict names who settled it, and the `resolve` that did, with its words in view, is in the inbox."""
    for conflict in session.scalars(select(Conflict).where(Conflict.status == "settled")):
        decision = conflict.decision or {}
        found = select(InboxEdit).where(InboxEdit.edit_id == decision.get("edit"), InboxEdit.op == "resolve")
        assert conflict.settled_by, f"settled by nobody: {conflict.id}"
        said = session.scalars(found).all()
        assert said, f"settled without a decision: {conflict.id}"
        seen = [json.loads(each.body)["args"].get("seen_alternative") for each in said if each.body]
        unseen = seen and not {None, conflict.alternative.get("edit")}.intersection(seen)
        assert not unseen, f"settled over words that nobody looked at: {conflict.id}"


def erased_stays_erased(session: Session, ledger: Ledger, profiles: Iterable[Profile]) -> None:
    """No word about an erased family is left in any table, nor on any phone that has heard of it.

    And no visit of a brother or sister names an erased child, or ever did.
    """
    for version in session.scalars(select(RecordVersion).where(RecordVersion.kind == "visit")):
        named = {*(version.before.get("also_for") or []), *(version.after.get("also_for") or [])}
        assert not named & ledger.erased, f"{named} are told of in {version.record_id}, and were erased"
    for record in session.scalars(select(Record).where(Record.kind == "visit")):
        named = set(record.fields.get("also_for") or [])
        assert not named & ledger.erased, f"{named} are told of in {record.id}, and were erased"
    places = [(profile.name, _text_of_phone(profile)) for profile in profiles]
    places.append(("the store", text_of_store(session)))
    for each in ledger.finished:
        if _family_of(session, ledger, each) not in ledger.erased:
            continue
        for _field, value in _values(each):
            for place, text in places:
                at = text.find(value) if isinstance(value, str) and "话" in value else -1
                assert at < 0, f"{value} is in {place}: {text[max(0, at - 900) : at + 500]}"


def _family_of(session: Session, ledger: Ledger, finished: Finished) -> str | None:
    """Tell whose family an edit is about: where the office put it right, that is what the record says."""
    record = session.get(Record, ("visit", finished.visit)) if finished.visit in ledger.put_right else None
    return record.student_id if record else finished.student


def _text_of_phone(profile: Profile) -> str:
    sent = [each.edit for each in profile.outbox.sent.values()]
    rows = [row for rows in profile.records.rows.values() for row in rows.values()]
    return _text([sent, rows])


def text_of_store(session: Session, but: frozenset[str] = frozenset()) -> str:
    """Write every text of every table (but some) as one text: what a thief of the file would read."""
    parts: list[str] = []
    for table in sorted(Model.metadata.tables.values(), key=lambda each: each.name):
        if table.name not in but:
            columns = [column for column in table.columns if isinstance(column.type, String) or column.type.python_type]
            parts += sorted(str(tuple(row)) for row in session.execute(select(*columns)))
    return "\n".join(parts)
