"""What every page of a family's link shares: the link opened, no cookie asked for, nothing kept by a browser."""

from http import HTTPStatus
from typing import Any

from flask import Response, current_app, make_response, render_template, request

from server import receipts
from server.campaign.parents import asked_of_parents
from server.db import reading
from server.errors import SignInNeeded
from server.feedback.opening import Opened, open_link
from server.web import Gate

STAFF_ONLY_LOOK = "您正用老师的账号登录着，家长的话请家长自己写。要试，请先退出登录，或换一台手机。"


def opened_by(secret: str) -> Opened:
    """Open a link, or say kindly that there is none.

    Raises: NotFound.
    """
    with reading() as session:
        return open_link(session, secret)


def is_staff() -> bool:
    """Tell whether this browser is signed in as somebody of the school: they only look."""
    gate: Gate = current_app.extensions["jiafang.gate"]
    try:
        return gate.who(request) is not None
    except SignInNeeded:
        return False


def is_big() -> bool:
    """Tell whether the reader asked for large letters."""
    return request.args.get("big") == "1"


def stay_big(_: str, values: dict[str, Any]) -> None:
    """Let every way on from a page in large letters lead to another one."""
    if is_big():
        values.setdefault("big", "1")


def page(name: str, opened: Opened, status: int = 200, **values: Any) -> Response:
    """Give a page of the link; never kept by a browser, never found by a search engine.

    Where a code is asked for of an answer that was erased, the page says that it was.
    """
    if name == "answered" and opened.standing == "erased":
        name, status = "gone", max(status, HTTPStatus.GONE)
    text = render_template(
        f"feedback/{name}.html",
        opened=opened,
        big=is_big(),
        in_groups=receipts.in_groups,
        kept_as=f"f-{opened.ticket_id}",
        five_no=asked_of_parents().five_no,
        **values,
    )
    response = make_response(text, status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
