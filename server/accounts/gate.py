"""Where a request's credential becomes a person: the phone's token in a header, or the browser's signed cookie."""

from flask import Request, current_app, g, request, session
from flask_wtf.csrf import generate_csrf

from server.accounts import devices, rights, sessions
from server.accounts.entry import Credentials, change_password, sign_in
from server.accounts.models import Staff
from server.accounts.passwords import Passwords
from server.actor import Actor
from server.config import Config
from server.db import reading
from server.errors import PhoneShutOut, SignInNeeded
from server.web import Gate, current_actor

COOKIE_KEY = "sign_in"  # the token's place in the signed cookie
SCHEME = "device"


def gate() -> Gate:
    """Give the web layer its way to ask who somebody is and what they may do."""
    return Gate(who=who, may=rights.may)


def who(asked: Request) -> Actor | None:
    """Tell who asks; a device token goes before a cookie. None: nobody.

    Raises: PhoneShutOut, if a device token is shown that was revoked; SignInNeeded, if it is unknown, or the header is of
    another scheme.
    """
    header = asked.headers.get("Authorization")
    if header is not None:
        scheme, _, token = header.partition(" ")
        is_phone = scheme.lower() == SCHEME
        actor = devices.actor_of_token(token.strip()) if is_phone else None
        if actor is None:
            raise PhoneShutOut if is_phone and devices.is_shut_out(token.strip()) else SignInNeeded
        return actor
    return _who_by_cookie()


def _who_by_cookie() -> Actor | None:
    token = session.get(COOKIE_KEY)
    if not isinstance(token, str):
        return None
    config: Config = current_app.config["JIAFANG"]
    known = sessions.actor_of_session(token, days=config.session_days)
    if known is None:
        return None
    if known.rolled:
        session.modified = True  # sends the cookie again with a new end
    return known.actor


def sign_in_here(login: str, password: str, new_password: str | None = None) -> Actor:
    """Sign a person in in this browser: the cookie goes out with the answer. Who was signed in here before, no longer is.

    Raises: WrongCredentials, TooManyTries, PasswordOnce or PasswordWeak; then this browser stays as it was.
    """
    config: Config = current_app.config["JIAFANG"]
    passwords: Passwords = current_app.extensions["jiafang.passwords"]
    tried = Credentials(login, password, request.remote_addr or "", new_password)
    token = sign_in(passwords, tried, days=config.session_days, instead_of=session.get(COOKIE_KEY))
    _drop_cookie()
    session.permanent = True
    session[COOKIE_KEY] = token
    actor = _who_by_cookie()
    if actor is None:
        raise SignInNeeded
    return actor


def change_password_here(password: str, new_password: str) -> None:
    """Give the person who is signed in here another password; this browser stays signed in.

    Raises: WrongCredentials, TooManyTries or PasswordWeak; then nothing is changed.
    """
    passwords: Passwords = current_app.extensions["jiafang.passwords"]
    actor = current_actor()
    with reading() as opened:
        login = opened.get_one(Staff, actor.staff_id).login
    change_password(passwords, Credentials(login, password, request.remote_addr or "", new_password), actor.session_id)


def sign_out_here() -> None:
    """Sign out in this browser: the phone's token tied to it goes on delivering, and reads no more."""
    token = session.get(COOKIE_KEY)
    if isinstance(token, str):
        sessions.close_session(token)
    _drop_cookie()


def _drop_cookie() -> None:
    """Forget everything this browser held, the CSRF token of the former session included."""
    session.clear()
    g.pop("csrf_token", None)


def csrf_token() -> str:
    """Give this session's CSRF token, for the `X-CSRFToken` header."""
    return str(generate_csrf())
