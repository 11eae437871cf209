"""Consent on a family's page: asked once a visit says whose link it is; said once with the link, and after that with the 查询码.

Whoever holds the link learns only that there is nothing more to ask, never what was chosen.
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
from server.feedback.codes import WrongCode
from server.feedback.joining import visit_of
from server.feedback.models import Ticket
from server.feedback.opening import child_of, find_ticket, standing_of
from server.feedback.service import SENDINGS, LinkEnded, own
from server.schools.models import Student
from server.times import shanghai_day, utc_now
from server.visits.photo_order import in_order
from server.visits.standing import standing_of_record
from server.visits.withheld import shown_fields


class SaidBefore(AppError):
    """Somebody has chosen on this link already; what was chosen is changed with the 查询码 alone."""

    code, status = "consent_said", 409
    message = "同意书已经选过了。要改，请凭查询码，或打学校电话。"


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


def choose(secret: str, form_id: str, who: str, uses: Mapping[str, bool], address: str) -> str:
    """Keep what a guardian chose who came with the link alone; gives the code with which they change it or ask for their rights.

    The same form sent again has no second effect, and gives the same code.

    Raises: NotFound; LinkEnded, after the link's days; SaidBefore; TooManyTries. Nothing is kept then.
    """
    SENDINGS.count(address)
    with transaction() as session:
        ticket = _locked(session, secret)
        before = consents.word_on(session, ticket.id)
        if before is not None and before.source != form_id:
            raise SaidBefore
        if standing_of(session, ticket) in ("revoked", "erased") or ticket.expires_on < shanghai_day(utc_now()):
            raise LinkEnded
        code = receipts.code_for(form_id)
        _say(session, ticket, form_id, who, uses, receipts.hash_of(ticket.id, code))
        return code


def giver_on(secret: str, code: str, address: str) -> str:
    """Tell as whom the holder of a code speaks: who chose on this link before, else who wrote its answer; never who they say now.

    Raises: as `feedback.service.own`; WrongCode also, if that is nobody who may agree.
    """
    answer = own(secret, code, address)
    with reading() as session:
        word = consents.word_on(session, find_ticket(session, secret).id)
    who = word.who if word is not None else answer.said.answers.get("who") if answer.said else None
    if not isinstance(who, str) or who not in consent_text().givers:
        raise WrongCode
    return who


def choose_again(secret: str, code: str, form_id: str, uses: Mapping[str, bool], address: str) -> None:
    """Keep what the writer of an answer chose, in place of what they had chosen before.

    Raises: as `giver_on`.
    """
    who = giver_on(secret, code, address)
    with transaction() as session:
        _say(session, _locked(session, secret), form_id, who, uses)


def take_back(secret: str, code: str, address: str) -> None:
    """Take back all that was agreed to on this link, at once.

    Raises: as `feedback.service.own`; NotFound also, if nothing was agreed to.
    """
    own(secret, code, address)
    with transaction() as session:
        ticket = _locked(session, secret)
        word = consents.word_on(session, ticket.id)
        agreed = {use: False for use in consents.USES if word is not None and getattr(word, use)}
        if word is None or not agreed:
            raise NotFound
        _say(session, ticket, new_id(), word.who, agreed)


def chosen_on(session: Session, secret: str) -> Chosen | None:
    """Tell what was chosen on a link and still stands, for its writer alone: the caller has asked for the 查询码."""
    word = consents.word_on(session, find_ticket(session, secret).id)
    if word is None or word.withdrawn_at is not None:
        return None
    return Chosen(word.who, _said(word))


def overruled_on(session: Session, secret: str) -> bool:
    """Tell whether what was agreed to on a link does not count yet, since the same guardian refused it on another link.

    For who has just chosen there, alone. Nothing is told of what another guardian said.
    """
    word = consents.word_on(session, find_ticket(session, secret).id)
    if word is None:
        return False
    others = [each for each in consents.words_in_force(session, word.student_id) if each.ticket_id != word.ticket_id]
    return any(
        each.who == word.who and consents.refuses(each, use) and getattr(word, use)
        for each in others
        for use in consents.USES
    )


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
