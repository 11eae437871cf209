"""Conflicts as records: opened beside a field, kept in step with it, and closed only by a person's decision."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from server.db import new_id
from server.merge.fields import Clash
from server.merge.values import same
from server.records.edits import Edit, Ref
from server.records.models import Conflict
from server.records.store import RecordState, Work

CONFLICTS = cast("Table", Conflict.__table__)
OPEN, SETTLED = "open", "settled"


@dataclass
class ConflictState:
    """One conflict in memory; `stored_rev` is 0 for one that the database does not have yet."""

    id: str
    school_id: str
    record_kind: str
    record_id: str
    field: str
    base: Any
    head: dict[str, Any]
    alternative: dict[str, Any]
    owner_id: str
    status: str
    settled_by: str | None
    settled_at: datetime | None
    decision: dict[str, Any] | None
    readers: list[str] | None
    rev: int
    created_at: datetime
    stored_rev: int = 0

    @property
    def ref(self) -> Ref:
        """Name the record that the conflict is about."""
        return Ref(self.record_kind, self.record_id)


@dataclass
class Conflicts:
    """The conflicts of the records that one transaction works on."""

    work: Work
    by_id: dict[str, ConflictState] = field(default_factory=dict)
    moved: dict[str, list[Ref]] = field(default_factory=dict)  # conflict: the records it belonged to before

    def load(self, refs: Iterable[Ref], ids: Collection[str] = (), *, settled: bool = False) -> None:
        """Lock the open conflicts of these records, and these by id; the settled ones too if asked for."""
        by_kind: dict[str, list[str]] = {}
        for ref in sorted(set(refs)):
            by_kind.setdefault(ref.kind, []).append(ref.id)
        wanted: list[ColumnElement[bool]] = [
            (CONFLICTS.c.record_kind == kind)
            & CONFLICTS.c.record_id.in_(names)
            & (CONFLICTS.c.status.in_((OPEN, SETTLED) if settled else (OPEN,)))
            for kind, names in by_kind.items()
        ]
        if ids:
            wanted.append(CONFLICTS.c.id.in_(sorted(ids)))
        if not wanted:
            return
        query = select(CONFLICTS).where(or_(*wanted)).order_by(CONFLICTS.c.id).with_for_update()
        for row in self.work.session.execute(query).mappings():
            self.by_id.setdefault(row["id"], ConflictState(**row, stored_rev=row["rev"]))

    def open_of(self, ref: Ref, name: str | None = None) -> list[ConflictState]:
        """Give the open conflicts of a record, or of one of its fields."""
        return [
            each
            for each in self.by_id.values()
            if each.status == OPEN and each.ref == ref and name in (None, each.field)
        ]

    def own(self, record: RecordState, name: str, staff_id: str, value: Any) -> ConflictState | None:
        """Give the person's own open conflict on a field whose alternative is this value."""
        mine = (each for each in self.open_of(record.ref, name) if each.owner_id == staff_id)
        return next((each for each in mine if same(each.alternative["value"], value)), None)

    def open(self, record: RecordState, clash: Clash, edit: Edit, owner_id: str | None = None) -> ConflictState:
        """Keep the value that lost beside the one that others have seen; the same words twice make one conflict."""
        owner = owner_id or edit.staff_id
        if known := self.own(record, clash.field, owner, clash.alternative):
            return known
        rev, by = self.work.last_change(record, clash.field)
        made = ConflictState(
            id=new_id(),
            school_id=record.school_id,
            record_kind=record.kind,
            record_id=record.id,
            field=clash.field,
            base=clash.base,
            head={"value": clash.head, "rev": rev, "by": by},
            alternative=_words(clash.alternative, edit, owner),
            owner_id=owner,
            status=OPEN,
            settled_by=None,
            settled_at=None,
            decision=None,
            readers=None,
            rev=0,
            created_at=self.work.now,
        )
        self.by_id[made.id] = made
        self._grow(made, edit, {}, {"head": made.head, "alternative": made.alternative})
        return made

    def replace_alternative(self, conflict: ConflictState, value: Any, edit: Edit) -> None:
        """Put the author's next words in the place of their last; the versions keep both."""
        before = conflict.alternative
        conflict.alternative = _words(value, edit, conflict.owner_id)
        self._grow(conflict, edit, {"alternative": before}, {"alternative": conflict.alternative})

    def settle(self, conflict: ConflictState, decision: dict[str, Any], edit: Edit) -> None:
        """Close a conflict by a person's decision."""
        conflict.status, conflict.settled_by, conflict.settled_at = SETTLED, edit.staff_id, self.work.now
        conflict.decision = decision
        self._grow(conflict, edit, {"status": OPEN}, {"status": SETTLED, "decision": decision})

    def drop(self, conflict: ConflictState) -> None:
        """Close a conflict about what is gone: nobody decides it any more."""
        conflict.status, conflict.settled_at = SETTLED, self.work.now
        self._grow(conflict, None, {"status": OPEN}, {"status": SETTLED})

    def keep_in_step(self, record: RecordState, names: Collection[str], edit: Edit | None) -> None:
        """Show the present value of changed fields as the head of their open conflicts."""
        for each in self.open_of(record.ref):
            if each.field in names:
                before = each.head
                by = edit.staff_id if edit else None
                each.head = {"value": record.fields.get(each.field), "rev": record.rev, "by": by}
                self._grow(each, edit, {"head": before}, {"head": each.head})

    def move(self, conflict: ConflictState, record: RecordState, edit: Edit) -> None:
        """Take an open conflict along to the record that its own was merged into."""
        self.moved.setdefault(conflict.id, []).append(conflict.ref)
        rev, by = self.work.last_change(record, conflict.field)
        before = {"record": str(conflict.ref), "head": conflict.head}
        conflict.record_kind, conflict.record_id = record.ref
        conflict.head = {"value": record.fields.get(conflict.field), "rev": rev, "by": by}
        self._grow(conflict, edit, before, {"record": str(conflict.ref), "head": conflict.head})

    def _grow(self, conflict: ConflictState, edit: Edit | None, before: dict[str, Any], after: dict[str, Any]) -> None:
        conflict.rev += 1
        self.work.note_version(Ref("conflict", conflict.id), conflict.rev, edit, before, after)

    def changed(self) -> list[ConflictState]:
        """Give the conflicts that are to be written, in the order of their ids."""
        return [each for _, each in sorted(self.by_id.items()) if each.rev != each.stored_rev]

    def write(self) -> None:
        """Write the changed conflicts; the caller notes them for the feed."""
        rows = [(each.stored_rev, _columns(each)) for each in self.changed()]
        fresh = [row for stored, row in rows if not stored]
        known = [{**row, "at_id": row["id"]} for stored, row in rows if stored]
        if fresh:
            self.work.session.execute(insert(CONFLICTS), fresh)
        if known:
            self.work.session.execute(update(CONFLICTS).where(CONFLICTS.c.id == bindparam("at_id")), known)


def conflict_rows(session: Session, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Give the rows of conflicts as phones hold them.

    Returns: {id: {"id", "record": "kind:id", "field", "base", "head": {"value", "rev", "by"}, "alternative": {"value",
    "edit", "by", "made_at"}, "status": open|settled, "owner", "settled_by", "decision": {"choice", "value", "edit"}}}.
    """
    query = select(CONFLICTS).where(CONFLICTS.c.id.in_(ids))
    return {row.id: _wire(row) for row in session.execute(query)}


def _wire(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "record": f"{row.record_kind}:{row.record_id}",
        "field": row.field,
        "base": row.base,
        "head": row.head,
        "alternative": row.alternative,
        "status": row.status,
        "owner": row.owner_id,
        "settled_by": row.settled_by,
        "decision": row.decision,
    }


def _words(value: Any, edit: Edit, owner: str) -> dict[str, Any]:
    return {"value": value, "edit": edit.id, "by": owner, "made_at": edit.made_at}


def _columns(conflict: ConflictState) -> dict[str, Any]:
    columns = asdict(conflict)
    del columns["stored_rev"]
    return columns
