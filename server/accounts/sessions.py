"""Signed-in browsers: a row each, 30 days, rolling. The cookie holds the token, the table its sha256."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from server.accounts.duties import duties_of_today
from server.accounts.models import Device, SignInSession, Staff
from server.accounts.tokens import new_token, token_hash
from server.actor import Actor
from server.db import new_id, reading, transaction
from server.times import shanghai_day, utc_now

ROLL_EVERY = timedelta(days=1)  # the row is renewed at most once a day, not with each request


def still_here(day: date | BindParameter[date]) -> ColumnElement[bool]:
    """Give the condition under which a member of staff may sign in on a day."""
    return or_(Staff.left_on.is_(None), Staff.left_on >= day)


@dataclass(frozen=True)
class Known:
    """Who a cookie's token belongs to; `rolled` when its row was renewed and the cookie should be, too."""

    actor: Actor
    rolled: bool


def open_session(session: Session, staff_id: str, *, days: int, instead_of: str | None = None) -> str:
    """Sign one browser in; gives the token for its cookie, which is kept nowhere else.

    `instead_of` is the token that browser held before: that session ends, whoever's it was. The same person's phone
    stays tied, so that signing in again does not stop its reading.
    """
    token, now = new_token(), utc_now()
    fresh = SignInSession(
        id=new_id(),
        staff_id=staff_id,
        token_hash=token_hash(token),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(fresh)
    session.flush()
    if instead_of is not None:
        _replace(session, token_hash(instead_of), fresh)
    return token


def _replace(session: Session, old_hash: str, fresh: SignInSession) -> None:
    old = session.scalars(select(SignInSession).where(SignInSession.token_hash == old_hash)).one_or_none()
    if old is not None:
        tied = (Device.session_id == old.id, Device.staff_id == fresh.staff_id)
        session.execute(update(Device).where(*tied).values(session_id=fresh.id))
        session.execute(delete(SignInSession).where(SignInSession.id == old.id))


def close_session(token: str) -> None:
    """Sign one browser out: its phone's token goes on delivering, and reads no more."""
    with transaction() as session:
        session.execute(delete(SignInSession).where(SignInSession.token_hash == token_hash(token)))


def close_sessions(session: Session, staff_id: str, *, but: str | None = None) -> None:
    """Sign a person out everywhere, or everywhere but in one browser; their phones' tokens go on delivering."""
    theirs = delete(SignInSession).where(SignInSession.staff_id == staff_id)
    session.execute(theirs if but is None else theirs.where(SignInSession.id != but))


def actor_of_session(token: str, *, days: int) -> Known | None:
    """Find who a cookie's token belongs to, and keep a session that is in use alive; None: expired or unknown."""
    now = utc_now()
    query = (
        select(SignInSession.id, SignInSession.expires_at, Staff)
        .join(Staff, Staff.id == SignInSession.staff_id)
        .where(
            SignInSession.token_hash == token_hash(token),
            SignInSession.expires_at > now,
            still_here(shanghai_day(now)),
        )
    )
    with reading() as session:
        found = session.execute(query).one_or_none()
        if found is None:
            return None
        session_id, expires_at, person = found
        roles, classes = duties_of_today(session, person.id, shanghai_day(now))
    actor = Actor(person.id, person.name, person.centre_id, person.school_id, roles, classes, session_id=session_id)
    rolled = expires_at < now + timedelta(days=days) - ROLL_EVERY
    if rolled:
        _roll(session_id, now + timedelta(days=days))
    return Known(actor, rolled)


def _roll(session_id: str, until: datetime) -> None:
    with transaction() as session:
        session.execute(update(SignInSession).where(SignInSession.id == session_id).values(expires_at=until))


def sweep_sessions(session: Session, now: datetime) -> int:
    """Delete the sessions that have expired; gives how many."""
    done = session.execute(delete(SignInSession).where(SignInSession.expires_at <= now))
    return int(getattr(done, "rowcount", 0))
