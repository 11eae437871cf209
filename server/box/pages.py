"""The school's box: /box/<school>. No sign-in, no cookie, no need of a script; opening a page changes nothing (ADR 0011)."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from server import receipts
from server.box import service as box
from server.box.forms import BoxCodeForm, BoxForm, BoxQuestionForm, BoxRatingForm
from server.campaign.parents import asked_of_parents
from server.db import reading
from server.errors import AppError, NotFound
from server.form_tokens import FormTokens, FormTokenUnfit
from server.schools.settings import Settings, settings_of
from server.suggestions import digest
from server.web import csrf, public

bp = Blueprint("box_pages", __name__, url_prefix="/box", template_folder="templates")
csrf.exempt(bp)  # there is no cookie whose owner could be tricked: ADR 0011

TOKENS = FormTokens("box")
TO_MEND = "有一处还要补一下，见下面的红字。"
NOT_SENT = "还没有发出去，您写的还在这一页，请再提交一次。"
CARRIED = "刚才填的在下面。看一看，再点“提交”。"


@bp.get("/<school_id>")
@public
def show(school_id: str) -> ResponseReturnValue:
    """Show the form."""
    school = _school(school_id)
    return _form(school, BoxForm().named_for(school.centre))


@bp.post("/<school_id>")
@public
def drop(school_id: str) -> ResponseReturnValue:
    """Take what was written. What is wrong is said beside it, and everything that was written stands there still."""
    school = _school(school_id)
    form = BoxForm(request.form).named_for(school.centre)
    if "again" in request.form and (before := _before(school_id, form)):
        return _in(school, before)
    if not form.validate():
        return _form(school, form, 422, problem=TO_MEND)
    told = box.Told(
        asker=form.asker.data or "family",
        kind=form.kind.data or "suggestion",
        topic=form.topic.data,
        text=form.text.data or "",
        about_teacher=bool(form.about_teacher.data),
        visible_to=form.visible_to.data,
        contact=form.contact.data or "",
    )
    try:
        form_id = TOKENS.read(form.token.data or "", school_id)
        dropped = box.drop(school_id, form_id, told, request.remote_addr or "", form.reported())
    except FormTokenUnfit as error:
        return _form(school, form, error.status, problem=error.message)
    except AppError as error:
        problem = f"没有发出去，您写的还在这一页。{error.message}"
        return _form(school, form, error.status, problem=problem)
    return _in(school, dropped)


@bp.post("/<school_id>/carry")
@public
def carry(school_id: str) -> ResponseReturnValue:
    """Show the form filled with what a family's link could not take; nothing is kept before it is sent from here."""
    school = _school(school_id)
    return _form(school, BoxForm(request.form).named_for(school.centre), done=CARRIED)


@bp.post("/<school_id>/letters")
@public
def show_again(school_id: str) -> ResponseReturnValue:
    """Show the form as it is filled in, in the letters that the address asks for; what its head said is said again."""
    school, head = _school(school_id), request.form.get("head")
    form = BoxForm(request.form).named_for(school.centre)
    problem = (NOT_SENT if form.validate() else TO_MEND) if head == "wrong" else ""
    return _form(school, form, problem=problem, done=CARRIED if head == "carried" else "")


@bp.get("/<school_id>/answer")
@public
def ask_code(school_id: str) -> ResponseReturnValue:
    """Ask for the 查询码."""
    return _page("code", _school(school_id), form=BoxCodeForm())


@bp.post("/<school_id>/answer")
@public
def read_answer(school_id: str) -> ResponseReturnValue:
    """Show its writer how far the school has come, and the answer."""
    school, form = _school(school_id), BoxCodeForm(request.form)
    if not form.validate():
        return _page("code", school, 422, form=form)
    try:
        found = box.found_with(school_id, form.code.data or "", request.remote_addr or "")
    except AppError as error:
        return _page("code", school, error.status, form=form, problem=error.message)
    return _page("answer", school, found=found, answer=found.answer, form=BoxRatingForm(data={"code": form.code.data}))


@bp.post("/<school_id>/rate")
@public
def rate(school_id: str) -> ResponseReturnValue:
    """Note what the writer says of the answer; what was rated before stays as it is."""
    school, form = _school(school_id), BoxRatingForm(request.form)
    code, address = form.code.data or "", request.remote_addr or ""
    done = ""
    try:
        if form.validate():
            done = _rated(school_id, code, form.rating.data, address)
        found = box.found_with(school_id, code, address)
    except AppError as error:
        return _page("code", school, error.status, form=BoxCodeForm(request.form), problem=error.message)
    status = 422 if form.errors else 200
    return _page("answer", school, status, found=found, answer=found.answer, form=form, done=done)


@bp.post("/<school_id>/question")
@public
def answer_question(school_id: str) -> ResponseReturnValue:
    """Keep the writer's answer to the one question that may be asked about a report."""
    school, form = _school(school_id), BoxQuestionForm(request.form)
    code, address = form.code.data or "", request.remote_addr or ""
    try:
        if form.validate():
            box.answer_question_of(school_id, code, form.words.data or "", address)
        found = box.found_with(school_id, code, address)
    except AppError as error:
        return _page("code", school, error.status, form=BoxCodeForm(request.form), problem=error.message)
    told = {"done": "" if form.errors else "收到了，谢谢您。", "typed": form.words.data}
    status = 422 if form.errors else 200
    return _page(
        "answer", school, status, found=found, answer=found.answer, form=BoxRatingForm(data={"code": code}), **told
    )


@bp.get("/<school_id>/answers")
@public
def answers(school_id: str) -> ResponseReturnValue:
    """Show what was said in general, and what was done."""
    school = _school(school_id)
    with reading() as session:
        told = digest.published(session, school_id)
    return _page("answers", school, told=told)


@bp.errorhandler(RequestEntityTooLarge)
def too_long(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say kindly that it was too much at once."""
    return _lonely("这一次写得太多了", "最多300字。请返回上一页，删短一些再提交；多的可以再写一条。"), 413


@bp.errorhandler(NotFound)
def unknown(_error: NotFound) -> ResponseReturnValue:
    """Say kindly that there is no such box."""
    return _lonely("没有找到这个意见箱", "链接可能没有复制全。请再扫一次校门口或通知上的二维码。"), 404


def _form(school: Settings, form: BoxForm, status: int = 200, **told: str) -> Response:
    """Give the form, under a token of this page's own.

    Never under the one that came in: whoever drew it and let another site send it here could read what is sent with it (ADR 0011).
    """
    form.token.data = TOKENS.make(school.school_id)
    return _page("form", school, status, form=form, **told)


def _in(school: Settings, dropped: box.Dropped) -> Response:
    return _page("sent", school, code=dropped.code, dropped=dropped, hotlines=school.hotlines if dropped.urgent else ())


def _before(school_id: str, form: BoxForm) -> box.Dropped | None:
    try:
        return box.dropped_before(school_id, TOKENS.read(form.token.data or "", school_id))
    except FormTokenUnfit:
        return None


def _rated(school_id: str, code: str, rating: str, address: str) -> str:
    try:
        box.rate_answer(school_id, code, rating, address)
    except NotFound:
        return "您已经评价过了。"
    return "谢谢，学校看得到您的评价。"


def _school(school_id: str) -> Settings:
    """Find the school whose box it is.

    Raises: NotFound.
    """
    with reading() as session:
        return settings_of(session, school_id)


def _lonely(title: str, words: str) -> str:
    return render_template("box/lonely.html", title=title, words=words)


def _page(name: str, school: Settings, status: int = 200, **values: Any) -> Response:
    """Give a page of the box; never kept by a browser."""
    big = request.args.get("big") == "1"
    shared = {"school": school, "big": big, "in_groups": receipts.in_groups, "kept_as": f"box-{school.school_id}"}
    shared |= {"five_no": asked_of_parents().five_no}
    text = render_template(f"box/{name}.html", **shared, **values)
    return make_response(text, status)
