"""From a family's page: 要一份资料 · 更正写错的 · 删除我家的资料. Each is asked for with link and 查询码, on a page of its own."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from server.errors import AppError, NotFound
from server.families.service import KIND_WORDS, ON_THE_PAGE
from server.feedback import service
from server.feedback.codes import WrongCode
from server.feedback.forms import CodeForm, RequestForm
from server.feedback.frame import STAFF_ONLY_LOOK, is_staff, opened_by, page, stay_big
from server.feedback.opening import Opened
from server.feedback.pages import status_page, unknown
from server.feedback.requesting import ask_with_code
from server.form_tokens import FormTokens
from server.web import csrf, public

bp = Blueprint("family_request_pages", __name__, url_prefix="/f", template_folder="templates")
csrf.exempt(bp)  # as the page it comes from: ADR 0011
bp.register_error_handler(NotFound, unknown)
bp.url_defaults(stay_big)

TOKENS = FormTokens("family request")
ASKED = "学校收到了，会先打登记的电话或当面核实，再办。最迟 15 天办好，办得怎样在这一页看。"


@bp.post("/<secret>/ask")
@public
def begin(secret: str) -> ResponseReturnValue:
    """Say what will be done, and ask for what is needed."""
    opened, form = opened_by(secret), RequestForm(request.form)
    if is_staff():
        return page("staff", opened, 409, problem=STAFF_ONLY_LOOK)
    try:
        own = service.own(secret, form.code.data or "", request.remote_addr or "")
        if not own.keeps_rights:
            raise WrongCode
    except AppError as error:
        return _code_again(opened, error)
    if form.kind.data not in ON_THE_PAGE:
        raise NotFound
    return _form(opened, form)


@bp.post("/<secret>/asked")
@public
def ask(secret: str) -> ResponseReturnValue:
    """Keep a request, and show how it stands."""
    opened, form = opened_by(secret), RequestForm(request.form)
    if is_staff():
        return page("staff", opened, 409, problem=STAFF_ONLY_LOOK)
    if form.kind.data not in ON_THE_PAGE:
        raise NotFound
    code, address = form.code.data or "", request.remote_addr or ""
    try:
        form_id = TOKENS.read(form.token.data or "", opened.ticket_id)
        if not form.validate():
            return _form(opened, form, 422)
        ask_with_code(secret, code, address, (form_id, form.kind.data, form.words.data or "", form.contact.data or ""))
        own = service.own(secret, code, address)
    except WrongCode as error:
        return _code_again(opened, error)
    except AppError as error:
        return _form(opened, form, error.status, problem=error.message)
    return status_page(opened, own, code, done=ASKED)


def _code_again(opened: Opened, error: AppError) -> ResponseReturnValue:
    return page("answered", opened, error.status, form=CodeForm(request.form), problem=error.message)


def _form(opened: Opened, form: RequestForm, status: int = 200, **words: str) -> ResponseReturnValue:
    form.token.data = TOKENS.make(opened.ticket_id)
    return page("request", opened, status, form=form, heading=KIND_WORDS[form.kind.data or ""], **words)
