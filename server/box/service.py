"""A school's box: anybody says something without signing in, and reads the answer with the 查询码 that only they were given."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server import receipts
from server.campaign.listening import listening
from server.confidence.service import (
    NOTHING,
    NewReport,
    Outcome,
    Reported,
    answer_question,
    outcome_for,
    question_for,
    report,
    with_code,
)
from server.db import reading, transaction
from server.errors import AppError, NotFound
from server.form_tokens import FormTokenUnfit
from server.limits.service import Limit, forgive
from server.schools.settings import settings_of
from server.suggestions.earlier import Earlier, earlier_reply
from server.suggestions.models import LIVE, Suggestion
from server.suggestions.service import (
    CONTACT_KEPT,
    Answer,
    CodeTaken,
    NewSuggestion,
    answer_of,
    follow,
    rate,
    take_up,
    withdraw,
)

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
    """What somebody put into the box; without words (`text`) there is only what they report in confidence."""

    asker: str
    kind: str
    topic: str
    text: str
    about_teacher: bool  # a problem with one, named or not: whatever kind was chosen, the writer was told who reads it
    visible_to: str
    contact: str


@dataclass(frozen=True)
class Dropped:
    """It is in: the code that its writer is shown, whether the words ask for the hotlines at once, and whether anything was
    reported in confidence: said once.
    """

    code: str
    urgent: bool
    in_confidence: bool = False


@dataclass(frozen=True)
class Found:
    """What a 查询码 opens: the answer to the words, and of what was reported what its writer may read; each may be None."""

    answer: Answer | None
    outcome: Outcome | None
    question: str | None
    earlier: Earlier | None = None  # the reply before 不满意, until there is another one


def drop(school_id: str, form_id: str, told: Told, address: str, reported: Reported = NOTHING) -> Dropped:
    """Take what was put into the box. The same form sent again has no second effect, and gives the same code.

    Words that were changed before the form was sent again take the place of those before; left out then, they are taken back.
    Raises: NotFound, if there is no such school; TooManyTries. Nothing is kept then.
    """
    SENDINGS.count(address)
    code = receipts.code_for(form_id)
    code_hash = receipts.hash_of(school_id, code)
    urgent = bool(reported.text) and listening().is_urgent(reported.text)
    with transaction() as session:
        settings_of(session, school_id)
        try:
            _keep_apart(session, form_id, code_hash)
            if told.text:
                urgent = _take_up(session, _suggested(school_id, form_id, told, code_hash)) or urgent
            else:
                withdraw(session, SOURCE, form_id)
            if reported:
                report(session, _report(school_id, form_id, told, reported, code_hash))
        except CodeTaken as error:
            raise FormTokenUnfit from error  # the fresh form draws other digits
    return Dropped(code, urgent, bool(reported))


def dropped_before(school_id: str, form_id: str) -> Dropped | None:
    """Give once more what the writer of a form was shown, whose page went with its tab; None, if it is not in.

    A report in confidence is not spoken of again.
    """
    which = (Suggestion.source == SOURCE) & (Suggestion.ref == form_id) & (Suggestion.school_id == school_id)
    with reading() as session:
        urgent = session.scalar(select(Suggestion.urgent).where(which, Suggestion.state == LIVE))
        told = with_code(session, receipts.hash_of(school_id, receipts.code_for(form_id)))
    return (
        Dropped(receipts.code_for(form_id), bool(urgent)) if urgent is not None or told == (SOURCE, form_id) else None
    )


def found_with(school_id: str, code: str, address: str) -> Found:
    """Give what is there to read to whoever knows the code.

    Raises: CodeUnknown; TooManyTries.
    """
    tries = CODES_OF_ADDRESS.count(address), CODES_OF_SCHOOL.count(school_id)
    with reading() as session:
        found = _found(session, receipts.hash_of(school_id, code))
    with transaction() as session:
        for each in tries:
            forgive(session, each)
    return found


def answer_question_of(school_id: str, code: str, words: str, address: str) -> None:
    """Keep what the writer of a report answers to its handler's question.

    Raises: as `found_with`; CodeUnknown also, if nothing was reported; NotFound, if nothing was asked.
    """
    found_with(school_id, code, address)
    with transaction() as session:
        told = with_code(session, receipts.hash_of(school_id, code))
        if told is None:
            raise CodeUnknown
        answer_question(session, *told, words)


def rate_answer(school_id: str, code: str, rating: str, address: str) -> None:
    """Note what its writer says of the answer.

    Raises: as `found_with`; NotFound, if there is nothing to rate.
    """
    answer = found_with(school_id, code, address).answer
    if answer is None:
        raise NotFound
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


def _suggested(school_id: str, form_id: str, told: Told, code_hash: str) -> NewSuggestion:
    return NewSuggestion(
        school_id=school_id,
        source=SOURCE,
        ref=form_id,
        text=told.text,
        kind="problem" if told.about_teacher else told.kind,
        topic=told.topic,
        asker=told.asker,
        about_teacher=told.about_teacher,
        visible_to=told.visible_to,
        contact=told.contact or None,
        code_hash=code_hash,
    )


def _report(school_id: str, form_id: str, told: Told, reported: Reported, code_hash: str) -> NewReport:
    whole = reported if told.text else reported.reached_by(told.contact)
    return NewReport(
        school_id=school_id,
        source=SOURCE,
        ref=form_id,
        reasons=reported.reasons,
        text=whole.text,
        to=reported.to,
        code_hash=code_hash,
        reply_wanted=reported.reply_wanted,
    )


def _take_up(session: Session, new: NewSuggestion) -> bool:
    taken = take_up(session, new)
    if not taken.fresh:
        follow(session, new)
    return taken.urgent


def _keep_apart(session: Session, form_id: str, code_hash: str) -> None:
    """See that nobody's words and somebody else's report are opened by the same code. Raises: CodeTaken."""
    words = select(Suggestion.id).where(Suggestion.code_hash == code_hash, Suggestion.ref != form_id)
    if session.scalar(words) is not None or with_code(session, code_hash) not in (None, (SOURCE, form_id)):
        raise CodeTaken


def _found(session: Session, code_hash: str) -> Found:
    each = session.scalar(select(Suggestion).where(Suggestion.code_hash == code_hash, Suggestion.state == LIVE))
    told = with_code(session, code_hash)
    if each is None and told is None:
        raise CodeUnknown
    of_report = (outcome_for(session, *told), question_for(session, *told)) if told else (None, None)
    if each is None:
        return Found(None, *of_report)
    return Found(answer_of(each), *of_report, earlier_reply(session, each.source, each.ref))
