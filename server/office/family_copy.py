"""What the school holds about a child, as one readable file for one guardian. What is in it and what is not: ADR 0016."""

import base64
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.accounts.models import AccessLog, Duty
from server.campaign.consent import consent_text
from server.campaign.parents import asked_of_parents
from server.consents.models import Consent
from server.errors import NotFound
from server.families.models import FamilyRequest
from server.feedback.models import Feedback
from server.feedback.telling import SOURCE
from server.office.duties import KIND_WORDS
from server.office.forms import RELATIONS
from server.oversight.forms import OPEN_REASONS
from server.oversight.words import Names, day_text, field_name, ids_in, value_text
from server.photos.desk import Desk
from server.photos.uses import unshown
from server.records.models import Record
from server.schools.models import Guardian, School, SchoolClass, Student
from server.suggestions import opinions
from server.suggestions.earlier import Earlier, earlier_reply
from server.suggestions.models import CENTRE, SCHOOL, Suggestion
from server.suggestions.service import Answer, answer_to
from server.times import shanghai_day, utc_now
from server.visits.photo_order import in_order
from server.visits.reading import open_to_office

GIVEN = (
    *("visit_date", "time_start", "time_end", "visit_form", "visit_type", "visit_result", "rescheduled_to", "offered"),
    *("visitors", "respondents", "place_kind", "purpose", "purpose_text", "face_four", "bring_seven", "strengths"),
    *("at_school", "at_home", "growth_env", "issues", "consensus", "parent_part", "promises", "follow_up_on"),
    "void_reason",
)
WAYS = {"page": "在学校页面上看", "print": "打印", "photo": "看照片", "history": "看改动经过", "pull": "手机同步"} | {
    f"open_{name}": f"校长打开收起来的内容（{words}）" for name, words in OPEN_REASONS.items()
}
READERS = (
    "head",
    "desk",
    "homeroom",
    "leader",
    "grade_head",
    "subject",
)  # who several duties have is named by the first


@dataclass(frozen=True)
class Line:
    """One label and what stands there."""

    label: str
    text: str


@dataclass(frozen=True)
class Reply:
    """What the school says to one word, and what it had said before 不满意 opened it again."""

    answer: Answer | None = None
    earlier: Earlier | None = None


@dataclass(frozen=True)
class Picture:
    """One photo: its small picture as a data address, None where the school does not have it yet."""

    src: str | None
    caption: str
    use: str


@dataclass(frozen=True)
class CopyVisit:
    """One visit, with what the guardian said there."""

    title: str
    lines: Sequence[Line]
    said: Sequence[tuple[str, Reply]]
    pictures: Sequence[Picture]


@dataclass(frozen=True)
class Copy:
    """The whole file. No id stands in it."""

    school: str
    made_on: date
    student: Sequence[Line]
    guardian: Guardian
    others: Sequence[str]  # relations of the other guardians
    consents: Sequence[Line]  # what this guardian said, oldest first
    visits: Sequence[CopyVisit]
    shared: int  # visits to brothers or sisters that told of the child as well
    feedback: Sequence[Line]
    reply: Reply
    reads: Sequence[tuple[date, str, str, int]]


def copy_for(session: Session, desk: Desk, each: FamilyRequest) -> Copy:
    """Gather what is held about the child of a checked request, for the guardian who was checked.

    Raises: NotFound, if the child or the guardian is not known, or nobody checked who asks.
    """
    student = session.get(Student, each.student_id) if each.student_id else None
    guardian = session.get(Guardian, each.guardian_id) if each.guardian_id else None
    if student is None or student.erased or guardian is None or guardian.student_id != student.id:
        raise NotFound
    named = Record.kind == "visit", Record.state == "live", Record.merged_into.is_(None)
    query = select(Record).where(*named, Record.student_id == student.id)
    visits = sorted(session.scalars(query), key=lambda one: (str(one.fields.get("visit_date") or ""), one.id))
    beside = select(Record).where(*named, Record.student_id.in_(_siblings(student)))
    feedback = _own_answer(session, each.feedback_id, guardian.relation)
    open_words = feedback is not None and _is_the_offices(session, feedback)
    others = select(Guardian.relation).where(Guardian.student_id == student.id, Guardian.id != guardian.id)
    return Copy(
        school=session.get_one(School, student.school_id).name,
        made_on=shanghai_day(utc_now()),
        student=_student(session, student),
        guardian=guardian,
        others=[RELATIONS.get(relation, "监护人") for relation in session.scalars(others.order_by(Guardian.id))],
        consents=list(_consents(session, student.id, guardian.relation)),
        visits=[_visit(session, desk, visit, guardian.relation) for visit in visits],
        shared=sum(student.id in one.fields.get("also_for", ()) for one in session.scalars(beside)),
        feedback=list(_feedback(feedback, shows=open_words)) if feedback is not None else [],
        reply=_reply(session, SOURCE, feedback.id) if feedback is not None and open_words else Reply(),
        reads=_reads(session, student, visits),
    )


def _siblings(student: Student) -> Select[str]:
    return select(Student.id).where(Student.household_id == student.household_id, Student.id != student.id)


def _own_answer(session: Session, feedback_id: str | None, relation: str) -> Feedback | None:
    """Give the answer with whose code the copy was asked for, if the guardian who was checked is who wrote it."""
    each = session.get(Feedback, feedback_id) if feedback_id else None
    return each if each is not None and each.state == "live" and each.answers.get("who") == relation else None


def _student(session: Session, student: Student) -> list[Line]:
    room = session.get_one(SchoolClass, student.class_id)
    lines = [Line("姓名", student.name), Line("查找用的拼音", student.pinyin), Line("班级", room.name)]
    return lines + ([Line("离校日期", day_text(student.left_on))] if student.left_on else [])


def _consents(session: Session, student_id: str, relation: str) -> Iterator[Line]:
    told = consent_text()
    theirs = select(Consent).where(Consent.student_id == student_id, Consent.who == relation)
    for each in session.scalars(theirs.order_by(Consent.at, Consent.id)):
        said = [(use.label, getattr(each, name)) for name, use in told.uses.items()]
        words = "；".join(f"{label}：{'同意' if value else '不同意'}" for label, value in said if value is not None)
        until = f"（{day_text(shanghai_day(each.withdrawn_at))}止）" if each.withdrawn_at else ""
        yield Line(f"{day_text(shanghai_day(each.at))}，{told.channels[each.channel]}", words + until)


def _visit(session: Session, desk: Desk, visit: Record, relation: str) -> CopyVisit:
    private = session.get(Record, ("visit_private", visit.id))
    fields = {**(private.fields if private is not None and private.state == "live" else {}), **visit.fields}
    names = Names.load(session, visit.school_id, {visit.author_id, *ids_in(fields)})
    given = [name for name in GIVEN if fields.get(name) not in (None, "", [])]
    lines = [Line(field_name(name), value_text(name, fields[name], names)) for name in given]
    day = fields.get("visit_date")
    title = f"{day_text(day) if day else '没写日期'}　{names.of(visit.author_id)}老师"
    said = _said(session, visit) if set(fields.get("respondents", ())) == {relation} else []
    return CopyVisit(title, lines, said, list(_pictures(session, desk, visit)))


def _said(session: Session, visit: Record) -> list[tuple[str, Reply]]:
    """Give the opinions of the only one of the family whom the teacher spoke with; the office's circle, and no wider."""
    query = select(Record).where(Record.kind == "opinion", Record.visit_id == visit.id, Record.state == "live")
    found = session.scalars(query.order_by(Record.id))
    own = [one for one in found if one.fields.get("from") == "family" and open_to_office("opinion", one.fields)]
    return [
        (str(one.fields["text"]), _reply(session, opinions.SOURCE, one.id)) for one in own if one.fields.get("text")
    ]


def _reply(session: Session, source: str, ref: str) -> Reply:
    return Reply(answer_to(session, source, ref), earlier_reply(session, source, ref))


def _pictures(session: Session, desk: Desk, visit: Record) -> Iterator[Picture]:
    away = set(unshown(session, "visit", [visit.id]).get(visit.id, ()))
    for sha256 in in_order(visit.fields):
        path = desk.store.thumb_path(sha256)
        here = sha256 not in away and path.is_file()
        src = f"data:image/jpeg;base64,{base64.b64encode(path.read_bytes()).decode()}" if here else None
        use = value_text("use", visit.fields.get(f"photos/{sha256}/use") or "archive", Names({}))
        yield Picture(src, visit.fields.get(f"photos/{sha256}/caption") or "", use)


def _is_the_offices(session: Session, each: Feedback) -> bool:
    """Tell whether the office, which downloads the file, may know of an answer's words and number."""
    query = select(Suggestion.circle).where(Suggestion.source == SOURCE, Suggestion.ref == each.id)
    return session.scalar(query) in (None, SCHOOL) and each.visible_to != CENTRE


def _feedback(each: Feedback, *, shows: bool) -> Iterator[Line]:
    """Give an answer; of words that are kept from the office the file says what it says in any case (`copy.html`)."""
    label = asked_of_parents().label
    asked = {"who": "我是孩子的", "visit_happened": "老师来过吗", "overall": "总的来说", "tone": "交流感受"}
    asked |= {**asked_of_parents().know, "next_form": "下次怎么见面", "next_time": "什么时间方便"}
    yield Line("写的日子", day_text(shanghai_day(each.sent_at)))
    for name, words in asked.items():
        if value := each.answers.get(name):
            field = "know" if name.startswith("know_") else name
            yield Line(words, "、".join(label(field, one) for one in (value if isinstance(value, list) else [value])))
    if each.text and shows:
        yield Line("想对学校说的话", each.text)
        yield Line("给谁看", label("visible_to", each.visible_to))
    if each.contact and shows:
        yield Line("留的电话", each.contact)


def _reads(session: Session, student: Student, visits: Sequence[Record]) -> list[tuple[date, str, str, int]]:
    """Count by day, duty and way who looked: duties, no names. Looks at matters of 师德 are not among them (ADR 0016)."""
    photos = {f"photo:{sha256}" for visit in visits for sha256 in in_order(visit.fields)}
    own = {f"{kind}:{visit.id}" for visit in visits for kind in ("visit", "visit_private")}
    wide = {f"class:{student.class_id}", f"care:{student.class_id}"}
    subjects = sorted({f"student:{student.id}", *own, *photos, *wide})
    query = select(AccessLog.at, AccessLog.staff_id, AccessLog.action).where(
        AccessLog.subject.in_(subjects), AccessLog.action.in_(WAYS), AccessLog.school_id == student.school_id
    )
    lines = [(shanghai_day(at), staff_id, action) for at, staff_id, action in session.execute(query)]
    duties = _duties(session, {staff_id for _, staff_id, _ in lines})
    told = Counter((day, role, WAYS[way]) for day, who, way in lines if (role := _role(duties.get(who, []), day)))
    return [(*key, times) for key, times in sorted(told.items())]


def _duties(session: Session, staff: set[str]) -> dict[str, list[Duty]]:
    found: dict[str, list[Duty]] = {}
    for duty in session.scalars(select(Duty).where(Duty.staff_id.in_(sorted(staff)))):
        found.setdefault(duty.staff_id, []).append(duty)
    return found


def _role(duties: Sequence[Duty], day: date) -> str:
    held = {each.kind for each in duties if each.from_on <= day and (each.to_on is None or day <= each.to_on)}
    return next((KIND_WORDS[kind] for kind in READERS if kind in held), "")
