"""What each audience must hold, asked of the tables directly: no feed, no cursor, no service."""

from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from server.accounts.models import Duty, Staff
from server.feedback.models import Ticket
from server.records.models import Conflict, Record
from server.schools.models import Guardian, SchoolClass, Student
from server.suggestions.models import Suggestion
from server.sync.models import InboxEdit
from tests.torture.house import today

Keys = set[tuple[str, str]]
CLASS_DUTIES = ("homeroom", "subject", "leader")


def scopes_of(session: Session, staff: str, device: str, day: date | None = None) -> set[str]:
    """Say which scopes a person holds on a phone on a day, by their duties alone."""
    day = day or today()
    person = session.get_one(Staff, staff)
    current = and_(Duty.from_on <= day, or_(Duty.to_on.is_(None), Duty.to_on >= day))
    duties = session.execute(select(Duty.kind, Duty.class_id).where(Duty.staff_id == staff, current)).all()
    scopes = {f"self:{staff}", f"school:{person.school_id}", f"device:{device}"}
    for kind, class_id in duties:
        if class_id and kind in CLASS_DUTIES:
            scopes.add(f"class:{class_id}")
        if kind == "homeroom":
            scopes.add(f"care:{class_id}")
    return scopes


def keys_of(session: Session, scope: str) -> Keys:
    """List (kind, id) of every row that a scope must hold now."""
    kind, _, name = scope.partition(":")
    tables = {"school": _school, "class": _class, "care": _care, "self": _self, "device": _device}
    return tables[kind](session, name) if kind in tables else set()


def _school(session: Session, school: str) -> Keys:
    classes = session.scalars(select(SchoolClass.id).where(SchoolClass.school_id == school))
    staff = session.scalars(select(Staff.id).where(Staff.school_id == school))
    return {("class", each) for each in classes} | {("staff", each) for each in staff}


def _class(session: Session, class_id: str) -> Keys:
    students = session.scalars(select(Student.id).where(Student.class_id == class_id, Student.erased.is_(False)))
    told = Record.id.in_(_told_of(session, class_id))
    return {("student", each) for each in students} | _records(session, "visit", (Record.class_id == class_id) | told)


def _told_of(session: Session, class_id: str) -> list[str]:
    """List the visits that tell of a child of this class who is a brother or sister of the visit's own child."""
    students = {each.id: each for each in session.scalars(select(Student))}
    visits = session.scalars(select(Record).where(Record.kind == "visit", Record.state != "erased"))
    found = []
    for visit in visits:
        own, others = students[visit.student_id], [students[each] for each in visit.fields.get("also_for") or []]
        kin = [each for each in others if (each.household_id, each.school_id) == (own.household_id, own.school_id)]
        found += [visit.id for each in kin if each.class_id == class_id and not each.erased]
    return found


def _care(session: Session, class_id: str) -> Keys:
    students = select(Student.id).where(Student.class_id == class_id, Student.erased.is_(False))
    guardians = session.scalars(select(Guardian.id).where(Guardian.student_id.in_(students)))
    private = _records(session, "visit_private", Record.class_id == class_id)
    return {("guardian", each) for each in guardians} | private


def _self(session: Session, staff: str) -> Keys:
    edits = session.scalars(select(InboxEdit.edit_id).where(InboxEdit.staff_id == staff, InboxEdit.row_rev > 0))
    own = _records(session, "reflection", Record.author_id == staff) | _records(
        session, "opinion", Record.author_id == staff
    )
    mine = [
        visit.id
        for visit in session.scalars(select(Record).where(Record.kind == "visit"))
        if staff in (visit.author_id, *(visit.fields.get("visitors") or []))
    ]
    private = _records(session, "visit_private", Record.id.in_(mine)) - _settled_without(session, staff)
    visits = _records(session, "visit", Record.id.in_(mine)) | private
    told = select(Suggestion.ref).where(Suggestion.source == "visit", Suggestion.author_id == staff)
    outcomes = {("outcome", each) for each in session.scalars(told)}
    return {("edit", each) for each in edits} | own | visits | outcomes


def _settled_without(session: Session, staff: str) -> Keys:
    """List the conflicts of private parts that were settled while a person was not in the visit."""
    settled = select(Conflict).where(Conflict.record_kind == "visit_private", Conflict.readers.is_not(None))
    return {("conflict", each.id) for each in session.scalars(settled) if staff not in (each.readers or [])}


def _device(session: Session, device: str) -> Keys:
    carried = select(Ticket.id).where(Ticket.device_id == device, Ticket.left_phone_at.is_(None))
    return {("ticket", each) for each in session.scalars(carried)}


def _records(session: Session, kind: str, which: object) -> Keys:
    """List the records of one kind with their conflicts; what was erased is in no audience."""
    ids = list(session.scalars(select(Record.id).where(Record.kind == kind, Record.state != "erased", which)))
    about = and_(Conflict.record_kind == kind, Conflict.record_id.in_(ids), Conflict.status != "erased")
    conflicts = session.scalars(select(Conflict.id).where(about))
    return {(kind, each) for each in ids} | {("conflict", each) for each in conflicts}
