"""What a batch of edits needs to know of the school: who asks, whose student it is, who is on duty; loaded set-wise."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from server.accounts.models import Duty, Staff
from server.photos.uses import Naming
from server.records import scopes
from server.records.conflicts import Conflicts
from server.records.edits import Edit, Ref
from server.records.store import RecordState, Work
from server.schools.models import School, Student
from server.schools.settings import consent_basis, may_record
from server.visits.kinds import KINDS, UUID
from server.visits.siblings import Pair, Siblings

STUDENTS, SCHOOLS, STAFF, DUTIES = (cast("Table", model.__table__) for model in (Student, School, Staff, Duty))
ON_DUTY = ("homeroom", "subject", "leader")
OPEN_END = date.max


@dataclass(frozen=True)
class Place:
    """Where a student stands now."""

    school_id: str
    class_id: str
    erased: bool
    may_record: str  # yes, no, unknown, as the phones are told
    may_photo: str
    consent_basis: str


@dataclass(frozen=True)
class Span:
    """One duty for one class, both days included."""

    class_id: str
    kind: str
    first: date
    last: date


@dataclass(frozen=True)
class Circle:
    """What decides who holds a visit, beside its class: who took part, and of which other children it tells."""

    people: frozenset[str]
    also_for: frozenset[str] = frozenset()


@dataclass
class Context:
    """One transaction's view: records, conflicts, and the people around them."""

    session: Session
    now: datetime
    work: Work = field(init=False)
    conflicts: Conflicts = field(init=False)
    students: dict[str, Place | None] = field(default_factory=dict)
    staff_school: dict[str, str | None] = field(default_factory=dict)
    spans: dict[str, list[Span]] = field(default_factory=dict)
    circles_before: dict[str, Circle] = field(default_factory=dict)  # of visits, when they were loaded
    siblings: Siblings = field(init=False)
    namings: list[Naming] = field(default_factory=list)  # photos put into records and taken out of them
    adopted: list[tuple[Ref, Ref]] = field(default_factory=list)  # records whose photos another one took over

    def __post_init__(self) -> None:
        """Begin with nothing loaded."""
        self.work = Work(self.session, self.now)
        self.conflicts = Conflicts(self.work)
        self.siblings = Siblings(self.session)

    def prepare(self, edits: Sequence[Edit]) -> None:
        """Load and lock everything these edits touch: conflicts named, records, their visits, students; then people."""
        resolved = {edit.ref.id for edit in edits if edit.op == "resolve"} - self.conflicts.by_id.keys()
        self.conflicts.load((), resolved)
        self.work.load(ref for edit in edits for ref in self._refs(edit))
        self._load_visits()
        self._load_merged(edit for edit in edits if edit.op == "merge")
        known = [record for record in self.work.records.values() if record and record.stored_rev]
        self.conflicts.load(record.ref for record in known)
        self.note_circles(known)
        self._load_students(edits, known)
        self._load_siblings(edits, known)
        self._load_people(edits)

    def note_circles(self, records: Iterable[RecordState]) -> None:
        """Remember who holds these visits, before anything is done with them."""
        for record in records:
            if record.kind == "visit":
                self.circles_before.setdefault(record.id, circle_of(record))

    def is_erased(self, student_id: str | None) -> bool:
        """Tell whether a family's records were erased: only ids are left of this student."""
        place = self.students.get(student_id or "")
        return place is not None and place.erased

    def visit_of(self, record: RecordState) -> RecordState | None:
        """Give the visit that a record is or belongs to."""
        if record.kind == "visit":
            return record
        return self.work.live(Ref("visit", record.visit_id)) if record.visit_id else None

    def begin_child(self, ref: Ref, visit: RecordState, author_id: str) -> RecordState:
        """Begin an empty record that belongs to a visit, and stands with it."""
        child = RecordState(
            kind=ref.kind,
            id=ref.id,
            school_id=visit.school_id,
            class_id=visit.class_id,
            student_id=visit.student_id,
            visit_id=visit.id,
            author_id=author_id,
            rev=0,
            fields={},
            state="live",
            merged_into=None,
            created_at=self.now,
            updated_at=self.now,
        )
        self.work.add(child)
        return child

    def classes_of(self, visit: RecordState) -> frozenset[str]:
        """Name the classes whose teachers read a visit: its student's, and those of brothers and sisters it tells of."""
        return self.siblings.classes(visit) | ({visit.class_id} if visit.class_id else frozenset())

    def audience(self, record: RecordState, circle: Circle | None = None) -> tuple[str, ...]:
        """Name the scopes that a record stands in; `circle` is that of its visit (default: as it is now)."""
        if record.kind not in ("visit", "visit_private"):
            return scopes.of_record(record.kind, record.class_id, {record.author_id})
        # Of a private part that was merged away the pointer stays with its own visit's circle, which changes no more.
        visit = record if record.kind == "visit" else self.work.records.get(Ref("visit", record.visit_id or ""))
        circle = circle or (circle_of(visit) if visit else Circle(frozenset()))
        beside = self.siblings.classes(record, circle.also_for) if record.kind == "visit" else ()
        return scopes.of_record(record.kind, record.class_id, circle.people, beside)

    def conflict_audience(
        self, readers: Sequence[str] | None, record: RecordState, circle: Circle | None = None
    ) -> tuple[str, ...]:
        """Name the scopes that a conflict of a record stands in.

        `readers`: who was in the visit when it was settled. Whoever came later does not read what was withdrawn before
        (ADR 0012); None while it is open, or where everybody who reads the record reads its conflicts.
        """
        whole = self.audience(record, circle)
        return whole if readers is None else scopes.without_others(whole, readers)

    def _refs(self, edit: Edit) -> Iterable[Ref]:
        if edit.op == "resolve":
            found = self.conflicts.by_id.get(edit.ref.id)
            if found:
                yield found.ref
        elif edit.ref.kind in KINDS:
            yield edit.ref
        if edit.op == "merge":
            yield Ref("visit", str(edit.args.get("into")))
        if edit.ref.kind == "visit_private":
            yield Ref("visit", edit.ref.id)
        if "visit_id" in edit.changes:
            yield Ref("visit", id_text(edit.changes["visit_id"].new))

    def _load_visits(self) -> None:
        """Load the visits of children, and the private parts of the visits that theirs were merged into."""
        records = [record for record in self.work.records.values() if record]
        self.work.load(Ref("visit", record.visit_id) for record in records if record.visit_id)
        privates = [ref for ref in self.work.records if ref.kind == "visit_private"]
        visits = [self.work.live(Ref("visit", ref.id)) for ref in privates if Ref("visit", ref.id) in self.work.records]
        self.work.load(Ref("visit_private", visit.id) for visit in visits if visit)

    def _load_merged(self, edits: Iterable[Edit]) -> None:
        ids = set()
        for edit in edits:
            for ref in self._refs(edit):
                visit = self.work.live(ref)
                ids |= {visit.id} if visit else set()
        if ids:
            self.work.load_children(ids)
            self.work.load(Ref("visit_private", id_) for id_ in ids)

    def _load_students(self, edits: Sequence[Edit], known: Iterable[RecordState]) -> None:
        wanted = {record.student_id for record in known if record.student_id}
        wanted |= {id_ for record in known if record.kind == "visit" for id_ in record.fields.get("also_for", ())}
        for edit in edits:
            if edit.ref.kind == "student":
                wanted.add(edit.ref.id)
            if "student_id" in edit.changes:
                wanted.add(id_text(edit.changes["student_id"].new))
            wanted.update(map(id_text, _added(edit, "also_for")))
        wanted -= self.students.keys()
        if not wanted:
            return
        self.students.update(dict.fromkeys(wanted))
        query = (
            select(
                *(STUDENTS.c[name] for name in ("id", "school_id", "class_id", "erased", "may_record", "may_photo")),
                SCHOOLS.c.settings,
            )
            .join(SCHOOLS, SCHOOLS.c.id == STUDENTS.c.school_id)
            .where(STUDENTS.c.id.in_(sorted(wanted)))
            .order_by(STUDENTS.c.id)
            .with_for_update(
                of=STUDENTS
            )  # one at a time for one student: a move or an erasure waits, and duplicates see each other
        )
        for row in self.session.execute(query):
            basis = consent_basis(row.settings)
            standing = may_record(row.may_record, basis)
            self.students[row.id] = Place(row.school_id, row.class_id, row.erased, standing, row.may_photo, basis)

    def _load_siblings(self, edits: Sequence[Edit], known: Iterable[RecordState]) -> None:
        """Look up, all at once, the classes of the children that these visits tell of as well, now or after the edits."""
        visits = [record for record in known if record.kind == "visit"]
        named = {id_ for visit in visits for id_ in visit.fields.get("also_for", ())}
        named |= {id_text(id_) for edit in edits for id_ in _added(edit, "also_for")}
        if named:
            theirs = {visit.student_id or "" for visit in visits}
            theirs |= {id_text(edit.changes["student_id"].new) for edit in edits if "student_id" in edit.changes}
            self.siblings.load(Pair(student_id, id_) for student_id in theirs for id_ in named)

    def _load_people(self, edits: Sequence[Edit]) -> None:
        named = {id_text(id_) for edit in edits for id_ in _added(edit, "visitors")}
        if missing := named - self.staff_school.keys():
            self.staff_school.update(dict.fromkeys(missing))
            query = select(STAFF.c.id, STAFF.c.school_id).where(STAFF.c.id.in_(sorted(missing)))
            self.staff_school.update(dict(self.session.execute(query).all()))
        if askers := {edit.staff_id for edit in edits} - self.spans.keys():
            self._load_duties(askers)

    def _load_duties(self, staff_ids: Iterable[str]) -> None:
        found: dict[str, list[Span]] = defaultdict(list)
        columns = (DUTIES.c.staff_id, DUTIES.c.class_id, DUTIES.c.kind, DUTIES.c.from_on, DUTIES.c.to_on)
        ids = sorted(staff_ids)
        query = select(*columns).where(
            DUTIES.c.staff_id.in_(ids), DUTIES.c.kind.in_(ON_DUTY), DUTIES.c.class_id.is_not(None)
        )
        for staff_id, class_id, kind, first, last in self.session.execute(query):
            found[staff_id].append(Span(class_id, kind, first, last or OPEN_END))
        self.spans.update({id_: found[id_] for id_ in ids})


def id_text(value: object) -> str:
    """Give what an edit names as an id; what is none names nothing."""
    return value if isinstance(value, str) and UUID.fullmatch(value) else ""


def circle_of(visit: RecordState) -> Circle:
    """Tell what decides who holds a visit."""
    return Circle(took_part(visit), frozenset(visit.fields.get("also_for", ())))


def took_part(visit: RecordState) -> frozenset[str]:
    """Name who took part in a visit: its creator and its visitors."""
    return frozenset({visit.author_id, *visit.fields.get("visitors", ())})


def _added(edit: Edit, name: str) -> tuple[str, ...]:
    return edit.members[name].add if name in edit.members else ()
