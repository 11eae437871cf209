"""One unit of work on versioned records: load and lock what a batch of edits needs, change it in memory, write it set-wise.

Everything goes by SQLAlchemy Core in a handful of statements, whatever the number of edits: that is what makes a batch
of twenty visits cost little more than twenty bare rows.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, insert, select, tuple_, update
from sqlalchemy.orm import Session

from server.merge.values import same
from server.records.edits import Edit, Ref
from server.records.models import Record, RecordVersion

RECORDS = cast("Table", Record.__table__)
VERSIONS = cast("Table", RecordVersion.__table__)
CHANGEABLE = ("school_id", "class_id", "student_id", "visit_id", "rev", "fields", "state", "merged_into", "updated_at")


@dataclass
class RecordState:
    """One record in memory; `stored_rev` is 0 for one that the database does not have yet."""

    kind: str
    id: str
    school_id: str
    class_id: str | None
    student_id: str | None
    visit_id: str | None
    author_id: str
    rev: int
    fields: dict[str, Any]
    state: str
    merged_into: str | None
    created_at: datetime
    updated_at: datetime
    stored_rev: int = 0

    @property
    def ref(self) -> Ref:
        """Name the record."""
        return Ref(self.kind, self.id)

    @property
    def changed(self) -> bool:
        """Tell whether it differs from what the database holds."""
        return self.rev != self.stored_rev


COLUMNS = tuple(RECORDS.c[each.name] for each in dataclass_fields(RecordState) if each.name != "stored_rev")


@dataclass
class Work:
    """What one transaction has loaded and changed; `finish` of the features writes it."""

    session: Session
    now: datetime
    records: dict[Ref, RecordState | None] = field(default_factory=dict)  # None: looked for, not there
    versions: list[dict[str, Any]] = field(default_factory=list)

    def load(self, refs: Iterable[Ref]) -> None:
        """Lock these records in the order of their names, and those that they were merged into."""
        wanted = sorted(set(refs) - self.records.keys())
        while wanted:
            self.records.update(dict.fromkeys(wanted))
            query = select(*COLUMNS).where(_named(wanted)).order_by(RECORDS.c.kind, RECORDS.c.id).with_for_update()
            found = [_state(row) for row in self.session.execute(query)]
            self.records.update({each.ref: each for each in found})
            into = {Ref(each.kind, each.merged_into) for each in found if each.merged_into}
            wanted = sorted(into - self.records.keys())

    def load_children(self, visit_ids: Collection[str]) -> list[RecordState]:
        """Lock and give what belongs to these visits (private parts, reflections, opinions)."""
        query = (
            select(*COLUMNS)
            .where(RECORDS.c.visit_id.in_(sorted(visit_ids)), RECORDS.c.kind != "visit")
            .order_by(RECORDS.c.kind, RECORDS.c.id)
            .with_for_update()
        )
        for row in self.session.execute(query):
            ref = Ref(row.kind, row.id)
            self.records[ref] = self.records.get(ref) or _state(row)
        return [each for each in self.records.values() if each and each.kind != "visit" and each.visit_id in visit_ids]

    def get(self, ref: Ref) -> RecordState | None:
        """Give a loaded record by its own name, merged or not."""
        return self.records[ref]

    def live(self, ref: Ref) -> RecordState | None:
        """Give the record that this name stands for today: aliases of merged records are followed."""
        found = self.records[ref]
        while found is not None and found.merged_into:
            found = self.records[Ref(found.kind, found.merged_into)]
        return found

    def add(self, record: RecordState) -> None:
        """Take in a record that the database does not have yet."""
        self.records[record.ref] = record

    def change(self, record: RecordState, fields: dict[str, Any], edit: Edit | None, *, by: str | None = None) -> bool:
        """Give a record other fields, with a version of what changed; returns whether anything did.

        `by`: the person of the office who decided it, where no edit says who.
        """
        names = [name for name in {**record.fields, **fields} if not same(record.fields.get(name), fields.get(name))]
        if not names and record.rev:
            return False
        record.rev, record.updated_at = record.rev + 1, self.now
        before = {name: record.fields.get(name) for name in names}
        record.fields = fields
        self.note_version(record.ref, record.rev, edit, before, {name: fields.get(name) for name in names})
        self.versions[-1]["staff_id"] = edit.staff_id if edit else by
        return True

    def note_version(
        self, ref: Ref, rev: int, edit: Edit | None, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        """Keep what one edit replaced, so that nothing is ever replaced silently."""
        self.versions.append(
            {
                "kind": ref.kind,
                "record_id": ref.id,
                "rev": rev,
                "edit_id": edit.id if edit else None,
                "staff_id": edit.staff_id if edit else None,
                "at": self.now,
                "made_at": edit.made_at if edit else None,
                "offset_ms": edit.offset_ms if edit else None,
                "before": before,
                "after": after,
            }
        )

    def last_change(self, record: RecordState, name: str) -> tuple[int, str | None]:
        """Tell at which rev a field got its present value, and by whom; (0, None) if no version says so."""
        for version in reversed(self.versions):
            if (version["kind"], version["record_id"]) == record.ref and name in version["after"]:
                return version["rev"], version["staff_id"]
        query = (
            select(VERSIONS.c.rev, VERSIONS.c.staff_id, VERSIONS.c.after)
            .where(VERSIONS.c.kind == record.kind, VERSIONS.c.record_id == record.id)
            .order_by(VERSIONS.c.rev.desc())
        )
        for rev, staff_id, after in self.session.execute(query):
            if name in after:
                return rev, staff_id
        return 0, None

    def changed_records(self) -> list[RecordState]:
        """Give the records that are to be written, in the order of their names."""
        return [record for _, record in sorted(self.records.items()) if record is not None and record.changed]

    def write(self) -> None:
        """Write records and versions; the caller notes the changes for the feed."""
        changed = self.changed_records()
        fresh = [_columns(record) for record in changed if not record.stored_rev]
        known = [_columns(record, "at_") for record in changed if record.stored_rev]
        if fresh:
            self.session.execute(insert(RECORDS), fresh)
        if known:
            self.session.execute(_update(), known)
        if self.versions:
            self.session.execute(insert(VERSIONS), self.versions)


def _named(refs: Collection[Ref]) -> Any:
    kinds = {ref.kind for ref in refs}
    if len(kinds) == 1:
        return (RECORDS.c.kind == kinds.pop()) & RECORDS.c.id.in_([ref.id for ref in refs])
    return tuple_(RECORDS.c.kind, RECORDS.c.id).in_(refs)


def _state(row: Row[Any]) -> RecordState:
    values: Sequence[Any] = row
    state = RecordState(*values)
    state.stored_rev = state.rev
    return state


def _columns(record: RecordState, prefix: str = "") -> dict[str, Any]:
    """Give the record as parameters; for an update its name gets a prefix (a column's own name is its new value)."""
    values = {name: getattr(record, name) for name in CHANGEABLE}
    if prefix:
        return {**values, f"{prefix}kind": record.kind, f"{prefix}id": record.id}
    created = {"kind": record.kind, "id": record.id, "author_id": record.author_id, "created_at": record.created_at}
    return {**values, **created}


def _update() -> Any:
    statement = update(RECORDS).where(RECORDS.c.kind == bindparam("at_kind"), RECORDS.c.id == bindparam("at_id"))
    return statement.values({name: bindparam(name) for name in CHANGEABLE})
