"""Consent on a family's page: asked once a visit says whose link it is; said once with the link, and after that with the 查询码.

Whoever holds the link learns only that there is nothing more to ask, never what was chosen. The code of an answer that
somebody sends later, who holds the link, is no code of the consent: it refuses, and neither shows what was chosen nor agrees.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server import receipts
from server.campaign.consent import consent_text
from server.consents import service as consents
from server.consents.models import Consent
from server.db import new_id, reading, transaction
from server.errors import AppError, NotFound
from server.feedback.codes import WrongCode, word_with
from server.feedback.joining import visit_of
from server.feedback.models import Ticket
from server.feedback.opening import child_of, find_ticket, standing_of
from server.feedback.service import SENDINGS, LinkEnded, Own, own
from server.form_tokens import FormTokens, FormTokenUnfit
from server.schools.models import Student
from server.times import shanghai_day, utc_now
from server.visits.photo_order import in_order
from server.visits.standing import standing_of_record
from server.visits.withheld import shown_fields

CHOSE = FormTokens("consent chosen")


class SaidBefore(AppError):
    """Somebody has chosen on this link already; what was chosen is changed with the 查询码 alone."""

    code, status = "consent_said", 409
    message = "同意书已经选过了。要改，请凭查询码，或打学校电话。"


class OtherCode(AppError):
    """What was chosen is read, and agreed to again, with the code that came with the choice."""

    code, status = "consent_other_code", 409
    message = "同意书要凭选的时候给的查询码来改。没有那个码，请打学校电话。"


@dataclass(frozen=True)
class Speaker:
    """As whom the holder of a code speaks; `may_agree`: or only refuse."""

    who: str
    may_agree: bool


@dataclass(frozen=True)
class Asked:
    """What the consent page asks about: captions of the photos that the teacher took ("" for one without).

    Where a guardian refuses, none is said: whoever holds a link may come here, on any link of the child.
    """

    photos: tuple[str, ...]


@dataclass(frozen=True)
class Chosen:
    """What a guardian has chosen on this link and still stands: use (its name) and whether they agree."""

    who: str
    said: tuple[tuple[str, bool], ...]

    @property
    def agrees(self) -> bool:
        """Tell whether there is anything to take back."""
        return any(agreed for _, agreed in self.said)


def asked_on(session: Session, secret: str) -> Asked:
    """Tell what is asked on a link's page.

    Raises: NotFound, also where it is not known yet whose link it is: a family could agree for nobody.
    """
    ticket = find_ticket(session, secret)
    visit = visit_of(session, ticket)
    if child_of(ticket, visit) is None:
        raise NotFound
    if visit is None:
        return Asked(())
    shown = shown_fields("visit", visit.fields, standing_of_record(session, visit))
    return Asked(tuple(str(shown.get(f"photos/{each}/caption") or "") for each in in_order(visit.fields)))


def choose(secret: str, form_id: str, who: str, uses: Mapping[str, bool], address: str) -> tuple[str, str]:
    """Keep what a guardian chose who came with the link alone; gives the code with which they change it or ask for their
    rights, and a proof of having chosen, for the answer that they go on to.

    The same form sent again has no second effect, and gives the same code; sent with another choice it is its writer's change.

    Raises: NotFound; LinkEnded, after the link's days; SaidBefore; TooManyTries. Nothing is kept then.
    """
    SENDINGS.count(address)
    with transaction() as session:
        ticket = _locked(session, secret)
        before, code = consents.word_on(session, ticket.id), receipts.code_for(form_id)
        code_hash = receipts.hash_of(ticket.id, code)
        if before is not None and before.code_hash != code_hash:
            raise SaidBefore  # also where its writer has changed it with the code since: an old page sent anew undoes nothing
        if standing_of(session, ticket) in ("revoked", "erased") or ticket.expires_on < shanghai_day(utc_now()):
            raise LinkEnded
        if before is None:
            _say(session, ticket, form_id, who, uses, code_hash)
        elif any(getattr(before, use) != agreed for use, agreed in uses.items()):
            _say(session, ticket, new_id(), before.who, uses, code_hash)
        word = consents.word_on(session, ticket.id)
        return code, CHOSE.make(ticket.id, word.id) if word else ""


def chose(ticket_id: str, proof: str) -> str:
    """Name the word that a proof tells of; "" if it is none of this link, or too old."""
    try:
        return CHOSE.read(proof, ticket_id)
    except FormTokenUnfit:
        return ""


def speaker_on(secret: str, code: str, address: str) -> Speaker:
    """Tell as whom the holder of a code speaks: who chose on this link before, else who wrote its answer; never who they say now.

    Raises: as `feedback.service.own`; WrongCode also, if that is nobody who may agree.
    """
    answer = own(secret, code, address)
    with reading() as session:
        return _speaker(session, find_ticket(session, secret), code, answer)


def choose_again(secret: str, code: str, form_id: str, uses: Mapping[str, bool], address: str) -> None:
    """Keep what the holder of a code chose, in place of what was chosen before.

    Raises: as `speaker_on`; OtherCode, if anything is agreed to with the code of an answer that somebody sent afterwards.
    """
    answer = own(secret, code, address)
    with transaction() as session:
        ticket = _locked(session, secret)
        speaker = _speaker(session, ticket, code, answer)
        if any(uses.values()) and not speaker.may_agree:
            raise OtherCode
        first = consents.word_on(session, ticket.id) is None
        _say(session, ticket, form_id, speaker.who, uses, receipts.hash_of(ticket.id, code) if first else None)


def take_back(secret: str, code: str, address: str) -> None:
    """Take back all that was agreed to on this link, at once.

    Raises: as `feedback.service.own`; OtherCode, if it is no code of the consent; NotFound also, if nothing was agreed to.
    """
    own(secret, code, address)
    with transaction() as session:
        ticket = _locked(session, secret)
        if word_with(session, ticket, code) is None:
            raise OtherCode
        word = consents.word_on(session, ticket.id)
        agreed = {use: False for use in consents.USES if word is not None and getattr(word, use)}
        if word is None or not agreed:
            raise NotFound
        _say(session, ticket, new_id(), word.who, agreed)


def has_chosen(session: Session, secret: str, code: str) -> bool:
    """Tell whether a code came with what was chosen on a link."""
    return word_with(session, find_ticket(session, secret), code) is not None


def chosen_on(session: Session, secret: str) -> Chosen | None:
    """Tell what was chosen on a link and still stands, for its writer alone: the caller has asked `has_chosen`."""
    word = consents.word_on(session, find_ticket(session, secret).id)
    if word is None or word.withdrawn_at is not None:
        return None
    return Chosen(word.who, _said(word))


def _speaker(session: Session, ticket: Ticket, code: str, answer: Own) -> Speaker:
    word, wrote = consents.word_on(session, ticket.id), answer.said.answers.get("who") if answer.said else None
    if word is not None and word_with(session, ticket, code) is not None:
        return Speaker(word.who, may_agree=True)
    if not isinstance(wrote, str) or wrote not in consent_text().givers:
        raise WrongCode
    return Speaker(wrote, may_agree=True) if word is None else Speaker(word.who, may_agree=False)


def _locked(session: Session, secret: str) -> Ticket:
    """Lock whose link it is and then its ticket, in the order in which edits and an erasure do; all is read anew then."""
    ticket = find_ticket(session, secret)
    student_id = child_of(ticket, visit_of(session, ticket))
    if student_id is not None:
        session.get(Student, student_id, with_for_update=True)
    session.expire_all()
    return find_ticket(session, secret, lock=True)


def _said(word: Consent) -> tuple[tuple[str, bool], ...]:
    uses = consent_text().uses
    return tuple((use.label, getattr(word, name)) for name, use in uses.items() if getattr(word, name) is not None)


def _say(
    session: Session, ticket: Ticket, source: str, who: str, uses: Mapping[str, bool], code_hash: str | None = None
) -> None:
    student_id = child_of(ticket, visit_of(session, ticket))
    if student_id is None:
        raise NotFound
    word = consents.Word(student_id, who, uses, "page", source, ticket_id=ticket.id, code_hash=code_hash)
    consents.say(session, word)
