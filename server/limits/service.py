"""Counting tries: written down before the thing is done, so that tries side by side cannot slip past together."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from server.db import new_id, transaction
from server.errors import TooManyTries
from server.keys import key_for
from server.limits.models import Try
from server.prepared import Prepared
from server.times import utc_now

# Every answer of a family asks these two: whether a try stands so far back that one more is too many, and the new one.
_NTH_NEWEST = Prepared(
    select(Try.at)
    .where(Try.who == bindparam("who"), Try.at > bindparam("since"))
    .order_by(Try.at.desc())
    .limit(1)
    .offset(bindparam("newer", type_=Integer))
)
_WRITE_DOWN = Prepared(insert(Try))


@dataclass(frozen=True)
class Limit:
    """So many tries of one thing (`what`) by one who is counted, within a window."""

    what: str
    most: int
    window: timedelta

    def count(self, who: str) -> str:
        """Write a try down; gives its id for `forgive`. `who` is kept as a keyed hash only.

        Raises: TooManyTries, with `Retry-After` in seconds; then nothing is written down.
        """
        with transaction() as session:
            return self.count_in(session, who)

    def count_in(self, session: Session, who: str) -> str:
        """As `count`, within the transaction of what is tried: a try that fails is to be counted by its caller afterwards.

        Raises: TooManyTries.
        """
        now, key = utc_now(), self._key(who)
        one_at_a_time(session, key)
        recent = {"who": key, "since": now - self.window, "newer": self.most - 1}
        for (oldest,) in _NTH_NEWEST.rows(session.connection(), recent):
            raise TooManyTries(headers={"Retry-After": str(self._wait_seconds(oldest, now))})
        tried = new_id()
        _WRITE_DOWN.write(session.connection(), {"id": tried, "who": key, "at": now, "until": now + self.window})
        return tried

    def _key(self, who: str) -> str:
        return hmac.digest(key_for("tries"), f"{self.what}:{who}".encode(), hashlib.sha256).hex()

    def _wait_seconds(self, oldest: datetime, now: datetime) -> int:
        """Tell when the try falls out of the window that must go before the next one fits."""
        return max(1, round((oldest + self.window - now).total_seconds() + 0.5))


def one_at_a_time(session: Session, key: str) -> None:
    """Let whoever tries the same thing wait for the end of this transaction; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(key))))


def forgive(session: Session, try_id: str) -> None:
    """Take a try back: it was right."""
    session.execute(delete(Try).where(Try.id == try_id))


def sweep_tries(session: Session, now: datetime) -> int:
    """Delete what counts no more; gives how many."""
    done: Any = session.execute(delete(Try).where(Try.until <= now))
    return int(done.rowcount)
