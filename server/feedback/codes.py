"""The 查询码 of a link: who knows it, and how often it may be tried. Only a keyed hash of it is kept (`receipts`)."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from server import receipts
from server.consents.models import Consent
from server.consents.service import word_on
from server.db import transaction
from server.errors import AppError
from server.feedback.models import Feedback, Ticket
from server.limits.service import Limit, forgive

# Whoever tries codes for a nuisance shuts out himself; from many addresses at once he has still only so many tries of one link.
CODES_OF_ONE = Limit("feedback code", 10, timedelta(minutes=10))
CODES_OF_LINK = Limit("feedback code of a link", 30, timedelta(minutes=10))
CODES_OF_ADDRESS = Limit("feedback codes", 60, timedelta(minutes=10))
KEEPS_RIGHTS = ("live", "withdrawn")  # whose code still speaks for the family


class WrongCode(AppError):
    """The 查询码 does not fit the link."""

    code, status = "wrong_code", 422
    message = "查询码不对。请看看当时保存的图片，再填一次。"


def known(session: Session, ticket: Ticket, code: str, states: Collection[str] = ("live",)) -> Feedback:
    """Find a ticket's answer by its code; one that was taken back has no words to show any more. Raises: WrongCode."""
    each = session.scalar(select(Feedback).where(Feedback.ticket_id == ticket.id))
    if each is None or each.state not in states or each.code_hash != receipts.hash_of(ticket.id, code):
        raise WrongCode
    return each


def word_with(session: Session, ticket: Ticket, code: str) -> Consent | None:
    """Find the word of consent that came with a code: of a guardian who chose on this link and may have written nothing.

    Who knows such a code reads and changes what was chosen on the link; no other code of the link does.
    """
    mine = (Consent.ticket_id == ticket.id) & (Consent.code_hash == receipts.hash_of(ticket.id, code))
    return session.scalar(select(Consent).where(mine).order_by(Consent.at, Consent.id).limit(1))


def hold_word(session: Session, ticket: Ticket, word_id: str, code_hash: str) -> None:
    """Let the code of an answer change a word that its writer said on the way to it, as long as that is the last on the link."""
    word = word_on(session, ticket.id)
    if word is not None and word.id == word_id:
        word.code_hash = code_hash


def count_code(secret: str, address: str) -> tuple[str, ...]:
    """Count a try of a code, until it is forgiven. Raises: TooManyTries.

    Whoever has had their tries of a link takes none of the others' away: theirs is asked first.
    """
    return CODES_OF_ADDRESS.count(address), CODES_OF_ONE.count(f"{address} {secret}"), CODES_OF_LINK.count(secret)


def forgive_tries(tries: tuple[str, ...]) -> None:
    """Count a try no more: its code was right."""
    with transaction() as session:
        for each in tries:
            forgive(session, each)
