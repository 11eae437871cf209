"""What the school reads: the list with its counts, one suggestion with all that was done about it, what is one's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Text, and_, case, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from server.accounts.models import Staff
from server.actor import Actor
from server.schools.models import SchoolClass, Student
from server.suggestions import states
from server.suggestions.circles import is_asked, kept_from, led_by, may_judge, may_lead, may_work, on_board, to_read
from server.suggestions.models import LIVE, SCHOOL, Suggestion, SuggestionEvent
from server.suggestions.naming import without_names
from server.suggestions.roster import roster_for
from server.suggestions.service import last_done
from server.times import shanghai_day, utc_now

PAGE_ROWS = 50
PRAISE_ROWS = 20
AGES = {"7": "7 天内", "15": "8 到 15 天", "old": "超过 15 天"}


@dataclass(frozen=True)
class Wanted:
    """What narrows the board; None: not narrowed."""

    status: str | None = None
    topic: str | None = None
    kind: str | None = None
    source: str | None = None
    age: str | None = None


@dataclass(frozen=True)
class Line:
    """One suggestion in a list; `days` since it came."""

    each: Suggestion
    status: str
    owner: str
    days: int
    tied: int  # how many are answered with it


@dataclass(frozen=True)
class Page:
    """One page of the list, newest first; `after` asks for the next one, None on the last."""

    lines: Sequence[Line]
    after: str | None


@dataclass(frozen=True)
class Deed:
    """One thing that was done."""

    at: datetime
    who: str
    what: str
    words: str


@dataclass(frozen=True)
class Sheet:
    """One suggestion to read and to work on. `seen` names the last thing that was done."""

    each: Suggestion
    status: str
    due: states.Ending | None
    owner: str
    deeds: Sequence[Deed]
    seen: str
    leads: bool  # this person hands out and closes
    judges: bool  # this person is the 师德专员, or the centre, whose it is
    asked: bool  # the school asks this person's centre
    tied: Sequence[Suggestion]
    leader: Suggestion | None
    family: str  # of a writer who lets it be known


def counts(session: Session, actor: Actor) -> Mapping[str, int]:
    """Count what is on the board for a person of the school's office, by status."""
    today = shanghai_day(utc_now())
    whens = [(_with_status(status, today), status) for status in ("closed", "answered", "late", "working", "new")]
    status = case(*whens)
    query = select(status, func.count()).where(led_by(session, actor), Suggestion.kind != "praise").group_by(status)
    return dict(session.execute(query).all())


def urgent_lines(session: Session, actor: Actor) -> Sequence[Line]:
    """Give what speaks of harm and is not answered yet, the newest first."""
    waiting = and_(
        led_by(session, actor), Suggestion.urgent, Suggestion.replied_at.is_(None), Suggestion.closed_at.is_(None)
    )
    return lines_of(session, session.scalars(select(Suggestion).where(waiting).order_by(Suggestion.id.desc())).all())


def count_waiting(session: Session, actor: Actor) -> tuple[int, int]:
    """Count what waits for the desk to hand it out, and what of it speaks of harm (handed out or not)."""
    waiting = Suggestion.closed_at.is_(None) & Suggestion.replied_at.is_(None)
    fresh = func.sum(case((Suggestion.begun_at.is_(None) & (Suggestion.kind != "praise"), 1), else_=0))
    urgent = func.sum(case((Suggestion.urgent, 1), else_=0))
    found = session.execute(select(fresh, urgent).where(led_by(session, actor), waiting)).one()
    return found[0] or 0, found[1] or 0


def page_of(session: Session, actor: Actor, wanted: Wanted, after: str | None = None) -> Page:
    """Give a page of what is wanted of the board; what is not for the person who asks is not on it (`circles.led_by`)."""
    query = select(Suggestion).where(led_by(session, actor), *_conditions(wanted))
    if after:
        query = query.where(Suggestion.id < after)
    found = session.scalars(query.order_by(Suggestion.id.desc()).limit(PAGE_ROWS + 1)).all()
    return Page(lines_of(session, found[:PAGE_ROWS]), found[PAGE_ROWS - 1].id if len(found) > PAGE_ROWS else None)


def handed_to(session: Session, actor: Actor) -> Sequence[Line]:
    """Give what was handed to a person, open ones first, then by their due day."""
    theirs = and_(Suggestion.owner_id == actor.staff_id, Suggestion.circle == SCHOOL, Suggestion.state == LIVE)
    query = select(Suggestion).where(theirs, Suggestion.tied_to.is_(None))
    order = (Suggestion.replied_at.is_not(None), Suggestion.due, Suggestion.id.desc())
    return lines_of(
        session, [each for each in session.scalars(query.order_by(*order)) if may_work(session, actor, each)]
    )


def count_handed_to(session: Session, actor: Actor) -> int:
    """Count what was handed to a person and is not answered yet."""
    theirs = and_(Suggestion.owner_id == actor.staff_id, Suggestion.circle == SCHOOL, Suggestion.state == LIVE)
    waits = and_(theirs, Suggestion.tied_to.is_(None), Suggestion.replied_at.is_(None), Suggestion.closed_at.is_(None))
    return session.scalar(select(func.count()).select_from(Suggestion).where(waits)) or 0


def praise_for(session: Session, actor: Actor) -> Sequence[tuple[date, str]]:
    """Give the last words of praise that name a person, with their day; without the names of anybody else."""
    theirs = and_(on_board(actor.school_id or ""), Suggestion.kind == "praise")
    named = type_coerce(Suggestion.about_staff, Text).contains(actor.staff_id)
    query = select(Suggestion).where(theirs, named).order_by(Suggestion.id.desc()).limit(PRAISE_ROWS)
    return [
        (
            shanghai_day(each.received_at),
            without_names(roster_for(session, each.school_id, each.content), each.content, [actor.staff_id]),
        )
        for each in session.scalars(query)
    ]


def sheet_of(session: Session, actor: Actor, suggestion_id: str) -> Sheet:
    """Read one suggestion.

    Raises: NotFound, if there is none, or none for this person.
    """
    each = to_read(session, actor, suggestion_id)
    events = session.scalars(
        select(SuggestionEvent).where(SuggestionEvent.suggestion_id == each.id).order_by(SuggestionEvent.id)
    ).all()
    names = _names(session, {event.staff_id for event in events} | {each.owner_id})
    tied = session.scalars(select(Suggestion).where(Suggestion.tied_to == each.id).order_by(Suggestion.id)).all()
    return Sheet(
        each=each,
        status=states.status_of(each, shanghai_day(utc_now())),
        due=states.ending_of(each.due, each.received_at) if each.due else None,
        owner=names.get(each.owner_id, ""),
        deeds=[Deed(event.at, names.get(event.staff_id, ""), event.what, event.words) for event in events],
        seen=last_done(session, each.id),
        leads=may_lead(session, actor, each),
        judges=may_judge(session, actor, each),
        asked=is_asked(session, actor, each),
        tied=tied,
        leader=session.get(Suggestion, each.tied_to) if each.tied_to else None,
        family=_family(session, each),
    )


def same_matter(session: Session, actor: Actor, each: Suggestion) -> Sequence[Suggestion]:
    """Give what could be tied to a suggestion: open, of the same topic, not tied yet, and nothing that speaks of harm.

    Nothing goes with praise, which needs no answer.
    """
    if each.kind == "praise":
        return []
    free = and_(Suggestion.topic == each.topic, Suggestion.tied_to.is_(None), Suggestion.id != each.id)
    free &= Suggestion.urgent.is_(False)
    waits = and_(Suggestion.replied_at.is_(None), Suggestion.closed_at.is_(None), Suggestion.kind != "praise")
    query = select(Suggestion).where(led_by(session, actor), free, waits).order_by(Suggestion.id.desc())
    leading = select(Suggestion.tied_to).where(Suggestion.tied_to.is_not(None))
    found = session.scalars(query.where(Suggestion.id.not_in(leading)).limit(PAGE_ROWS))
    return [one for one in found if not (each.owner_id and each.owner_id in kept_from(session, one))]


def owners(session: Session, each: Suggestion) -> list[tuple[str, str]]:
    """List who can be given it to work on, (id, name), by name."""
    today = shanghai_day(utc_now())
    here = or_(Staff.left_on.is_(None), Staff.left_on >= today)
    query = select(Staff.id, Staff.name).where(Staff.school_id == each.school_id, here).order_by(Staff.name, Staff.id)
    kept = kept_from(session, each)
    return [(id_, name) for id_, name in session.execute(query) if id_ not in kept]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    now = utc_now()
    today = shanghai_day(now)
    found = [
        getattr(Suggestion, name) == getattr(wanted, name)
        for name in ("topic", "kind", "source")
        if getattr(wanted, name)
    ]
    if wanted.status:
        found.append(_with_status(wanted.status, today))
    if wanted.age == "7":
        found.append(Suggestion.received_at > now - timedelta(days=7))
    if wanted.age == "15":
        found.append(Suggestion.received_at.between(now - timedelta(days=15), now - timedelta(days=7)))
    if wanted.age == "old":
        found.append(Suggestion.received_at < now - timedelta(days=15))
    return found


def _with_status(status: str, today: date) -> ColumnElement[bool]:
    """Say as a condition what `states.status_of` says of a row."""
    closed, answered = Suggestion.closed_at.is_not(None), Suggestion.replied_at.is_not(None)
    late = Suggestion.due.is_not(None) & (Suggestion.due < today)
    if status == states.CLOSED:
        return closed
    if status == states.ANSWERED:
        return ~closed & answered
    waits = ~closed & ~answered
    if status == states.LATE:
        return waits & late
    begun = Suggestion.begun_at.is_not(None)
    return waits & ~late & (begun if status == states.WORKING else ~begun)


def lines_of(session: Session, rows: Sequence[Suggestion]) -> list[Line]:
    """Make lines of a list, in the same order."""
    now = utc_now()
    names = _names(session, {each.owner_id for each in rows})
    ids = [each.id for each in rows]
    tied = select(Suggestion.tied_to, func.count()).where(Suggestion.tied_to.in_(ids)).group_by(Suggestion.tied_to)
    more = dict(session.execute(tied).all())
    return [
        Line(
            each=each,
            status=states.status_of(each, shanghai_day(now)),
            owner=names.get(each.owner_id, ""),
            days=states.days_between(each.received_at, now),
            tied=more.get(each.id, 0),
        )
        for each in rows
    ]


def _names(session: Session, ids: set[str | None]) -> dict[str | None, str]:
    query = select(Staff.id, Staff.name).where(Staff.id.in_(sorted(id_ for id_ in ids if id_)))
    return dict(session.execute(query).all())


def _family(session: Session, each: Suggestion) -> str:
    """Name the family of a writer who lets whoever handles it know."""
    if not each.named or each.student_id is None:
        return ""
    query = select(SchoolClass.name, Student.name).join(Student, Student.class_id == SchoolClass.id)
    found = session.execute(query.where(Student.id == each.student_id)).one_or_none()
    return f"{found[0]} {found[1]}家" if found else ""
