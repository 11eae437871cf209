"""Phones: one row a (browser, person). A token delivers until it is revoked; it reads only while its person is signed in."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import and_, bindparam, delete, select, update
from sqlalchemy.orm import Session

from server.accounts.duties import by_class, running
from server.accounts.models import Device, Duty, SignInSession, Staff
from server.accounts.sessions import still_here
from server.accounts.tokens import new_token, token_hash
from server.actor import Actor
from server.db import ask, reading, transaction
from server.errors import DeviceTaken
from server.prepared import Prepared
from server.times import shanghai_day, utc_now

SEEN_EVERY = timedelta(hours=1)  # `last_seen_at` is no log: it is written at most this often

# Every call of a phone asks this, so it is asked at once: the phone, its person, whether they are signed in
# there and still with us, and a row for each duty of today.
_SHOWN = Prepared(
    select(Device.id, Device.last_seen_at, Staff.id, Staff.name, Staff.centre_id, Staff.school_id)
    .add_columns(SignInSession.id, still_here(bindparam("today")), Duty.kind, Duty.class_id)
    .join(Staff, Staff.id == Device.staff_id)
    .outerjoin(SignInSession, and_(SignInSession.id == Device.session_id, SignInSession.expires_at > bindparam("now")))
    .outerjoin(Duty, and_(Duty.staff_id == Staff.id, running(bindparam("today"))))
    .where(Device.token_hash == bindparam("token_hash"), Device.revoked_at.is_(None))
)


def register(actor: Actor, device_id: str, name: str) -> str:
    """Tie a phone to the person and the session they are signed in with; gives its new token, once.

    The same phone asking again gets another token and its old one dies.
    Raises: DeviceTaken, if the id is another person's: nothing is changed.
    """
    token = new_token()
    with transaction() as session:
        device = session.get(Device, device_id)
        if device is None:
            device = Device(id=device_id, staff_id=actor.staff_id, created_at=utc_now())
            session.add(device)
        elif device.staff_id != actor.staff_id:
            raise DeviceTaken
        device.name, device.session_id = name, actor.session_id
        device.token_hash, device.revoked_at = token_hash(token), None
    return token


def actor_of_token(token: str) -> Actor | None:
    """Find whose phone shows this token; None: unknown or revoked.

    `reads` is false when its person is signed out there, or has left: what they wrote is still taken.
    """
    now = utc_now()
    asked = {"token_hash": token_hash(token), "now": now, "today": shanghai_day(now)}
    found = ask(_SHOWN, asked)
    if not found:
        return None
    device_id, seen_at, staff_id, name, centre_id, school_id, session_id, here, *_ = found[0]
    roles, classes = by_class((kind, class_id) for *_, kind, class_id in found if kind is not None)
    if seen_at is None or seen_at < now - SEEN_EVERY:
        _saw(device_id)
    return Actor(
        staff_id,
        name,
        centre_id,
        school_id,
        roles,
        classes,
        device_id=device_id,
        session_id=session_id,
        reads=session_id is not None and bool(here),
        here=bool(here),
    )


def is_shut_out(token: str) -> bool:
    """Tell whether this token is that of a phone which was shut out, and no unknown one."""
    theirs = (Device.token_hash == token_hash(token)) & Device.revoked_at.is_not(None)
    with reading() as session:
        return session.scalar(select(Device.id).where(theirs)) is not None


def devices_of(session: Session, staff_id: str) -> Sequence[Device]:
    """List a person's phones and computers: those that were shut out last, else the newest first."""
    theirs = select(Device).where(Device.staff_id == staff_id)
    return session.scalars(theirs.order_by(Device.revoked_at.is_not(None), Device.created_at.desc())).all()


def revoke(session: Session, device_id: str) -> None:
    """Shut a phone out for good, as when it is lost: its token neither delivers nor reads any more.

    Its browser is signed out, too: else it would ask for another token.
    """
    tied = select(Device.session_id).where(Device.id == device_id).scalar_subquery()
    session.execute(delete(SignInSession).where(SignInSession.id == tied))
    session.execute(update(Device).where(Device.id == device_id).values(revoked_at=utc_now()))


def _saw(device_id: str) -> None:
    with transaction() as session:
        session.execute(update(Device).where(Device.id == device_id).values(last_seen_at=utc_now()))
