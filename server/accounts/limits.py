"""How often signing in may fail: 10 times an account and 100 times an address in 10 minutes.

A school is one address, so only failures count. An attempt is written down before the password is looked at and taken
out again when it was right: attempts that run side by side cannot slip past the limit together.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from server.accounts.models import SignInFailure
from server.db import new_id, transaction
from server.errors import TooManyTries
from server.limits.service import one_at_a_time
from server.times import utc_now

WINDOW = timedelta(minutes=10)
PER_ACCOUNT = 10
PER_ADDRESS = 100


def attempt(login: str, address: str) -> str:
    """Write down that somebody tries to sign in; gives the attempt's id for `forgive`.

    Raises: TooManyTries, with `Retry-After` in seconds; then nothing is written down.
    """
    now = utc_now()
    with transaction() as session:
        one_at_a_time(session, f"sign-in of {login}")
        one_at_a_time(session, f"sign-in from {address}")
        _refuse_over(session, SignInFailure.login == login, PER_ACCOUNT, now)
        _refuse_over(session, SignInFailure.address == address, PER_ADDRESS, now)
        failure = SignInFailure(id=new_id(), login=login, address=address, at=now)
        session.add(failure)
    return failure.id


def forgive(session: Session, attempt_id: str) -> None:
    """Take an attempt back: the password was right."""
    session.execute(delete(SignInFailure).where(SignInFailure.id == attempt_id))


def sweep_failures(session: Session, now: datetime) -> int:
    """Delete the failures that count no more; gives how many."""
    done: Any = session.execute(delete(SignInFailure).where(SignInFailure.at <= now - WINDOW))
    return int(done.rowcount)


def _refuse_over(session: Session, whose: ColumnElement[bool], most: int, now: datetime) -> None:
    recent = select(SignInFailure.at).where(whose, SignInFailure.at > now - WINDOW)
    if (session.scalar(select(func.count()).select_from(recent.subquery())) or 0) < most:
        return
    # The try that must fall out of the window before the next one fits: the oldest of the last `most`.
    oldest = session.scalars(recent.order_by(SignInFailure.at.desc()).offset(most - 1).limit(1)).one()
    wait = (oldest + WINDOW - now).total_seconds()
    raise TooManyTries(headers={"Retry-After": str(max(1, round(wait + 0.5)))})
