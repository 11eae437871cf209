"""From the board to an answer: handing out, decision and measures, the reply, 办结. Each step is written down with its words.

What is tied together is worked on as one: a step on the one that leads is a step on all. Every function opens its own
transaction and raises NotFound where the person may not, Clash where it has moved on meanwhile; nothing is then changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from server import news
from server.accounts.models import Staff
from server.actor import Actor
from server.campaign.listening import listening
from server.db import transaction
from server.errors import Clash, Unprocessable
from server.suggestions.circles import kept_from, to_close, to_give_back, to_lead, to_work_on
from server.suggestions.happened import ContactsForgotten, WordsMoved
from server.suggestions.models import CENTRE, ETHICS, Suggestion
from server.suggestions.roster import with_duty_kinds
from server.suggestions.service import last_done, note
from server.suggestions.tying import let_go, part
from server.times import shanghai_day, utc_now

MOVED_ON = "刚才有人办过这一件。您写的还在下面，请看过最新的情况再点一次。"
TO_CENTRE = "to_centre"
WITH_MEASURES = frozenset({"at_once", "by_date", "not_now"})  # what is done, or why it cannot be


@dataclass(frozen=True)
class HandOut:
    """Who is to work on it, and until when."""

    dept: str
    owner_id: str
    due: date | None


@dataclass(frozen=True)
class Progress:
    """What was decided, what is being done, and what came of it."""

    decision: str
    measures: str
    result: str


@dataclass(frozen=True)
class Reply:
    """What its writer is told, and how."""

    words: str
    way: str


def hand_out(actor: Actor, suggestion_id: str, seen: str, to: HandOut) -> None:
    """Give it to a department and a person; from now on a change at its source is noted beside it.

    Raises: Unprocessable, if the person does not work at the school, or is one it is kept from.
    """
    with transaction() as session:
        each = _unmoved(session, to_lead(session, actor, suggestion_id), seen)
        owner = session.get(Staff, to.owner_id)
        today = shanghai_day(utc_now())
        gone = owner is None or owner.school_id != each.school_id or (owner.left_on or today) < today
        if owner is None or gone or owner.id in kept_from(session, each):
            raise Unprocessable(message="请在名单里另选一位责任人。", details={"field": "owner_id"})
        for one in together(session, each):
            one.dept, one.owner_id = to.dept, to.owner_id
            one.begun_at = one.begun_at or utc_now()
        each.due = to.due if each.kind != "praise" else None
        until = f"，{to.due.isoformat()}前" if each.due and to.due else ""
        note(session, each, "handed_out", actor.staff_id, f"{to.dept}　{owner.name}{until}")


def progress(actor: Actor, suggestion_id: str, seen: str, made: Progress) -> None:
    """Write down what was decided and done.

    Raises: Unprocessable, if a decision that needs its words (what is done, or why not) comes without.
    """
    with transaction() as session:
        each = _unmoved(session, to_work_on(session, actor, suggestion_id), seen)
        if made.decision in WITH_MEASURES and not made.measures:
            raise Unprocessable(message="请写一句：准备怎么做，或者为什么暂时不能办。", details={"field": "measures"})
        up = made.decision == TO_CENTRE and each.circle != CENTRE
        each.up_since = (each.up_since or utc_now()) if up else None
        for one in together(session, each):
            one.decision, one.measures, one.result = made.decision, made.measures, made.result
            one.begun_at = one.begun_at or utc_now()
        words = [listening().label("decision", made.decision), made.measures, made.result]
        note(session, each, "progress", actor.staff_id, "\n".join(filter(None, words)))


def answer(actor: Actor, suggestion_id: str, seen: str, reply: Reply) -> None:
    """Reply to whoever told it; how to reach them is forgotten then."""
    with transaction() as session:
        told = _forget_contacts(session, suggestion_id)
        each = _unmoved(session, to_work_on(session, actor, suggestion_id), seen)
        now, done = utc_now(), together(session, each)
        for one in done:
            one.reply, one.reply_way, one.replied_at, one.contact = reply.words, reply.way, now, None
            one.up_since = None
            one.begun_at = one.begun_at or now
        _forget_the_rest(session, done, told)
        note(session, each, "replied", actor.staff_id, f"{listening().label('reply_way', reply.way)}\n{reply.words}")


def give_back(actor: Actor, suggestion_id: str, seen: str, words: str) -> None:
    """Give back what a school passed up, with the centre's words: the school decides on it anew."""
    with transaction() as session:
        each = _unmoved(session, to_give_back(session, actor, suggestion_id), seen)
        for one in together(session, each):
            one.decision = None
        each.up_since = None
        note(session, each, "centre_said", actor.staff_id, words)


def close(actor: Actor, suggestion_id: str, seen: str) -> None:
    """Say that it is done with: answered, or praise that has reached whom it praises.

    Raises: Clash, if it is not answered yet, or something that is tied to it is not.
    """
    with transaction() as session:
        told = _forget_contacts(session, suggestion_id)
        each = _unmoved(session, to_close(session, actor, suggestion_id), seen)
        now, done = utc_now(), together(session, each)
        if any(one.replied_at is None and one.kind != "praise" for one in done):
            raise Clash(message="还没有答复，先答复再办结。")
        for one in done:
            one.closed_at, one.contact, one.up_since = now, None, None
            one.begun_at = one.begun_at or now
        _forget_the_rest(session, done, told)
        note(session, each, "closed", actor.staff_id)


def tie(actor: Actor, suggestion_id: str, others: Sequence[str]) -> int:
    """Tie others of the same matter to one, so that they are worked on and answered with it; gives how many were tied.

    What is tied or answered already stays as it is, what speaks of harm, which is seen to by itself, and what is kept from the person
    who works on this one. Tied to an answer that stands already, they are answered with it, and how to reach their writers is
    forgotten.

    Raises: Unprocessable, if the one is praise: it is done with without an answer.
    """
    with transaction() as session:
        each = to_lead(session, actor, suggestion_id)
        if each.kind == "praise":
            raise Unprocessable(message="表扬不用答复，不和别的意见一起办。请从要答复的那一件上合并。")
        if each.tied_to is not None:
            raise Clash(message=MOVED_ON)
        each.begun_at = each.begun_at or utc_now()
        tied: list[Suggestion] = []
        for id_ in sorted(set(others) - {suggestion_id}):
            one = to_lead(session, actor, id_)
            leads = session.scalar(select(Suggestion.id).where(Suggestion.tied_to == id_).limit(1))
            if one.tied_to or leads or one.replied_at or one.closed_at or one.kind == "praise" or one.urgent:
                continue
            if each.owner_id and each.owner_id in kept_from(session, one):
                continue
            one.tied_to, one.up_since, one.begun_at = each.id, None, one.begun_at or utc_now()
            for name in ("dept", "owner_id", "decision", "measures", "result", "reply", "reply_way", "replied_at"):
                setattr(one, name, getattr(each, name))
            one.contact = None if one.replied_at else one.contact
            note(session, one, "tied", actor.staff_id)
            tied.append(one)
        if tied:
            _forget_the_rest(session, [one for one in tied if one.replied_at], set())
            note(session, each, "tied_more", actor.staff_id, str(len(tied)))
        return len(tied)


def untie(actor: Actor, suggestion_id: str) -> None:
    """Let it go its own way again; what was done together stays with it."""
    with transaction() as session:
        each = to_lead(session, actor, suggestion_id)
        if each.tied_to is not None:
            part(session, each)
            note(session, each, "untied", actor.staff_id)


def sort_anew(actor: Actor, suggestion_id: str, seen: str, topic: str, redacted: str) -> None:
    """Put its topic right, and the words that are shown first: what the machine did not know for a name, or took for one."""
    with transaction() as session:
        each = _unmoved(session, to_lead(session, actor, suggestion_id), seen)
        each.topic, each.redacted = topic, redacted
        note(session, each, "sorted", actor.staff_id, listening().label("topic", topic))


def to_ethics(actor: Actor, suggestion_id: str) -> None:
    """Hand a problem with a teacher to the 师德专员: the board never shows it again.

    Whoever brought the words is told first, because it locks its own row before ours everywhere. Where the teachers could not
    read them it is told nothing: their phones must not learn that something happened to what they do not see.
    """
    with transaction() as session:
        known = session.get(Suggestion, suggestion_id)
        if known is not None and known.for_teacher:
            news.tell(session, WordsMoved(known.source, known.ref))
        each = to_lead(session, actor, suggestion_id)
        each.circle = ETHICS if with_duty_kinds(session, each.school_id, ("ethics",)) else CENTRE
        each.owner_id = None
        let_go(session, [each.id])
        note(session, each, "to_ethics", actor.staff_id)


def open_original(actor: Actor, suggestion_id: str) -> None:
    """Write down that a person looks at the words as they were told."""
    with transaction() as session:
        note(session, to_work_on(session, actor, suggestion_id), "read_original", actor.staff_id)


def together(session: Session, each: Suggestion) -> list[Suggestion]:
    """Give what is worked on as one: this and what is tied to it, locked in the order of their ids.

    Raises: Clash, if it is itself tied to another one: that is where the work is done.
    """
    if each.tied_to is not None:
        raise Clash(message="这一件和另一件一起办，请到那一件上办理。")
    theirs = select(Suggestion).where(Suggestion.tied_to == each.id).order_by(Suggestion.id).with_for_update()
    return [each, *session.scalars(theirs)]


def _forget_contacts(session: Session, suggestion_id: str) -> set[tuple[str, str]]:
    """Let those who brought a word here, and what is tied to them, forget how to reach their writers; gives (source, ref).

    Before our own rows are locked, because they lock theirs first everywhere: a reply and a family that changes its words in the
    same moment wait for one another, and neither is ended by the database. What is refused afterwards undoes it.
    """
    theirs = (Suggestion.id == suggestion_id) | (Suggestion.tied_to == suggestion_id)
    words = sorted(
        (source, ref) for source, ref in session.execute(select(Suggestion.source, Suggestion.ref).where(theirs))
    )
    news.tell(session, ContactsForgotten(tuple(words)))
    return set(words)


def _forget_the_rest(session: Session, done: Sequence[Suggestion], told: set[tuple[str, str]]) -> None:
    """Let those forget it, too, who were not told before."""
    missing = sorted({(one.source, one.ref) for one in done} - told)
    if missing:
        news.tell(session, ContactsForgotten(tuple(missing)))


def _unmoved(session: Session, each: Suggestion, seen: str) -> Suggestion:
    """Check that nobody has done anything about it since the page was made; looking at the original is nothing done."""
    if last_done(session, each.id) != seen:
        raise Clash(message=MOVED_ON)
    return each
