"""The consent of the parents, a step of its own on a family's link: real refusals, nothing ticked beforehand (F11, ADR 0015)."""

from collections.abc import Mapping

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from server.campaign.consent import consent_text
from server.db import reading
from server.errors import AppError, NotFound
from server.feedback import consenting, service
from server.feedback.forms import CodeForm, ConsentForm, GiverForm
from server.feedback.frame import STAFF_ONLY_LOOK, is_staff, opened_by, page, stay_big
from server.feedback.noted import NO, YES, words_for
from server.feedback.opening import Opened
from server.feedback.pages import form_page, status_page, unknown
from server.feedback.service import LinkEnded
from server.form_tokens import FormTokens, FormTokenUnfit
from server.web import csrf, public

bp = Blueprint("family_consent", __name__, url_prefix="/f")
bp.register_error_handler(NotFound, unknown)
bp.url_defaults(stay_big)
csrf.exempt(bp)  # as for all pages of a link: ADR 0011
TOKENS = FormTokens("consent")


@bp.get("/<secret>/consent")
@public
def ask_giver(secret: str) -> ResponseReturnValue:
    """Ask who is reading: only a parent or guardian is shown the ticks."""
    opened = opened_by(secret)
    return _to_form(secret) if not opened.asks_consent else page("giver", opened, form=GiverForm())


@bp.post("/<secret>/consent")
@public
def ask_consent(secret: str) -> ResponseReturnValue:
    """Show a parent the text and the ticks; lead anybody else on to their own words."""
    opened, form = opened_by(secret), GiverForm(request.form)
    if is_staff():
        return page("staff", opened, 409, problem=STAFF_ONLY_LOOK)
    if not opened.asks_consent:
        return _to_form(secret)
    if not form.validate():
        return page("giver", opened, 422, form=form)
    if form.who.data not in consent_text().givers:
        return _to_form(secret, who=form.who.data)
    return _ask(secret, opened, ConsentForm(who=form.who.data))


@bp.post("/<secret>/consent/again")
@public
def ask_again(secret: str) -> ResponseReturnValue:
    """Show the text and the ticks to the writer of an answer once more."""
    opened, code = opened_by(secret), request.form.get("code", "")
    try:
        speaker = consenting.speaker_on(secret, code, request.remote_addr or "")
        form = ConsentForm(who=speaker.who, code=code)
        return _ask(secret, opened, form, only_refuses=not speaker.may_agree)
    except AppError as error:
        return _no_code(opened, error)


@bp.post("/<secret>/consent/choice")
@public
def choose(secret: str) -> ResponseReturnValue:
    """Keep what a parent chose, and go on, or close the page."""
    opened, form = opened_by(secret), ConsentForm(request.form)
    if is_staff():
        return page("staff", opened, 409, problem=STAFF_ONLY_LOOK)
    if opened.standing == "erased":
        return page("gone", opened, LinkEnded.status, form=CodeForm())
    try:
        form_id = TOKENS.read(form.token.data or "", opened.ticket_id)
    except FormTokenUnfit as error:
        return _ask(secret, opened, form, error.status, "这一页放得太久了，请再点一次。")
    if not form.validate():
        return _ask(secret, opened, form, 422)
    return _keep(secret, opened, form, form_id)


@bp.post("/<secret>/consent/take-back")
@public
def take_consent_back(secret: str) -> ResponseReturnValue:
    """Take everything back that was agreed to; it counts at once."""
    opened, code = opened_by(secret), request.form.get("code", "")
    try:
        consenting.take_back(secret, code, request.remote_addr or "")
        own = service.own(secret, code, request.remote_addr or "")
    except AppError as error:
        return _no_code(opened, error)
    return status_page(
        opened, own, code, done="同意已经撤回：从现在起不再记录，以前写下的收起来了，除非法律要求，谁也不看。"
    )


def _keep(secret: str, opened: Opened, form: ConsentForm, form_id: str) -> ResponseReturnValue:
    code, address = form.code.data or "", request.remote_addr or ""
    uses = _uses(secret, form)
    try:
        if code:
            consenting.choose_again(secret, code, form_id, uses, address)
            own = service.own(secret, code, address)
        else:
            fresh, proof = consenting.choose(secret, form_id, form.who.data, uses, address)
    except consenting.SaidBefore:
        return _to_form(secret, who=form.who.data)
    except service.LinkEnded as error:
        return page("gone", opened, error.status)
    except AppError as error:
        return _no_code(opened, error) if code else _ask(secret, opened, form, error.status, error.message)
    # Nothing is compared for it with what was said on other links: whoever holds this one may say that they are the father.
    noted = YES if uses["record"] else NO
    if code:
        done = consent_text().agreed_again if noted == YES else words_for(opened, NO, goes_on=False)
        return status_page(opened, own, code, done=done)
    if form.choice.data == "close" or opened.standing == "answered":  # somebody else has: there is nothing to go on to
        return page("closed", opened, done=words_for(opened, noted, goes_on=False), code=fresh)
    return form_page(opened, form.who.data or "", noted=noted, chose=proof)


def _uses(secret: str, form: ConsentForm) -> Mapping[str, bool]:
    """Give an answer to each thing that was asked: what is not ticked is not agreed to."""
    agrees = form.choice.data == "agree"
    with reading() as session:
        asked = ("record", "photo_archive") if consenting.asked_on(session, secret).photos else ("record",)
    return {use: agrees and use in (form.uses.data or ()) for use in asked}


def _ask(
    secret: str, opened: Opened, form: ConsentForm, status: int = 200, problem: str = "", *, only_refuses: bool = False
) -> ResponseReturnValue:
    with reading() as session:
        asked = consenting.asked_on(session, secret)
    form.token.data = TOKENS.make(opened.ticket_id)  # never the one that came in, which another may have drawn
    form.ask(asked.photos)
    ours, text = opened.settings, consent_text()
    paragraphs = text.paragraphs(school=ours.school, contact=ours.contact, phone=ours.phone)
    told = {"paragraphs": paragraphs, "from_14": text.from_14, "problem": problem, "only_refuses": only_refuses}
    return page("consent", opened, status, form=form, **told)


def _no_code(opened: Opened, error: AppError) -> ResponseReturnValue:
    return page("answered", opened, error.status, form=CodeForm(request.form), problem=error.message)


def _to_form(secret: str, who: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("feedback_pages.show", secret=secret, who=who), 303)
