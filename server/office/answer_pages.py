"""家长反馈: what families answered, as it came. Nothing here tells whether anything was reported in confidence."""

from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.accounts.access import Read, log_reads
from server.db import reading
from server.feedback import answers
from server.feedback.answers import Wanted
from server.office.answer_forms import AnswersForm
from server.office.forms import PlainForm
from server.office.people import class_names
from server.office.people_pages import school_of
from server.web import current_actor, needs

bp = Blueprint("answer_pages", __name__, url_prefix="/school/feedback", template_folder="templates")


@bp.get("")
@needs("answer.read")
def show() -> str:
    """Show what to look into first, the figures, then all, newest first."""
    actor, after = current_actor(), request.args.get("after")
    form = AnswersForm(formdata=request.args)
    form.validate()
    wanted = Wanted(form.class_id.data or None, form.teacher_id.data or None, form.first.data, form.last.data)
    with reading() as session:
        school_id = school_of(actor)
        form.offer(class_names(session, school_id).items(), answers.teachers_of(session, actor, school_id))
        first = answers.to_check(session, actor, school_id) if not after else ()
        page = answers.page_of(session, actor, school_id, wanted, after)
        figures = answers.figures_of(session, actor, school_id, wanted)
    seen = {each.id for each in (*first, *page.lines)}
    log_reads(actor, "page", [Read(f"feedback:{school_id}", len(seen))] if seen else [])
    return render_template(
        "office/answers.html",
        form=form,
        narrowed=wanted != Wanted(),
        first=first,
        page=page,
        figures=figures,
        least=answers.MASKED_UNDER,
        next_page=_address(after=page.after) if page.after else None,
        first_page=_address() if after else None,
    )


@bp.get("/<feedback_id>")
@needs("answer.read")
def one(feedback_id: str) -> str:
    """Show one answer."""
    actor = current_actor()
    with reading() as session:
        sheet = answers.sheet_of(session, actor, school_of(actor), feedback_id)
    log_reads(actor, "page", [Read(f"feedback:{feedback_id}")])
    return render_template("office/answer.html", sheet=sheet, line=sheet.line, plain=PlainForm())


@bp.post("/<feedback_id>/checked")
@needs("answer.read")
def checked(feedback_id: str) -> ResponseReturnValue:
    """Note that "the teacher did not come" was looked into."""
    answers.check_off(current_actor(), school_of(current_actor()), feedback_id)
    flash("已记下：核实过了。")
    return redirect(url_for("answer_pages.one", feedback_id=feedback_id), 303)


@bp.post("/<feedback_id>/called")
@needs("answer.read")
def called(feedback_id: str) -> ResponseReturnValue:
    """Forget the family's number: it was called."""
    answers.forget_contact(current_actor(), school_of(current_actor()), feedback_id)
    flash("号码已删除。")
    return redirect(url_for("answer_pages.one", feedback_id=feedback_id), 303)


def _address(**more: str) -> str:
    kept = {name: value for name, value in request.args.items() if name != "after" and value}
    return f"{url_for('answer_pages.show')}?{urlencode({**kept, **more})}"
