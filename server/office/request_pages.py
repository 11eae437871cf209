"""家长请求: what families ask of the data about them, with 15 days for each; and the file that a copy is."""

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from server.accounts.access import Read, log_reads
from server.db import new_id, reading
from server.families.service import NewRequest
from server.office import erasing, requests, students
from server.office.forms import RELATIONS, FindForm, PlainForm
from server.office.people_pages import school_of
from server.office.request_forms import CheckForm, NewRequestForm, RefuseForm
from server.schools.finding import find_students
from server.web import current_actor, needs

bp = Blueprint("request_pages", __name__, url_prefix="/school", template_folder="templates")


@bp.get("/requests")
@needs("request.keep")
def queue() -> str:
    """List what families ask, and what an erasure left for a person to read."""
    actor = current_actor()
    with reading() as session:
        waiting, over = requests.queue(session, school_of(actor), actor.staff_id)
        left = erasing.left_to_read(session, school_of(actor))
        to_read = [visits for visits in left if students.left_visits(session, school_of(actor), visits)]
    log_reads(actor, "page", [Read(f"request:{line.id}") for line in (*waiting, *over)])
    return render_template("office/requests.html", waiting=waiting, over=over, left=to_read)


@bp.get("/students/<student_id>/request")
@needs("request.keep")
def newcomer(student_id: str) -> str:
    """Ask what a family asked for by telephone or in person."""
    return _new(student_id, NewRequestForm(form_id=new_id()))


@bp.post("/students/<student_id>/request")
@needs("request.keep")
def write_down(student_id: str) -> ResponseReturnValue:
    """Keep it."""
    form, actor = NewRequestForm(), current_actor()
    if not form.validate_on_submit():
        return _new(student_id, form), 422
    asked = NewRequest(
        form_id=(form.form_id.data or new_id())[:36],
        school_id=school_of(actor),
        kind=form.kind.data,
        words=form.words.data or "",
        contact=form.contact.data or "",
        student_id=student_id,
        by=actor.staff_id,
    )
    request_id = requests.write_down(actor, school_of(actor), asked)
    return redirect(url_for("request_pages.one", request_id=request_id), 303)


@bp.get("/requests/<request_id>")
@needs("request.keep")
def one(request_id: str) -> str:
    """Show one request, and what is to be done next."""
    return _one(request_id)


@bp.post("/requests/<request_id>/find")
@needs("request.keep")
def find(request_id: str) -> ResponseReturnValue:
    """Look for the child whose family asks."""
    form = FindForm()
    return _one(request_id, find=form) if form.validate_on_submit() else (_one(request_id, find=form), 422)


@bp.post("/requests/<request_id>/student/<student_id>")
@needs("request.keep")
def choose(request_id: str, student_id: str) -> ResponseReturnValue:
    """Say whose family asks."""
    requests.choose(current_actor(), school_of(current_actor()), request_id, student_id)
    return _back(request_id)


@bp.post("/requests/<request_id>/check")
@needs("request.keep")
def check(request_id: str) -> ResponseReturnValue:
    """Note how it was made sure that a guardian asks."""
    form = CheckForm()
    if not form.validate_on_submit():
        return _one(request_id, check=form), 422
    actor = current_actor()
    requests.check(actor, school_of(actor), request_id, form.how.data, form.guardian_id.data)
    return _back(request_id)


@bp.post("/requests/<request_id>/done")
@needs("request.keep")
def done(request_id: str) -> ResponseReturnValue:
    """Say that it is done."""
    requests.close(current_actor(), school_of(current_actor()), request_id)
    return _back(request_id)


@bp.post("/requests/<request_id>/refuse")
@needs("request.keep")
def refuse(request_id: str) -> ResponseReturnValue:
    """Say why it is not done."""
    form = RefuseForm()
    if not form.validate_on_submit():
        return _one(request_id, refuse=form), 422
    requests.close(current_actor(), school_of(current_actor()), request_id, form.reason.data or "")
    return _back(request_id)


@bp.post("/requests/<request_id>/copy")
@needs("request.keep")
def copy(request_id: str) -> ResponseReturnValue:
    """Give the file that holds what is kept about the family; opening it needs no network and no sign-in."""
    desk = current_app.extensions["jiafang.photos"]
    made = requests.make_copy(current_actor(), desk, school_of(current_actor()), request_id)
    answer = make_response(render_template("office/family_copy.html", copy=made, relations=RELATIONS))
    answer.headers["Content-Disposition"] = 'attachment; filename="ziliao.html"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _new(student_id: str, form: NewRequestForm) -> str:
    with reading() as session:
        sheet = students.student_of(session, school_of(current_actor()), student_id)
    return render_template("office/request_new.html", student=sheet, form=form)


def _one(
    request_id: str, *, find: FindForm | None = None, check: CheckForm | None = None, refuse: RefuseForm | None = None
) -> str:
    actor = current_actor()
    with reading() as session:
        sheet = requests.request_sheet(session, school_of(actor), request_id, actor.staff_id)
        typed = (find.typed.data or "") if find else ""
        found = find_students(session, school_of(actor), typed) if sheet.each.student_id is None else []
        ordered = erasing.ordered(session, sheet.student.id) if sheet.student else None
    log_reads(actor, "page", [Read(f"request:{request_id}")])
    forms = {
        "find": find or FindForm(formdata=None),
        "check": check or CheckForm(formdata=None),
        "refuse": refuse or RefuseForm(formdata=None),
    }
    return render_template(
        "office/request.html",
        sheet=sheet,
        found=found,
        ordered=ordered,
        relations=RELATIONS,
        button=PlainForm(),
        **forms,
    )


def _back(request_id: str) -> ResponseReturnValue:
    flash("已记下。")
    return redirect(url_for("request_pages.one", request_id=request_id), 303)
