"""The office inbox: what the school has taken in and could not put in its place, and the decision on it."""

from dataclasses import dataclass, field

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.accounts.access import Read, log_reads
from server.actor import Actor
from server.db import reading
from server.errors import Clash, NotFound, Unprocessable
from server.schools.finding import FOUND_MAX, Found, find_students
from server.sync import cases, office
from server.sync.forms import AcceptForm, FindForm, ReturnForm
from server.web import current_actor, needs

bp = Blueprint("inbox_pages", __name__, url_prefix="/school", template_folder="templates")


@dataclass
class Deciding:
    """The forms of one case's page, as they were filled in."""

    find: FindForm = field(default_factory=lambda: FindForm(formdata=None))
    give_back: ReturnForm = field(default_factory=lambda: ReturnForm(formdata=None))
    found: list[Found] | None = None  # None: nobody was looked for yet


@bp.app_template_global()
def waiting_cases() -> int:
    """Count what waits for the office of the person who looks at the page."""
    with reading() as session:
        return office.count_open(session, current_actor().school_id)


@bp.get("/inbox")
@needs("inbox.decide")
def inbox() -> str:
    """List what waits for a decision, oldest first."""
    with reading() as session:
        found = cases.open_cases(session, _school(current_actor()), request.args.get("after"))
    after = found[-1].id if len(found) == cases.PAGE_ROWS else None
    return render_template("sync/inbox.html", cases=found, after=after)


@bp.get("/inbox/<case_id>")
@needs("inbox.decide")
def show_case(case_id: str) -> str:
    """Show one case: the kept words, and what can be done."""
    return _page(case_id, Deciding())


@bp.post("/inbox/<case_id>")
@needs("inbox.decide")
def find_student(case_id: str) -> ResponseReturnValue:
    """Look for the student that a case's visit was really to."""
    doing = Deciding(find=FindForm())
    if not doing.find.validate_on_submit():
        return _page(case_id, doing), 422
    with reading() as session:
        doing.found = list(find_students(session, _school(current_actor()), doing.find.typed.data or ""))
    return _page(case_id, doing)


@bp.post("/inbox/<case_id>/accept")
@needs("inbox.decide")
def accept(case_id: str) -> ResponseReturnValue:
    """Let a case stand, for the student chosen if one was."""
    form = AcceptForm()
    try:
        cases.accept(current_actor(), case_id, form.student_id.data or None)
    except (Clash, Unprocessable) as error:
        return _back(case_id, error.message)
    flash("已采用，老师不用重写。")
    return redirect(url_for("inbox_pages.inbox"), 303)


@bp.post("/inbox/<case_id>/return")
@needs("inbox.decide")
def give_back(case_id: str) -> ResponseReturnValue:
    """Give a case back to its teacher with a reason."""
    form = ReturnForm()
    if not form.validate_on_submit():
        return _page(case_id, Deciding(give_back=form)), 422
    try:
        cases.return_(current_actor(), case_id, form.note.data or "")
    except (Clash, Unprocessable) as error:
        return _back(case_id, error.message)
    flash("已退回，老师会看到您写的原因；原文还留着。")
    return redirect(url_for("inbox_pages.inbox"), 303)


def _page(case_id: str, doing: Deciding) -> str:
    actor = current_actor()
    with reading() as session:
        sheet = office.case_sheet(session, _school(actor), case_id)
    log_reads(actor, "page", [Read(f"case:{case_id}", len(sheet.kept))])
    accepting = AcceptForm(formdata=None)
    return render_template("sync/case.html", sheet=sheet, doing=doing, accept=accepting, most_found=FOUND_MAX)


def _back(case_id: str, message: str) -> ResponseReturnValue:
    flash(message)
    return redirect(url_for("inbox_pages.show_case", case_id=case_id), 303)


def _school(actor: Actor) -> str:
    if actor.school_id is None:
        raise NotFound
    return actor.school_id
