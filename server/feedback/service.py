"""Answers of families: sent once for each link, read, changed and taken back with the 查询码 alone.

Whoever holds the link (the teacher's phone does) learns from it that an answer has come, and nothing of what it says.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from server import receipts
from server.campaign.listening import listening
from server.confidence.service import (
    NOTHING,
    Outcome,
    Reported,
    answer_question,
    outcome_for,
    question_for,
    report,
    with_code,
)
from server.db import new_id, reading, transaction
from server.errors import AppError, Clash, NotFound
from server.families.service import Told, told_of
from server.feedback.codes import KEEPS_RIGHTS, WrongCode, count_code, forgive_tries, hold_word, known, word_with
from server.feedback.joining import audience, join, tell
from server.feedback.models import Feedback, Ticket
from server.feedback.opening import find_ticket, unanswered_standing
from server.feedback.reporting import apart, new_report
from server.feedback.saying import Said, differs, rewrite, write
from server.feedback.telling import SOURCE, suggested
from server.limits.service import Limit
from server.suggestions.earlier import Earlier, earlier_reply
from server.suggestions.service import Answer, TakenUp, answer_to, rate, take_up, withdraw
from server.times import utc_now

# A school, or a whole mobile network, may be one address: only a flood is stopped by it.
SENDINGS = Limit("feedback", 200, timedelta(minutes=10))
REPLIED = "学校已经答复过了，原来写的就留在这里。还有话想说，可以从意见箱告诉我们。"


class LinkUsed(AppError):
    """Somebody has answered on this link already; one link takes one answer."""

    code, status = "link_used", 409
    message = "这个链接已经收到过一份反馈。还想说的话，可以从学校意见箱告诉我们。"


class LinkEnded(AppError):
    """The link's days are over, or the school has taken it back."""

    code, status = "link_ended", 410
    message = "这个链接已过期或已停用。"


@dataclass(frozen=True)
class Sending:
    """One sending: the id of its form, the address it came from, who typed it for a family on the telephone, and the word of
    consent that its writer said on the way to it.
    """

    id: str
    address: str
    entered_by: str | None = None
    chose: str = ""


@dataclass(frozen=True)
class Sent:
    """An answer is in: the code that its writer is shown, whether the words ask for the hotlines at once, and whether
    anything was reported in confidence: said once, to its writer alone.
    """

    code: str
    urgent: bool
    in_confidence: bool


@dataclass(frozen=True)
class Own:
    """An answer as its writer reads it again; `answer` is None where no words were sent.

    `outcome` and `question` are of what was reported in confidence: None where nothing was, or nothing is asked. They are all
    that is left to read (`said` is None) once the answer was taken back or erased: a report goes its way.
    """

    said: Said | None
    sent_at: datetime | None
    changeable: bool
    answer: Answer | None
    by_phone: bool = False  # the school typed it for the family
    outcome: Outcome | None = None
    question: str | None = None
    requests: Sequence[Told] = ()  # of what the school keeps, as the writer asked for it
    contact_forgotten: bool = False  # called or replied to: it is not asked for again
    taken_back: bool = False  # no word of it is left; consent and requests are the family's all the same
    earlier: Earlier | None = None  # the reply before 不满意, until there is another one
    only_chose: bool = False  # a guardian chose in the consent's step and closed the page: there was no answer

    @property
    def keeps_rights(self) -> bool:
        """Tell whether the code speaks for the family: consent and requests are its writer's."""
        return self.said is not None or self.taken_back or self.only_chose


def send(secret: str, form: Sending, said: Said, reported: Reported = NOTHING) -> Sent:
    """Keep a family's answer, and hand its words on. The same form sent again has no second effect and gives the same code.

    Its page may never have come, and the family may have added words before it sent the form again: they take the place of
    the first ones.
    Raises: NotFound, LinkUsed, LinkEnded, TooManyTries; Clash, if the same form says something else and it is too late for
    that. Then nothing is kept.
    """
    try:
        with transaction() as session:
            SENDINGS.count_in(session, form.address)
            return _send(session, secret, form, said, reported)
    except (NotFound, LinkUsed, LinkEnded, Clash):
        SENDINGS.count(form.address)  # what was refused is a try as well
        raise


def sent_before(secret: str, form_id: str) -> Sent | None:
    """Give once more what the writer of a form was shown, whose page went with its tab; None, if it is not in.

    A report in confidence is not spoken of again. Raises: NotFound.
    """
    with reading() as session:
        ticket = find_ticket(session, secret)
        which = (Feedback.ticket_id == ticket.id) & (Feedback.form_id == form_id) & (Feedback.state == "live")
        text = session.scalar(select(Feedback.text).where(which))
    return None if text is None else Sent(receipts.code_for(form_id), listening().is_urgent(text), in_confidence=False)


def own(secret: str, code: str, address: str) -> Own:
    """Give an answer to whoever knows its code.

    Raises: NotFound; WrongCode, also where nobody has answered; TooManyTries.
    """
    tries = count_code(secret, address)
    with reading() as session:
        found = _own_of(session, find_ticket(session, secret), code)
    forgive_tries(tries)
    return found


def change(secret: str, code: str, said: Said, address: str) -> None:
    """Put other answers and words in place of what was sent, until the school has answered, 不满意 or not.

    Raises: as `own`; Clash, if the school has answered meanwhile. Nothing is changed then.
    """
    tries = count_code(secret, address)
    with transaction() as session:
        each = known(session, find_ticket(session, secret, lock=True), code)
        if not _own(session, each).changeable:
            raise Clash(message=REPLIED)
        each.changed_at = utc_now()
        rewrite(session, each, said)
    forgive_tries(tries)


def answer_question_of(secret: str, code: str, words: str, address: str) -> None:
    """Keep what the writer of a report answers to its handler's question.

    Raises: as `own`; WrongCode, if nothing was reported; NotFound, if nothing was asked.
    """
    tries = count_code(secret, address)
    with transaction() as session:
        told = with_code(session, receipts.hash_of(find_ticket(session, secret).id, code))
        if told is None:
            raise WrongCode
        answer_question(session, *told, words)
    forgive_tries(tries)


def take_back(secret: str, code: str, address: str) -> None:
    """Take an answer back: it counts no more, no teacher sees it, and its words leave the board if nobody works on them yet.

    Raises: as `own`.
    """
    tries = count_code(secret, address)
    with transaction() as session:
        each = known(session, find_ticket(session, secret, lock=True), code)
        before = audience(each)
        each.state, each.rev, each.changed_at = "withdrawn", each.rev + 1, utc_now()
        each.answers, each.text, each.contact, each.told_before = {}, "", None, None
        each.text_kind = each.topic = each.visible_to = ""
        session.flush()
        withdraw(session, SOURCE, each.id)
        tell(session, each, before)
    forgive_tries(tries)


def rate_reply(secret: str, code: str, rating: str, address: str) -> None:
    """Note what the writer says of the school's reply; 不满意 opens it again, once.

    Raises: as `own`; NotFound also, if there is no reply to rate.
    """
    tries = count_code(secret, address)
    with transaction() as session:
        each = known(session, find_ticket(session, secret, lock=True), code)
        answer = answer_to(session, SOURCE, each.id)
        if answer is not None:
            rate(session, answer.id, rating)
    forgive_tries(tries)


def _send(session: Session, secret: str, form: Sending, said: Said, reported: Reported) -> Sent:
    said, reported = apart(said, reported)
    ticket = find_ticket(session, secret, lock=True)
    each = _answer_of(session, ticket.id)
    if each is None:
        each = _begin(session, ticket, form)
        write(each, said)
        session.add(each)
        session.flush()
        hold_word(session, ticket, form.chose, each.code_hash)
        join(session, [each])
        tell(session, each, ())
    elif each.form_id != form.id:
        raise LinkUsed
    elif each.state != "live" or differs(each, said):
        _send_again(session, each, said)
    if reported:
        report(session, new_report(each, ticket, reported))
    taken = _take_up(session, each)
    urgent = bool(taken and taken.urgent) or bool(reported.text and listening().is_urgent(reported.text))
    return Sent(receipts.code_for(form.id), urgent, bool(reported))


def _begin(session: Session, ticket: Ticket, form: Sending) -> Feedback:
    if unanswered_standing(session, ticket) != "open":
        raise LinkEnded
    now = utc_now()
    return Feedback(
        id=new_id(),
        ticket_id=ticket.id,
        form_id=form.id,
        school_id=ticket.school_id,
        state="live",
        code_hash=receipts.hash_of(ticket.id, receipts.code_for(form.id)),
        entered_by=form.entered_by,
        sent_at=now,
        changed_at=now,
        rev=1,
    )


def _send_again(session: Session, each: Feedback, said: Said) -> None:
    """Let a form that was sent again with other words say these; never over what its writer changed with the code since."""
    if each.state != "live":
        raise Clash(message="这份反馈已经撤回或删除了。还有话想说，可以从意见箱告诉我们。")
    if each.changed_at != each.sent_at:
        raise Clash(message="这份反馈后来凭查询码改过，留的是改过的。还想改，请再凭查询码改。")
    if not _own(session, each).changeable:
        raise Clash(message=REPLIED)
    each.sent_at = each.changed_at = utc_now()
    rewrite(session, each, said)


def _take_up(session: Session, each: Feedback) -> TakenUp | None:
    return take_up(session, suggested(each)) if each.text and each.state == "live" else None


def _answer_of(session: Session, ticket_id: str) -> Feedback | None:
    return session.scalar(select(Feedback).where(Feedback.ticket_id == ticket_id).with_for_update())


def _own_of(session: Session, ticket: Ticket, code: str) -> Own:
    try:
        each = known(session, ticket, code, KEEPS_RIGHTS)
    except WrongCode:
        if (word := word_with(session, ticket, code)) is not None:
            return Own(None, None, False, None, requests=told_of(session, word.id), only_chose=True)
        told = with_code(session, receipts.hash_of(ticket.id, code))
        if told is None:
            raise
        return Own(None, None, False, None, outcome=outcome_for(session, *told), question=question_for(session, *told))
    return _own(session, each) if each.state == "live" else _left_of(session, each)


def _left_of(session: Session, each: Feedback) -> Own:
    """Give what its writer still has of an answer that was taken back: consent, requests, a report; none of its words."""
    told = outcome_for(session, SOURCE, each.form_id), question_for(session, SOURCE, each.form_id)
    return Own(None, None, False, None, False, *told, told_of(session, each.id), taken_back=True)


def _own(session: Session, each: Feedback) -> Own:
    answer = answer_to(session, SOURCE, each.id)
    said = Said(each.answers, each.text, each.text_kind, each.topic, each.visible_to, each.contact or "")
    changeable = answer is None or not answer.replied_once
    told = outcome_for(session, SOURCE, each.form_id), question_for(session, SOURCE, each.form_id)
    own = Own(said, each.sent_at, changeable, answer, each.entered_by is not None, *told, told_of(session, each.id))
    return replace(own, contact_forgotten=each.contact_forgotten, earlier=earlier_reply(session, SOURCE, each.id))
