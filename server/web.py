"""What every request passes: the right a view asks for, one answer to every error, security headers, a log line.

Every view is closed unless it is marked `public`; `needs` stands beside its route. Who somebody is and what they may do
comes from `accounts`, which registers itself through `app.py` (imports go down only).
"""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from flask import Flask, Request, Response, current_app, g, redirect, render_template, request, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from server import errors
from server.actor import Actor
from server.config import Config
from server.db import new_id
from server.error_page import ways_from, words_of
from server.lines import by_line

View = TypeVar("View", bound=Callable[..., Any])
log = logging.getLogger("jiafang.request")
csrf = CSRFProtect()

CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
    "worker-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
ALWAYS = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"}
OPEN_TO_ALL = ("/f/", "/box")  # families' pages: anybody may post there
OPEN_MAX_BYTES = 256 * 1024  # ten times the longest form; more would only be read to be sent back
DRAWN = ("token", "code", "chose")  # with these a form goes on from what was sent before
HSTS = "max-age=31536000; includeSubDomains"


@dataclass(frozen=True)
class Gate:
    """How the web layer learns who asks and what they may do; filled in by `accounts`."""

    who: Callable[[Request], Actor | None]  # None: nobody; raises SignInNeeded for a credential that is no good
    may: Callable[[Actor, str], bool]


class PlainFlask(Flask):
    """Flask without async views: each request is spared the question, some nine times, whether a function is one."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Give the function as it is."""
        return func


class CookieSessions(SecureCookieSessionInterface):
    """Flask's sessions; a phone without a cookie is spared the preparations for reading one."""

    def open_session(self, app: Flask, asked: Request) -> SecureCookieSession | None:
        """Read the session from its cookie, or begin one."""
        if self.get_cookie_name(app) not in asked.cookies:
            return self.session_class()
        return super().open_session(app, asked)


def needs(right: str) -> Callable[[View], View]:
    """Mark a view with the right it asks for; `accounts/rights.py` says which duties have it."""

    def mark(view: View) -> View:
        view.right = right  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Mark a view as open to anybody."""
    view.right = None  # type: ignore[attr-defined]
    return view


def current_actor() -> Actor:
    """Tell who is asking.

    Raises: SignInNeeded, if nobody is (a public view, or one outside a request's guard).
    """
    actor: Actor | None = g.get("actor")
    if actor is None:
        raise errors.SignInNeeded
    return actor


def init_web(app: Flask, config: Config, gate: Gate) -> None:
    """Put the guard, the error handler, the headers and the log around every request."""
    app.wsgi_app = by_line(app.wsgi_app)  # type: ignore[assignment, method-assign]
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.extensions["jiafang.gate"] = gate
    app.session_interface = CookieSessions()
    app.before_request(_start)
    app.before_request(_refuse_nul)
    app.before_request(_disown)
    app.before_request(_guard)
    csrf.init_app(app)
    app.after_request(_finish)
    app.register_error_handler(Exception, answer_error)


def refuse_unmarked_views(app: Flask) -> None:
    """Fail at start when a view carries neither a right nor `public`: closed means that nobody can forget it."""
    bare = sorted(name for name, view in app.view_functions.items() if not hasattr(view, "right"))
    if bare:
        message = f"views without a right: {', '.join(bare)}"
        raise RuntimeError(message)


def _start() -> None:
    g.request_id = new_id()
    g.started = time.perf_counter()
    if request.path.startswith(OPEN_TO_ALL):
        request.max_content_length = OPEN_MAX_BYTES


def _refuse_nul() -> None:
    """Refuse the one character that a database cannot keep, before any page asks with it."""
    said = [request.path, *request.args.values()]
    if request.mimetype == "application/x-www-form-urlencoded":
        said += request.form.values()
    if any("\0" in each for each in said):
        raise errors.BadRequest


def _disown() -> None:
    """Take token and code out of what another site's page sends to a family's page: no page of ours does (ADR 0011).

    Who made it has drawn them, and could read what is typed beside them. A web view that does not say where a form comes from is believed.
    """
    from_elsewhere = request.headers.get("Sec-Fetch-Site") == "cross-site"
    if from_elsewhere and request.method == "POST" and request.path.startswith(OPEN_TO_ALL):
        said = request.form.items(multi=True)
        request.form = ImmutableMultiDict((name, each) for name, each in said if name not in DRAWN)


def _guard() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    right: str | None = getattr(view, "right", None)
    if view is None or right is None:
        return
    gate: Gate = current_app.extensions["jiafang.gate"]
    actor = gate.who(request)
    if actor is None:
        raise errors.SignInNeeded
    g.actor = actor
    if not gate.may(actor, right):
        raise errors.NotAllowed(details={"right": right})


def _finish(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CSP)
    headers.update(ALWAYS)
    if request.is_secure:
        headers["Strict-Transport-Security"] = HSTS
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    actor: Actor | None = g.get("actor")
    line = {
        "at": time.time(),
        "request": g.get("request_id"),
        "method": request.method,
        "endpoint": request.endpoint,
        "status": response.status_code,
        "ms": round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
        "staff": actor.staff_id if actor else None,
    }
    log.info(orjson.dumps(line).decode())
    return response


def as_app_error(error: Exception) -> errors.AppError:
    """Turn whatever was raised into the one kind of error that is answered."""
    if isinstance(error, errors.AppError):
        return error
    if isinstance(error, CSRFError):
        return errors.CsrfFailed()
    if isinstance(error, HTTPException):
        return _from_http(error)
    if isinstance(error, OperationalError):
        return errors.StorageFull() if "full" in str(error.orig) else errors.Busy(headers={"Retry-After": "5"})
    if isinstance(error, OSError):
        stalled = isinstance(error, TimeoutError | ConnectionError)
        return errors.Stalled() if stalled else errors.StorageFull(headers={"Retry-After": "60"})
    return errors.AppError()


def _from_http(error: HTTPException) -> errors.AppError:
    kinds: dict[int, type[errors.AppError]] = {
        400: errors.BadRequest,
        401: errors.SignInNeeded,
        403: errors.NotAllowed,
        404: errors.NotFound,
        405: errors.MethodNotAllowed,
        413: errors.TooLarge,
        415: errors.BadRequest,
        422: errors.Unprocessable,
        429: errors.TooManyTries,
    }
    details: dict[str, object] = {}
    messages = getattr(error, "data", {}) or {}
    if messages.get("messages"):
        details["fields"] = messages["messages"]
    return kinds.get(error.code or 500, errors.AppError)(details=details)


def answer_error(error: Exception) -> ResponseReturnValue:
    """Answer every error: JSON for the API, a page for people; the sentence is the same."""
    if isinstance(error, HTTPException) and error.code and error.code < 400:  # noqa: PLR2004  # a redirect is no error
        return error.get_response()
    found = as_app_error(error)
    if type(found) is errors.AppError:
        logging.getLogger("jiafang.error").error(
            json.dumps({"request": g.get("request_id"), "endpoint": request.endpoint, "error": type(error).__name__}),
            exc_info=None if current_app.config.get("PRODUCTION") else error,
        )
    if _for_people():
        return _error_page(found)
    body = {"error": found.code, "message": found.message, "details": found.details, "request_id": g.get("request_id")}
    return body, found.status, found.headers


def _for_people() -> bool:
    """Tell whether a page is expected: our pages' addresses, or any other that is not asked for as data.

    `*/*` is what previews and the browsers inside chats ask for: there a person reads what comes.
    """
    if request.path.startswith(("/school", "/centre", "/f/", "/box")):
        return True
    accepted = request.accept_mimetypes
    as_page = accepted.quality("text/html")
    return not request.path.startswith("/api/") and as_page > 0 and as_page >= accepted.quality("application/json")


def _error_page(error: errors.AppError) -> ResponseReturnValue:
    if isinstance(error, errors.SignInNeeded) and request.method == "GET":
        return redirect(url_for("sign_in_pages.sign_in", next=request.full_path.rstrip("?")))
    page = render_template("error.html", words=words_of(error), ways=ways_from(request, error))
    return page, error.status, error.headers
