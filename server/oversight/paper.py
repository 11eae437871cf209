"""A visit as the paper 《家访手记》 that a school files: the parts of the form in their order, choices as ticks.

It holds what the person who prints it may see, and never an opinion that its writer kept back or that is about a member of
staff: the paper is the school's file, and others will read it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.actor import Actor
from server.campaign.notice import notice
from server.consents.service import NO
from server.errors import NotFound
from server.oversight.sheet import CHILDREN
from server.oversight.words import Names, field_name, ids_in, promise_text, value_text
from server.photos.uses import unshown
from server.records.edits import Ref
from server.records.models import Record
from server.schools.models import School
from server.visits.kinds import DONE, FACE_TO_FACE
from server.visits.reading import may_read_record, nameless, open_to_office
from server.visits.standing import standing_of_record
from server.visits.withheld import Shown, shown_fields, shown_of

SELECTION_MAX = 50
PRIVATE = ("growth_env", "child_voice")
WITHHELD = "家长不同意记录，不打印"


@dataclass(frozen=True)
class Row:
    """One row of a part: its label, and the words or the choices with their ticks."""

    label: str
    text: str = ""
    ticks: Sequence[tuple[bool, str]] = ()
    long: bool = False  # words that a person wrote: room is left where there are none


@dataclass(frozen=True)
class Part:
    """One part of the form."""

    title: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Picture:
    """One photo that the family present agreed to."""

    sha256: str
    caption: str


@dataclass(frozen=True)
class Paper:
    """One visit on paper. `records` names what stands on it, for the log of reads."""

    school: str
    student: str
    class_name: str
    facts: Sequence[Row]
    parts: Sequence[Part]
    pictures: Sequence[Picture]
    extra_pages: Sequence[tuple[str, str]]  # (writer, text)
    void: bool
    records: Sequence[Ref]


def papers_of(session: Session, actor: Actor, visit_ids: Sequence[str]) -> list[Paper]:
    """Put visits on paper for one person, in the order asked for; a merged one is the visit that it became.

    Raises: NotFound, if there is one that this person may not read.
    """
    ids = [_standing(session, visit_id) for visit_id in visit_ids]
    return [_paper(session, actor, visit_id) for visit_id in dict.fromkeys(ids)]


def _standing(session: Session, visit_id: str) -> str:
    into = session.scalar(select(Record.merged_into).where(Record.kind == "visit", Record.id == visit_id))
    return into or visit_id


def _paper(session: Session, actor: Actor, visit_id: str) -> Paper:
    visit = session.get(Record, ("visit", visit_id))
    if visit is None or visit.state != "live" or not may_read_record(session, actor, "visit", visit_id):
        raise NotFound
    query = select(Record).where(Record.visit_id == visit_id, Record.kind.in_(CHILDREN), Record.state == "live")
    children = [each for each in session.scalars(query.order_by(Record.kind, Record.id)) if _seen(session, actor, each)]
    ids = {visit.author_id, str(visit.student_id), *(each.author_id for each in children)} | ids_in(visit.fields)
    names = Names.load(session, visit.school_id, ids).without(nameless(session, actor, visit))
    standing = standing_of_record(session, visit)
    shown, withheld = [shown_of(each, standing) for each in children], standing.record == NO
    fields = shown_fields("visit", visit.fields, standing)
    for one in shown:
        fields |= one.fields if one.kind == "visit_private" else {}
    school = session.get(School, visit.school_id)
    is_done = fields.get("visit_result") == DONE
    private = any(each.kind == "visit_private" for each in children)
    return Paper(
        school=school.name if school else "",
        student=names.of(visit.student_id),
        class_name=names.of(fields.get("class_id") or visit.class_id),
        facts=list(_facts(fields, names, withheld=withheld)),
        parts=[] if withheld or not is_done else list(_parts(fields, shown, names, private=private)),
        pictures=_pictures(session, visit_id, fields),
        extra_pages=[
            (names.of(each.author_id), str(each.fields["extra_page"]))
            for each in shown
            if each.fields.get("extra_page")
        ],
        void=bool(fields.get("void_reason")),
        records=[Ref("visit", visit_id), *(Ref(each.kind, each.id) for each in children)],
    )


def _seen(session: Session, actor: Actor, record: Record) -> bool:
    return open_to_office(record.kind, record.fields) and may_read_record(session, actor, record.kind, record.id)


def _facts(fields: Mapping[str, Any], names: Names, *, withheld: bool) -> Iterator[Row]:
    """Give the rows of part 一 that stand below the names. `withheld`: a guardian has refused that more is kept than these."""
    times = "至".join(str(fields[name]) for name in ("time_start", "time_end") if fields.get(name))
    yield Row(field_name("visit_date"), _whole_day(fields.get("visit_date")))
    yield Row("谈话内容", WITHHELD) if withheld else Row("起止时间", times)
    yield _words("visitors", fields, names)
    yield _ticks("visit_form", fields)
    yield _ticks("visit_type", fields)
    yield _ticks("visit_result", fields)
    if not withheld:
        yield _ticks("respondents", fields)
    for name in ("place_kind", "offered"):
        if fields.get(name):
            yield _ticks(name, fields)
    for name in ("rescheduled_to", "also_for", "void_reason"):
        if fields.get(name):
            yield _words(name, fields, names)


def _parts(fields: Mapping[str, Any], children: Sequence[Shown], names: Names, *, private: bool) -> Iterator[Part]:
    apart = fields.get("visit_form") not in FACE_TO_FACE
    face = _ticks("face_four", fields, "沟通内容" if apart else None)
    purpose = [
        _ticks("purpose", fields),
        *([_words("purpose_text", fields, names)] if fields.get("purpose_text") else []),
    ]
    yield Part("二、家访目的", [*purpose, face, _ticks("bring_seven", fields)])
    child = ("strengths", "at_school", "at_home", *(PRIVATE if private else ()), "issues")
    yield Part("三、学生情况", [_long(name, fields) for name in child])
    promises = "\n".join(promise_text(each) for each in fields.get("promises") or ())
    agreed = [_long(name, fields) for name in ("consensus", "parent_part")]
    yield Part("四、商定的措施", [*agreed, *([Row(field_name("promises"), promises, long=True)] if promises else [])])
    yield Part("五、意见建议", _opinions(children, names) or [Row("意见建议", long=True)])
    yield Part("六、回访", [Row(field_name("follow_up_on"), _whole_day(fields.get("follow_up_on")))])
    told = [each for each in children if each.fields.get("reflection")]
    thoughts = [Row(names.of(each.author_id), str(each.fields["reflection"]), long=True) for each in told]
    yield Part("七、家访体会", thoughts or [Row("家访体会", long=True)])
    if not apart:
        kept = bool(fields.get("pledge"))
        yield Part("八、五不准", [Row(field_name("pledge"), ticks=[(kept, "本次遵守五不准")])])


def _opinions(children: Sequence[Shown], names: Names) -> list[Row]:
    rows = []
    for each in children:
        if each.kind == "opinion" and each.fields.get("text"):
            said = [value_text(name, each.fields[name], names) for name in ("from", "kind") if each.fields.get(name)]
            rows.append(Row("，".join(said) or "意见", str(each.fields["text"]), long=True))
    nothing = any(each.fields.get("no_opinion") for each in children if each.kind == "reflection")
    return rows or ([Row("意见建议", "没有意见", long=True)] if nothing else [])


def _whole_day(value: object) -> str:
    """Write a day with its year: paper is read in other years."""
    try:
        day = date.fromisoformat(str(value or ""))
    except ValueError:
        return str(value or "")
    return f"{day.year}年{day.month}月{day.day}日"


def _words(name: str, fields: Mapping[str, Any], names: Names) -> Row:
    return Row(field_name(name), value_text(name, fields[name], names) if fields.get(name) else "")


def _long(name: str, fields: Mapping[str, Any]) -> Row:
    return Row(field_name(name), str(fields.get(name) or ""), long=True)


def _ticks(name: str, fields: Mapping[str, Any], label: str | None = None) -> Row:
    """Give every choice of a field, those taken with their tick; a code that nobody knows stands behind them."""
    value = fields.get(name)
    taken = list(value) if isinstance(value, list) else [value] if value else []
    choices = notice().codes[name]
    known = [(each.code in taken, each.label) for each in choices]
    unknown = [(True, str(code)) for code in taken if code not in {each.code for each in choices}]
    return Row(label or field_name(name), ticks=[*known, *unknown])


def _pictures(session: Session, visit_id: str, fields: Mapping[str, Any]) -> list[Picture]:
    """Give the photos whose bytes are here and which the family present agreed to; `fields` hold what may be shown today."""
    away = set(unshown(session, "visit", [visit_id]).get(visit_id, ()))
    agreed = [
        sha256
        for sha256 in fields.get("photos") or ()
        if sha256 not in away and fields.get(f"photos/{sha256}/agreed_on_spot") is True
    ]
    return [Picture(sha256, fields.get(f"photos/{sha256}/caption") or "") for sha256 in agreed]
