"""A school's box: anybody says something without signing in, and reads the answer with the 查询码 that only they were given."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server import receipts
from server.db import reading, transaction
from server.errors import AppError
from server.form_tokens import FormTokenUnfit
from server.limits.service import Limit, forgive
from server.schools.settings import settings_of
from server.suggestions.models import LIVE, Suggestion
from server.suggestions.service import CONTACT_KEPT, Answer, CodeTaken, NewSuggestion, answer_of, follow, rate, take_up

SOURCE = "box"
# A school, or a whole mobile network, may be one address: only a flood is stopped by it.
SENDINGS = Limit("box", 60, timedelta(minutes=10))
CODES_OF_ADDRESS = Limit("box code", 10, timedelta(minutes=10))
CODES_OF_SCHOOL = Limit(
    "box codes", 300, timedelta(minutes=10)
)  # whatever the address: eight digits are to stay a secret


class CodeUnknown(AppError):
    """Nothing in this school's box has this 查询码."""

    code, status = "code_unknown", 422
    message = "查询码不对。请看看当时保存的图片，再填一次。"


@dataclass(frozen=True)
class Told:
    """What somebody put into the box."""

    asker: str
    kind: str
    topic: str
    text: str
    about_teacher: bool  # a problem with one, named or not
    visible_to: str
    contact: str


@dataclass(frozen=True)
class Dropped:
    """It is in: the code that its writer is shown once, and whether the words ask for the hotlines at once."""

    code: str
    urgent: bool


def drop(school_id: str, form_id: str, told: Told, address: str) -> Dropped:
    """Take what was put into the box. The same form sent again has no second effect, and gives the same code.

    Words that were changed before the form was sent again take the place of those before.
    Raises: NotFound, if there is no such school; TooManyTries. Nothing is kept then.
    """
    SENDINGS.count(address)
    code = receipts.code_for(form_id)
    new = NewSuggestion(
        school_id=school_id,
        source=SOURCE,
        ref=form_id,
        text=told.text,
        kind=told.kind,
        topic=told.topic,
        asker=told.asker,
        about_teacher=told.about_teacher and told.kind == "problem",
        visible_to=told.visible_to,
        contact=told.contact or None,
        code_hash=receipts.hash_of(school_id, code),
    )
    with transaction() as session:
        settings_of(session, school_id)
        try:
            taken = take_up(session, new)
        except CodeTaken as error:
            raise FormTokenUnfit from error  # the fresh form draws other digits
        if not taken.fresh:
            follow(session, new)
    return Dropped(code, taken.urgent)


def dropped_before(school_id: str, form_id: str) -> Dropped | None:
    """Give once more what the writer of a form was shown, whose page went with its tab; None, if it is not in."""
    which = (Suggestion.source == SOURCE) & (Suggestion.ref == form_id) & (Suggestion.school_id == school_id)
    with reading() as session:
        urgent = session.scalar(select(Suggestion.urgent).where(which, Suggestion.state == LIVE))
    return None if urgent is None else Dropped(receipts.code_for(form_id), urgent)


def answer_for(school_id: str, code: str, address: str) -> Answer:
    """Give the answer to whoever knows the code.

    Raises: CodeUnknown; TooManyTries.
    """
    tries = CODES_OF_ADDRESS.count(address), CODES_OF_SCHOOL.count(school_id)
    with reading() as session:
        found = answer_of(_known(session, school_id, code))
    with transaction() as session:
        for each in tries:
            forgive(session, each)
    return found


def rate_answer(school_id: str, code: str, rating: str, address: str) -> None:
    """Note what its writer says of the answer.

    Raises: as `answer_for`; NotFound, if there is nothing to rate.
    """
    answer = answer_for(school_id, code, address)
    with transaction() as session:
        rate(session, answer.id, rating)


def forget_contacts(session: Session, now: datetime) -> int:
    """Forget how to reach the writers of what is over, taken back, or half a year old; gives how many.

    A reply forgets it at once; this finds what went another way.
    """
    over = Suggestion.replied_at.is_not(None) | Suggestion.closed_at.is_not(None) | (Suggestion.state != LIVE)
    old = Suggestion.received_at < now - CONTACT_KEPT
    found = Suggestion.contact.is_not(None) & (over | old)
    done: Any = session.execute(update(Suggestion).where(found).values(contact=None))
    return int(done.rowcount)


def _known(session: Session, school_id: str, code: str) -> Suggestion:
    hashed = receipts.hash_of(school_id, code)
    each = session.scalar(select(Suggestion).where(Suggestion.code_hash == hashed, Suggestion.state == LIVE))
    if each is None:
        raise CodeUnknown
    return each
