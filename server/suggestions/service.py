"""Taking up what was told, following it while nobody works on it, and what its writer reads and says of the answer.

Every caller uses these, whatever the source: the records of visits, the parents' page, the box, the desk. All run inside the
caller's transaction. `source` and `ref` name one word: told again it is never taken up twice.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.campaign.listening import listening
from server.db import insert_into, new_id
from server.errors import NotFound
from server.suggestions import states
from server.suggestions.circles import kept_from
from server.suggestions.handed import tell_owner
from server.suggestions.judges import judged_by, went_along
from server.suggestions.models import CENTRE, ETHICS, LIVE, SCHOOL, WITHDRAWN, Suggestion, SuggestionEvent
from server.suggestions.naming import Named, named_in, without_names
from server.suggestions.outcomes import tell_author
from server.suggestions.roster import roster_for
from server.suggestions.sorting import as_sorted
from server.suggestions.tying import let_go
from server.times import shanghai_day, utc_now

TEXT_MAX_CHARS = 300
FOR_TEACHER = "teacher_and_school"
CIRCLES = (SCHOOL, ETHICS, CENTRE)  # each narrower than the one before it
CONTACT_KEPT = timedelta(days=183)  # of what was never answered
# Control characters, and marks that turn the direction of what follows: they could make a page read otherwise than it is.
UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


class CodeTaken(Exception):
    """Another writer was given the same 查询码: nothing was kept."""


@dataclass(frozen=True)
class NewSuggestion:
    """What somebody told the school. Codes are those of `campaign/listening.toml`.

    `visible_to`: teacher_and_school, school, or centre (the school itself never sees it). `about_teacher`: its writer says
    that it is about a member of staff, named or not; `about_staff` are ids where they are known. `named`: whoever handles
    it may know the family.
    """

    school_id: str
    source: str
    ref: str
    text: str
    kind: str
    topic: str = "other"
    asker: str = "family"
    visible_to: str = "school"
    about_teacher: bool = False
    about_staff: tuple[str, ...] = ()
    named: bool = False
    class_id: str | None = None
    student_id: str | None = None
    visit_id: str | None = None
    author_id: str | None = None
    contact: str | None = None
    code_hash: str | None = None


@dataclass(frozen=True)
class TakenUp:
    """What became of it: `fresh` is false if it had been taken up before; `for_ethics`: the school's board never shows it."""

    id: str
    fresh: bool
    for_ethics: bool
    on_board: bool  # the school's office handles it
    urgent: bool


@dataclass(frozen=True)
class Answer:
    """What its writer reads: how far it is (received, working, answered), and the reply."""

    id: str
    status: str
    kind: str
    topic: str
    received_at: datetime
    reply: str
    replied_at: datetime | None
    rating: str | None
    replied_once: bool  # also where 不满意 opened it again


def take_up(session: Session, new: NewSuggestion) -> TakenUp:
    """Take up what was told, with its due day, its words without names, and the circle that handles it.

    A problem with a teacher (named by name, by 张老师, 班主任 or 数学老师, or said to be about one) goes to the 师德专员 and is
    shown to nobody else; to the centre, if it is about a leader or the 师德专员, or the school has none.
    Returns: the same again for the same source and ref, whatever else is said then (see `follow`).
    Raises: CodeTaken.
    """
    now = utc_now()
    row = {"id": new_id(), "source": new.source, "ref": new.ref, "school_id": new.school_id, "received_at": now}
    row |= _place(new) | _reading(session, new) | {"due": states.due_after(new.kind, now)}
    row |= {"code_hash": new.code_hash}
    # Of two that come at once, PostgreSQL may look at either unique index first: both must let the second one pass.
    statement = insert_into(session, Suggestion).on_conflict_do_nothing().returning(Suggestion)
    fresh: Suggestion | None = session.scalar(statement, row)
    if fresh is not None:
        note(session, fresh, "received", None)
        return _taken(fresh, fresh=True)
    known = _find(session, new.source, new.ref)  # taken up before, or by somebody who was quicker and has committed
    if known is None:
        raise CodeTaken
    return _taken(known, fresh=False)


def follow(session: Session, new: NewSuggestion) -> None:
    """Let a word that has changed at its source be read anew; once work on it has begun, the change stands beside it.

    Who may read it follows at once in any case, when it became a narrower circle.
    """
    each = _find(session, new.source, new.ref)
    if each is None or each.state == "erased":
        return
    each.visit_id, each.class_id, came_back = new.visit_id, new.class_id, each.state == WITHDRAWN
    reading = as_sorted(session, each, _reading(session, new))
    if each.begun_at is None:
        same = all(getattr(each, name) == value for name, value in reading.items())
        for name, value in {**_place(new), **reading, "state": LIVE}.items():
            setattr(each, name, value)
        each.due = states.due_after(each.kind, each.received_at)
        if not same:
            note(session, each, "came_back" if came_back else "changed", None)
        return
    each.urgent = each.urgent or reading["urgent"]
    if reading["content"] not in (each.content, each.later):
        each.later = reading["content"]
        note(session, each, "changed_late", None, reading["redacted"])
    elif reading["content"] == each.content and each.later:
        each.later = ""
        note(session, each, "changed_back", None)
    each.for_teacher = each.for_teacher and new.visible_to == FOR_TEACHER
    if CIRCLES.index(reading["circle"]) > CIRCLES.index(each.circle):
        each.circle, each.about_staff, each.owner_id = reading["circle"], reading["about_staff"], None
        let_go(session, [each.id])
        note(session, each, f"to_{each.circle}", None)
    elif each.owner_id and each.owner_id in kept_from(session, each):
        each.owner_id = None
        let_go(session, [each.id])
        note(session, each, "taken_off", None)


def withdraw(session: Session, source: str, ref: str) -> None:
    """Take a word off the board because its writer took it back. What somebody already works on stays, with a note.

    How to reach its writer is forgotten at once in any case.
    """
    each = _find(session, source, ref)
    if each is None or each.state != LIVE:
        return
    each.contact = None
    if each.begun_at is None:
        each.state, each.content, each.redacted = WITHDRAWN, "", ""
        note(session, each, "withdrawn", None)
    elif _last_word(session, each.id) != "withdrawn_late":
        note(session, each, "withdrawn_late", None)


def answer_to(session: Session, source: str, ref: str) -> Answer | None:
    """Give what the writer of a word reads of it; None, if it was not taken up, was taken back or erased."""
    each = session.scalar(select(Suggestion).where(Suggestion.source == source, Suggestion.ref == ref))
    return answer_of(each) if each is not None and each.state == LIVE else None


def answer_of(each: Suggestion) -> Answer:
    """Write a suggestion as its writer reads it; how a matter of 师德 was handled is told by its handler alone."""
    status = states.status_outside(each, shanghai_day(utc_now()))
    answered = status == "answered"
    return Answer(
        id=each.id,
        status=status,
        kind=each.kind,
        topic=each.topic,
        received_at=each.received_at,
        reply=each.reply if answered else "",
        replied_at=each.replied_at if answered else None,
        rating=each.rating if answered else None,
        replied_once=each.replied_at is not None or each.reopened,
    )


def readable_by_teachers(session: Session, source: str, refs: Sequence[str]) -> set[str]:
    """Name, of these words, the ones that their writers let the class's teachers read and that are about none of them."""
    theirs = (Suggestion.source == source) & Suggestion.ref.in_(refs) & (Suggestion.state == LIVE)
    open_to_them = theirs & Suggestion.for_teacher & (Suggestion.circle == SCHOOL)
    return set(session.scalars(select(Suggestion.ref).where(open_to_them)))


def rate(session: Session, suggestion_id: str, rating: str) -> None:
    """Note what its writer says of the reply; 不满意 opens it again, once, with a new due day.

    Raises: NotFound, if there is nothing to rate: no reply yet, or one that was rated before.
    """
    each = session.get(Suggestion, suggestion_id, with_for_update=True)
    if each is None or each.state != LIVE or each.replied_at is None or each.rating is not None:
        raise NotFound
    note(session, each, "rated", None, rating)
    each.rating = rating
    if rating == "not" and not each.reopened:
        now = utc_now()
        note(session, each, "reopened", None, each.reply)
        let_go(session, [each.id])
        each.reopened, each.rating = True, None
        each.replied_at = each.closed_at = None
        each.due = states.due_after(each.kind, now)


def note(session: Session, each: Suggestion, what: str, staff_id: str | None, words: str = "") -> None:
    """Write down what was done about a suggestion, and by whom."""
    session.add(
        SuggestionEvent(id=new_id(), suggestion_id=each.id, at=utc_now(), staff_id=staff_id, what=what, words=words)
    )
    tell_owner(session, each)
    tell_author(session, each)


def last_done(session: Session, suggestion_id: str) -> str:
    """Name the last thing that was done about it, which a page shows and its forms send back; looking is nothing done."""
    done = (SuggestionEvent.suggestion_id == suggestion_id) & (SuggestionEvent.what != "read_original")
    return session.scalar(select(SuggestionEvent.id).where(done).order_by(SuggestionEvent.id.desc()).limit(1)) or ""


def clean(text: str) -> str:
    """Write words as they are kept: one kind of line break, no control characters, nothing blank around them."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return UNSEEN.sub("", lines).strip()


def _find(session: Session, source: str, ref: str) -> Suggestion | None:
    """Lock what was taken up under this name."""
    query = select(Suggestion).where(Suggestion.source == source, Suggestion.ref == ref)
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))


def _last_word(session: Session, suggestion_id: str) -> str | None:
    """Tell what its source said last: that it changed, that it was taken back."""
    said = ("received", "changed", "changed_late", "changed_back", "withdrawn", "withdrawn_late", "came_back")
    ours = (SuggestionEvent.suggestion_id == suggestion_id) & SuggestionEvent.what.in_(said)
    return session.scalar(select(SuggestionEvent.what).where(ours).order_by(SuggestionEvent.id.desc()).limit(1))


def _taken(each: Suggestion, *, fresh: bool) -> TakenUp:
    return TakenUp(each.id, fresh, for_ethics=each.circle == ETHICS, on_board=each.circle == SCHOOL, urgent=each.urgent)


def _place(new: NewSuggestion) -> dict[str, Any]:
    """Give where a word comes from, as far as it is known."""
    return {
        "named": new.named,
        "for_teacher": new.visible_to == FOR_TEACHER,
        "class_id": new.class_id,
        "student_id": new.student_id,
        "visit_id": new.visit_id,
        "author_id": new.author_id,
        "contact": new.contact,
    }


def _reading(session: Session, new: NewSuggestion) -> dict[str, Any]:
    """Give what follows from the words: whom they name, who may read them, whether a person should look at once."""
    text = clean(new.text)
    roster = roster_for(session, new.school_id, text)
    found = named_in(session, roster, text, new.class_id)
    named = Named(tuple(sorted({*found.staff, *new.about_staff})), found.duties)
    return {
        "kind": new.kind,
        "topic": new.topic,
        "asker": new.asker,
        "content": text,
        "redacted": without_names(roster, text),
        "about_staff": list(named.staff),
        "about_duties": list(named.duties),
        "urgent": listening().is_urgent(text),
        "circle": _circle(session, new, named),
    }


def _circle(session: Session, new: NewSuggestion, named: Named) -> str:
    if new.visible_to == "centre":
        return CENTRE
    if not (new.about_teacher or (new.kind == "problem" and named)):
        return SCHOOL
    concerned = {new.author_id or "", *went_along(session, new.visit_id)}
    return judged_by(session, new.school_id, named, clean(new.text), concerned)
