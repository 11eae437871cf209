"""What a family asks of the data that the school keeps about it, from its answer's page: with link and 查询码, never one alone."""

from datetime import timedelta

from sqlalchemy.orm import Session

from server.consents.models import Consent
from server.db import transaction
from server.families.service import NewRequest, ask
from server.feedback.codes import KEEPS_RIGHTS, WrongCode, count_code, forgive_tries, known, word_with
from server.feedback.models import Feedback, Ticket
from server.feedback.opening import find_ticket
from server.limits.service import Limit

REQUESTS = Limit("family request", 60, timedelta(minutes=10))  # of one address, which may be a whole network


def ask_with_code(secret: str, code: str, address: str, new: tuple[str, str, str, str]) -> None:
    """Keep a request of an answer's writer; `new`: form id, kind, words, contact. Nothing is kept twice.

    Raises: NotFound, WrongCode, TooManyTries; Unprocessable and Clash as `families.service.ask`.
    """
    form_id, kind, words, contact = new
    REQUESTS.count(address)
    tries = count_code(secret, address)
    with transaction() as session:
        ticket = find_ticket(session, secret, lock=True)
        each = _speaks(session, ticket, code)
        asked = NewRequest(form_id, each.school_id, kind, words, contact, each.student_id, each.id)
        ask(session, asked)
    forgive_tries(tries)


def _speaks(session: Session, ticket: Ticket, code: str) -> Feedback | Consent:
    """Find what speaks for the family: its answer, or the word of a guardian who wrote none. Raises: WrongCode."""
    try:
        return known(session, ticket, code, KEEPS_RIGHTS)
    except WrongCode:
        word = word_with(session, ticket, code)
        if word is None:
            raise
        return word
