"""One visit as the school reads it: the parts of the form in their order, and its photos."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.consents.service import ARCHIVE, NO, YES, Standing
from server.errors import NotFound
from server.oversight.words import Names, field_name, ids_in, value_text
from server.photos.uses import unshown
from server.records.edits import Ref
from server.records.models import Record
from server.schools.models import SchoolClass, Student
from server.times import shanghai_day
from server.visits.kinds import FACE_TO_FACE, KINDS, incomplete
from server.visits.models import VisitFacts
from server.visits.photo_order import in_order
from server.visits.reading import open_to_office
from server.visits.standing import standing_of_record
from server.visits.withheld import Shown, shown_of

PARTS: Sequence[tuple[str, Sequence[str]]] = (
    (
        "一、基本情况",
        (
            *("also_for", "visit_date", "time_start", "time_end", "visit_form", "visit_type", "visit_result"),
            *("rescheduled_to", "offered", "visitors", "confirmed_by", "respondents", "place_kind"),
        ),
    ),
    ("二、家访目的", ("purpose", "purpose_text", "face_four", "bring_seven")),
    ("三、学生情况", ("strengths", "at_school", "at_home", "growth_env", "child_voice", "issues")),
    ("四、商定的措施", ("consensus", "parent_part", "promises", "team_note")),
    ("五、意见建议", ()),
    ("六、回访", ("follow_up_on",)),
    ("七、家访体会", ()),
    ("八、五不准", ("pledge",)),
)
OPINIONS, REFLECTIONS = "五、意见建议", "七、家访体会"
CHILDREN = [name for name, kind in KINDS.items() if kind.child]
LIT = "strengths"  # praise is the one lit place on the page


@dataclass(frozen=True)
class Item:
    """One line of a part: a fact, or `words` that a person wrote; `lit` for 闪光点."""

    label: str
    text: str
    words: bool = False
    lit: bool = False


@dataclass(frozen=True)
class Part:
    """One part of the form, with what was written in it."""

    title: str
    items: Sequence[Item]


@dataclass(frozen=True)
class Photo:
    """One photo of a visit; `here` once the school has its bytes and may show them."""

    sha256: str
    caption: str
    use: str
    here: bool


@dataclass(frozen=True)
class Sheet:
    """One visit to read. `records` names what it shows, the visit first."""

    visit_id: str
    student_id: str
    student: str
    class_name: str
    author: str
    visit_date: str | None
    received_at: datetime
    received_on: date
    late_entry: bool
    maybe_twice: Sequence[str]  # ids of visits that may be this one, told twice
    void_reason: str | None
    lacking: Sequence[str]  # labels of required fields still empty
    parts: Sequence[Part]
    photos: Sequence[Photo]
    photos_kept_back: int  # a guardian has refused photos: so many nobody looks at any more
    standing: Standing  # what the family lets be shown
    records: Sequence[Ref]
    rev: int  # of the visit

    @property
    def withheld(self) -> bool:
        """Tell whether a guardian has refused the record: of the words nothing is shown."""
        return self.standing.record == NO


def alias_of(session: Session, school_id: str | None, visit_id: str) -> str | None:
    """Name the visit that a merged one became; None for one that stands by itself, or is not of this school."""
    query = select(Record.merged_into).where(
        Record.kind == "visit", Record.id == visit_id, Record.school_id == school_id
    )
    return session.scalar(query)


def visit_sheet(session: Session, school_id: str | None, visit_id: str, standing: Standing | None = None) -> Sheet:
    """Read one visit of a school with what the office may read of it; `standing`: in place of what its families say.

    Raises: NotFound, if there is none, it was erased, or it is another school's.
    """
    visit = session.get(Record, ("visit", visit_id))
    if visit is None or visit.school_id != school_id or visit.state != "live":
        raise NotFound
    records = [visit, *_children(session, visit)]
    standing = standing or standing_of_record(session, visit)
    shown = [shown_of(each, standing) for each in records]
    ids = {visit.author_id, *(each.author_id for each in records)}
    names = Names.load(session, school_id, ids.union(*(ids_in(each.fields) for each in shown)))
    facts = session.get(VisitFacts, visit_id)
    student = session.get(Student, visit.student_id)
    klass = session.get(SchoolClass, visit.class_id)
    day = visit.fields.get("visit_date")
    return Sheet(
        visit_id=visit_id,
        student_id=visit.student_id or "",
        student=student.name if student else "",
        class_name=klass.name if klass else "",
        author=names.of(visit.author_id),
        visit_date=value_text("visit_date", day, names) if day else None,
        received_at=visit.created_at,
        received_on=shanghai_day(visit.created_at),
        late_entry=bool(facts and facts.late_entry),
        maybe_twice=facts.possible_duplicates if facts else [],
        void_reason=visit.fields.get("void_reason") or None,
        lacking=[field_name(name) for name in incomplete("visit", visit.fields, agreed=standing.record == YES)],
        parts=list(_parts(shown, names)),
        photos=_photos(session, shown[0], standing),
        photos_kept_back=len(visit.fields.get("photos") or ()) if not shown[0].fields.get("photos") else 0,
        standing=standing,
        records=[Ref(each.kind, each.id) for each in records],
        rev=visit.rev,
    )


def _children(session: Session, visit: Record) -> Sequence[Record]:
    """Give what belongs to a visit and the office may read: not an opinion that its writer kept back, or that is about a
    member of staff (师德 handles those).
    """
    query = select(Record).where(Record.visit_id == visit.id, Record.kind.in_(CHILDREN), Record.state == "live")
    found = session.scalars(query.order_by(Record.kind, Record.id))
    return [each for each in found if open_to_office(each.kind, each.fields)]


def _parts(records: Sequence[Shown], names: Names) -> Iterator[Part]:
    fields = {
        name: value
        for each in records
        if each.kind in ("visit", "visit_private")
        for name, value in each.fields.items()
    }
    for title, names_of_fields in PARTS:
        items = [_item(name, fields, names) for name in names_of_fields if fields.get(name) not in (None, "", [])]
        if title == OPINIONS:
            items = [_opinion(each, names) for each in records if each.kind == "opinion" and each.fields.get("text")]
            items = items or [Item("意见建议", "没有意见") for each in records if each.fields.get("no_opinion")][:1]
        if title == REFLECTIONS:
            items = list(_reflections(records, names))
        if items:
            yield Part(title, items)


def _item(name: str, fields: Mapping[str, Any], names: Names) -> Item:
    shapes = {**KINDS["visit_private"].fields, **KINDS["visit"].fields}
    apart = name == "face_four" and fields.get("visit_form") not in FACE_TO_FACE
    label = "沟通内容" if apart else field_name(name)  # by telephone nobody is face to face
    written = shapes[name].shape in ("text", "objects")
    return Item(label, value_text(name, fields[name], names), words=written, lit=name == LIT)


def _opinion(record: Shown, names: Names) -> Item:
    said = [
        value_text(name, record.fields[name], names) for name in ("from", "kind", "pass_on") if record.fields.get(name)
    ]
    return Item("，".join(said) or "意见", record.fields["text"], words=True)


def _reflections(records: Sequence[Shown], names: Names) -> Iterator[Item]:
    for each in records:
        for name in ("reflection", "extra_page", "gift_declined"):
            if each.kind == "reflection" and each.fields.get(name):
                yield Item(f"{names.of(each.author_id)}　{field_name(name)}", each.fields[name], words=True)


def _photos(session: Session, visit: Shown, standing: Standing) -> Sequence[Photo]:
    away = set(unshown(session, "visit", [visit.id]).get(visit.id, ()))
    nobody = Names({})
    photos = []
    for sha256 in in_order(visit.fields):
        caption = visit.fields.get(f"photos/{sha256}/caption") or ""
        use = visit.fields.get(f"photos/{sha256}/use") or ARCHIVE
        words = value_text("use", use, nobody)
        if not standing.lets_be_used(use):
            words = f"老师建议{words}，家长还没同意，只存档"
        photos.append(Photo(sha256, caption, words, sha256 not in away))
    return photos
