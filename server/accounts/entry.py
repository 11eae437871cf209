"""Signing in, and the password that it takes: the person's own, or one that the office gave and that must be changed at once."""

import secrets
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts import limits
from server.accounts.models import Staff
from server.accounts.passwords import Passwords
from server.accounts.service import plain_login, set_password
from server.accounts.sessions import close_sessions, open_session, still_here
from server.db import reading, transaction
from server.errors import PasswordOnce, PasswordOver, PasswordWeak, WrongCredentials
from server.times import shanghai_day, utc_now

PASSWORD_MIN_CHARS = 8
PLAIN_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is read as another: no i, l, o, 0, 1


@dataclass(frozen=True)
class Credentials:
    """What somebody typed to sign in, and the address they typed it from; `new_password` goes into the old one's place."""

    login: str
    password: str = field(repr=False)
    address: str
    new_password: str | None = field(default=None, repr=False)


def sign_in(passwords: Passwords, tried: Credentials, *, days: int, instead_of: str | None = None) -> str:
    """Sign a person in; gives the token of a session of `days` days, for the browser's cookie.

    Raises: WrongCredentials for an unknown name, a wrong password and somebody who has left alike, after the same time;
    TooManyTries, if this account or address failed too often; PasswordOnce, if the password is right and one that the office
    gave, without a new one beside it; PasswordOver, if it is and its days are over; PasswordWeak. Nothing is changed but the count of failures.
    """
    person = _known(passwords, tried)
    if tried.new_password is None and person.password_until is not None:
        raise PasswordOnce
    fresh_hash = _fresh_hash(passwords, tried, person)
    with transaction() as session:
        _refuse_overtaken(session, person)
        if fresh_hash:
            set_password(session, person.id, fresh_hash)
        return open_session(session, person.id, days=days, instead_of=instead_of)


def change_password(passwords: Passwords, tried: Credentials, session_id: str | None) -> None:
    """Put a person's new password into the place of the old one; all their browsers but this one are signed out.

    `session_id` is the browser that asks. What their phones have not delivered yet is delivered all the same.
    Raises: WrongCredentials, TooManyTries, PasswordOver, PasswordWeak; nothing is changed but the count of failures.
    """
    person = _known(passwords, tried)
    fresh_hash = _fresh_hash(passwords, tried, person)
    with transaction() as session:
        _refuse_overtaken(session, person)
        if fresh_hash:
            set_password(session, person.id, fresh_hash)
        close_sessions(session, person.id, but=session_id)


def give_password_once(session: Session, passwords: Passwords, staff_id: str) -> str:
    """Give a person a password that opens nothing until they have changed it, and sign them out everywhere.

    Their phones go on delivering what was written. Returns: the password, which is kept nowhere.
    """
    password, kept = password_once(passwords)
    set_password(session, staff_id, kept, once=True)
    close_sessions(session, staff_id)
    return password


def password_once(passwords: Passwords) -> tuple[str, str]:
    """Make up a password that is easily read out and typed, such as k7mp-xw3t-9hqa; gives it, and what is kept of it."""
    password = "-".join("".join(secrets.choice(PLAIN_SIGNS) for _ in range(4)) for _ in range(3))
    return password, passwords.make(password)


def _known(passwords: Passwords, tried: Credentials) -> Staff:
    """Find who a name and a password belong to; a wrong try is counted. Only who knows the password learns that it is over."""
    login = plain_login(tried.login)
    attempt_id = limits.attempt(login, tried.address)
    with reading() as session:
        here = still_here(shanghai_day(utc_now()))
        person = session.scalars(select(Staff).where(Staff.login == login, here)).one_or_none()
    if not passwords.fits(person.password_hash if person else None, tried.password) or person is None:
        raise WrongCredentials
    with transaction() as session:
        limits.forgive(session, attempt_id)
    if person.password_until is not None and person.password_until < utc_now():
        raise PasswordOver
    return person


def _fresh_hash(passwords: Passwords, tried: Credentials, person: Staff) -> str | None:
    """Hash what the person is to sign in with from now on; None, if that is what is kept already."""
    if tried.new_password is not None:
        _refuse_weak(tried.new_password, person.login, tried.password)
        return passwords.make(tried.new_password)
    return passwords.make(tried.password) if passwords.aged(person.password_hash) else None


def _refuse_weak(password: str, login: str, old: str) -> None:
    plain = password.strip().lower()
    if len(plain) < PASSWORD_MIN_CHARS or len(set(plain)) == 1 or plain == login or password == old:
        raise PasswordWeak


def _refuse_overtaken(session: Session, person: Staff) -> None:
    """Refuse a password that was right when it was looked at and is another one by now: the office gave a new one."""
    now = session.scalar(select(Staff.password_hash).where(Staff.id == person.id).with_for_update())
    if now != person.password_hash:
        raise WrongCredentials
