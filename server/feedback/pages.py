"""A family's link: /f/<22 characters>. No sign-in, no cookie, no need of a script; opening it changes nothing (ADR 0010, 0011)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from server.campaign.consent import consent_text
from server.campaign.parents import asked_of_parents
from server.consents.service import word_on
from server.db import reading
from server.errors import AppError, NotFound
from server.families.service import KIND_WORDS, STATE_WORDS
from server.feedback import service
from server.feedback.codes import WrongCode
from server.feedback.consenting import chose, chosen_on, has_chosen
from server.feedback.forms import CodeForm, FeedbackForm, GiverForm, QuestionForm, RatingForm, TakeBackForm
from server.feedback.frame import STAFF_ONLY_LOOK, is_staff, opened_by, page, stay_big
from server.feedback.noted import OTHERS, words_for
from server.feedback.opening import Opened
from server.feedback.saying import Said
from server.feedback.service import LinkEnded, LinkUsed, Own, Sending, Sent
from server.form_tokens import FormTokens, FormTokenUnfit
from server.times import shanghai_day
from server.web import csrf, public

bp = Blueprint("feedback_pages", __name__, url_prefix="/f", template_folder="templates")
bp.url_defaults(stay_big)
csrf.exempt(bp)  # there is no cookie whose owner could be tricked: ADR 0011

TOKENS = FormTokens("feedback")
TO_MEND = "有一处还要补一下，见下面的红字。"
GONE = ("expired", "revoked", "erased")
STANDINGS = {"open": "还没填", "answered": "已收到", "expired": "已过期", "revoked": "已停用", "erased": "资料已删除"}


@bp.get("/<secret>")
@public
def show(secret: str) -> ResponseReturnValue:
    """Show the questions; or, once they are answered, that they are, and nothing of what was said."""
    opened = opened_by(secret)
    if opened.standing in GONE:
        return page("gone", opened, 410, form=CodeForm())
    if opened.standing == "answered":
        return page("answered", opened, form=CodeForm())
    if is_staff():
        return page("staff", opened, problem=STAFF_ONLY_LOOK)
    who = request.args.get("who", "")
    if opened.asks_consent and who not in _others():
        return page("giver", opened, form=GiverForm())
    return form_page(opened, who, noted=OTHERS if opened.asks_consent else "")


@bp.post("/<secret>")
@public
def send(secret: str) -> ResponseReturnValue:
    """Take an answer. What is wrong is said beside it, and everything that was written stands there still."""
    opened = opened_by(secret)
    if is_staff():
        return page("staff", opened, 409, problem=STAFF_ONLY_LOOK)
    form = FeedbackForm(request.form).named_for(opened.settings.centre)
    try:
        form_id = TOKENS.read(form.token.data or "", opened.ticket_id)
    except FormTokenUnfit as error:
        return form_again(opened, form, error.status, problem=error.message)
    if "again" in request.form and (sent := service.sent_before(secret, form_id)):
        return _in(opened, sent)
    if not form.validate():
        return form_again(opened, form, 422, problem=TO_MEND)
    try:
        sending = Sending(form_id, request.remote_addr or "", chose=chose(opened.ticket_id, form.chose.data or ""))
        sent = service.send(secret, sending, _said(form), form.reported())
    except AppError as error:
        return _not_taken(opened, form, error)
    return _in(opened, sent)


@bp.get("/<secret>/answer")
@public
def ask_code(secret: str) -> ResponseReturnValue:
    """Ask for the 查询码."""
    return page("answered", opened_by(secret), form=CodeForm())


@bp.post("/<secret>/answer")
@public
def read_own(secret: str) -> ResponseReturnValue:
    """Show its writer what was sent and what the school says to it."""
    opened, form = opened_by(secret), CodeForm(request.form)
    if not form.validate():
        return page("answered", opened, 422, form=form)
    try:
        own = service.own(secret, form.code.data or "", request.remote_addr or "")
    except AppError as error:
        return page("answered", opened, error.status, form=form, problem=error.message)
    return status_page(opened, own, form.code.data or "")


@bp.post("/<secret>/edit")
@public
def edit(secret: str) -> ResponseReturnValue:
    """Show the answer again, to be changed."""
    opened, form = opened_by(secret), CodeForm(request.form)
    try:
        own = service.own(secret, form.code.data or "", request.remote_addr or "")
        if own.said is None:
            raise WrongCode
    except AppError as error:
        return page("answered", opened, error.status, form=form, problem=error.message)
    filled = FeedbackForm(data=_filled(own.said)).named_for(opened.settings.centre)
    return page("form", opened, form=filled, code=form.code.data, contact_forgotten=own.contact_forgotten)


@bp.post("/<secret>/change")
@public
def change(secret: str) -> ResponseReturnValue:
    """Put the changed answer in place of the one before."""
    opened = opened_by(secret)
    form = FeedbackForm(request.form).named_for(opened.settings.centre)
    code = request.form.get("code", "")
    shown = {"code": code, "contact_forgotten": "contact" not in request.form}
    if not form.validate():
        return form_again(opened, form, 422, **shown, problem=TO_MEND)
    try:
        service.change(secret, code, _said(form), request.remote_addr or "")
        own = service.own(secret, code, request.remote_addr or "")
    except AppError as error:
        return form_again(opened, form, error.status, **shown, problem=_kept_words(error))
    return status_page(opened, own, code, done="改好了。")


@bp.post("/<secret>/rate")
@public
def rate(secret: str) -> ResponseReturnValue:
    """Note what the writer says of the reply."""
    opened, form = opened_by(secret), RatingForm(request.form)
    code = form.code.data or ""
    try:
        if form.validate():
            service.rate_reply(secret, code, form.rating.data, request.remote_addr or "")
        own = service.own(secret, code, request.remote_addr or "")
    except NotFound:
        own = service.own(secret, code, request.remote_addr or "")
    except AppError as error:
        return page("answered", opened, error.status, form=CodeForm(request.form), problem=error.message)
    return status_page(opened, own, code, done="" if form.errors else "谢谢，学校看得到您的评价。")


@bp.post("/<secret>/question")
@public
def answer_question(secret: str) -> ResponseReturnValue:
    """Keep the writer's answer to the one question that may be asked about a report."""
    opened, form = opened_by(secret), QuestionForm(request.form)
    code = form.code.data or ""
    try:
        if form.validate():
            service.answer_question_of(secret, code, form.words.data or "", request.remote_addr or "")
        own = service.own(secret, code, request.remote_addr or "")
    except AppError as error:
        return page("answered", opened, error.status, form=CodeForm(request.form), problem=error.message)
    return status_page(opened, own, code, done="" if form.errors else "收到了，谢谢您。", typed=form.words.data)


@bp.post("/<secret>/take-back")
@public
def take_back(secret: str) -> ResponseReturnValue:
    """Take the answer back, once the writer has said that they are sure."""
    opened, form = opened_by(secret), TakeBackForm(request.form)
    code = form.code.data or ""
    try:
        if not form.validate():
            own = service.own(secret, code, request.remote_addr or "")
            return status_page(opened, own, code, problem="要撤回，请先勾上“确定撤回”。")
        service.take_back(secret, code, request.remote_addr or "")
    except AppError as error:
        return page("answered", opened, error.status, form=CodeForm(request.form), problem=error.message)
    return page("taken_back", opened)


@bp.errorhandler(NotFound)
def unknown(error: NotFound) -> ResponseReturnValue:
    """Say kindly that there is no such link; whose it might have been, nobody can tell."""
    return render_template("feedback/unknown.html"), error.status, {"X-Robots-Tag": "noindex, nofollow"}


@bp.app_template_filter()
def china_day(at: datetime) -> str:
    """Write the day of a moment in China: 10月15日."""
    day = shanghai_day(at)
    return f"{day.month}月{day.day}日"


@bp.app_template_filter()
def standing_words(standing: str) -> str:
    """Say how a link stands, on the school's pages."""
    return STANDINGS[standing]


def _others() -> list[str]:
    """List who may give an opinion and cannot agree for a child."""
    return [each.code for each in asked_of_parents().codes["who"] if each.code not in consent_text().givers]


def form_page(opened: Opened, who: str, *, noted: str = "", chose: str = "") -> ResponseReturnValue:
    """Give the questions, nothing said yet.

    `noted`: what to say at their head; `chose`: the proof of what was chosen on the way, which no address carries (ADR 0015).
    """
    form = FeedbackForm(data={"who": who, "chose": chose}).named_for(opened.settings.centre)
    form.token.data = TOKENS.make(opened.ticket_id)
    return page("form", opened, form=form, noted=noted, done=words_for(opened, noted), fresh=True)


def form_again(opened: Opened, form: FeedbackForm, status: int, **told: Any) -> ResponseReturnValue:
    """Give the questions again with all that was typed, under a token of this page's own.

    Never under the one that came in: whoever drew it and let another site send it here could read what is sent with it (ADR 0011).
    """
    form.token.data = TOKENS.make(opened.ticket_id)
    return page("form", opened, status, form=form, **told)


def _said(form: FeedbackForm) -> Said:
    return Said(
        answers=form.answers(),
        text=form.text.data or "",
        text_kind=form.text_kind.data or "suggestion",
        topic=form.topic.data or "other",
        visible_to=form.visible_to.data or "school",
        contact=form.contact.data or "",
    )


def _filled(said: Said) -> Mapping[str, Any]:
    names = ("text", "text_kind", "topic", "visible_to", "contact")
    return {**said.answers, **{name: getattr(said, name) for name in names}}


def _in(opened: Opened, sent: Sent) -> ResponseReturnValue:
    return page("sent", opened, code=sent.code, sent=sent, hotlines=opened.settings.hotlines if sent.urgent else ())


def _not_taken(opened: Opened, form: FeedbackForm, error: AppError) -> ResponseReturnValue:
    if isinstance(error, LinkUsed):
        return page("answered", opened, error.status, form=CodeForm(), used=True, written=form)
    if isinstance(error, LinkEnded):
        return page("gone", opened, error.status, form=CodeForm(), written=form)
    return form_again(opened, form, error.status, problem=_kept_words(error))


def _kept_words(error: AppError) -> str:
    return f"没有发出去，您写的还在这一页。{error.message}"


def status_page(opened: Opened, own: Own, code: str, **words: Any) -> ResponseReturnValue:
    """Give what was sent and what the school says to it; the caller has asked for the 查询码."""
    secret = str((request.view_args or {})["secret"])
    with reading() as session:
        mine = has_chosen(session, secret, code)
        chosen = chosen_on(session, secret) if mine else None
        is_chosen = word_on(session, opened.ticket_id) is not None
    gives = own.said is not None and own.said.answers.get("who") in consent_text().givers
    return page(
        "status",
        opened,
        own=own,
        code=code,
        rating=RatingForm(),
        label=asked_of_parents().label,
        chosen=chosen,
        may_choose=chosen is not None or (opened.asks_consent and gives),
        may_refuse=gives and is_chosen and not mine,
        kinds=KIND_WORDS,
        states=STATE_WORDS,
        **words,
    )
