"""A page that answered a form has an address as well. Opened again or forwarded, it leads to the link's own page and carries nothing."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from server.feedback.frame import stay_big
from server.web import public

bp = Blueprint("family_forwarded", __name__, url_prefix="/f")
bp.url_defaults(stay_big)


@bp.get("/<secret>/edit")
@bp.get("/<secret>/change")
@bp.get("/<secret>/rate")
@bp.get("/<secret>/question")
@bp.get("/<secret>/take-back")
@bp.get("/<secret>/consent/again")
@bp.get("/<secret>/consent/choice")
@bp.get("/<secret>/consent/take-back")
@bp.get("/<secret>/ask")
@bp.get("/<secret>/asked")
@bp.get("/<secret>/letters")
@public
def lead_to_link(secret: str) -> ResponseReturnValue:
    """Open the link as anybody who holds it does; what a browser posted there stays with that browser."""
    return redirect(url_for("feedback_pages.show", secret=secret), 303)
