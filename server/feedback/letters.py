"""大字 in the middle of a form: the same page once more, with all that was typed. Nothing is kept by it, and no try is counted."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from server.errors import NotFound
from server.feedback.forms import FeedbackForm
from server.feedback.frame import STAFF_ONLY_LOOK, is_staff, opened_by, page, stay_big
from server.feedback.noted import words_for
from server.feedback.pages import TO_MEND, form_again, unknown
from server.web import csrf, public

WRONG = "wrong"  # what the head of a page that came back said, beside the words of `noted`
NOT_SENT = "还没有发出去，您写的还在这一页，请再发一次。"

bp = Blueprint("family_letters", __name__, url_prefix="/f")
bp.register_error_handler(NotFound, unknown)
bp.url_defaults(stay_big)
csrf.exempt(bp)  # as for all pages of a link: ADR 0011


@bp.post("/<secret>/letters")
@public
def show_again(secret: str) -> ResponseReturnValue:
    """Show the questions as they are filled in, in the letters that the address asks for; what its head said is said again."""
    opened = opened_by(secret)
    if is_staff():
        return page("staff", opened, 409, problem=STAFF_ONLY_LOOK)
    form, code = FeedbackForm(request.form).named_for(opened.settings.centre), request.form.get("code", "")
    head, forgotten = request.form.get("head", ""), bool(code) and "contact" not in request.form
    problem = (NOT_SENT if form.validate() else TO_MEND) if head == WRONG else ""
    told = {"noted": head, "done": words_for(opened, head), "problem": problem, "contact_forgotten": forgotten}
    return form_again(opened, form, 200, code=code, **told)
