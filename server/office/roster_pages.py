"""学生: a name or a guardian put right, a guardian taken in, and a child that left."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from server.db import reading
from server.office import roster, students
from server.office.forms import LastDayForm
from server.office.people_pages import school_of
from server.office.request_forms import GuardianForm, NameForm
from server.office.roster import GuardianWords
from server.times import shanghai_day, utc_now
from server.web import current_actor, needs

bp = Blueprint("roster_pages", __name__, url_prefix="/school/students", template_folder="templates")

TOLD = "改好了。老师的手机下次联网就更新。"


@bp.get("/<student_id>/name")
@needs("student.keep")
def ask_name(student_id: str) -> str:
    """Ask for the name as it should be."""
    with reading() as session:
        name = students.student_of(session, school_of(current_actor()), student_id).name
    return _name_page(student_id, NameForm(name=name))


@bp.post("/<student_id>/name")
@needs("student.keep")
def rename(student_id: str) -> ResponseReturnValue:
    """Put a child's name right."""
    form = NameForm()
    if not form.validate_on_submit():
        return _name_page(student_id, form), 422
    roster.rename(current_actor(), school_of(current_actor()), student_id, form.name.data or "")
    return _back(student_id)


@bp.get("/<student_id>/leave")
@needs("student.keep")
def ask_leave(student_id: str) -> str:
    """Say what stays when a child leaves, and ask for the last day."""
    form = LastDayForm()
    form.last_day.data = form.last_day.data or shanghai_day(utc_now())
    return _leave_page(student_id, form)


@bp.post("/<student_id>/leave")
@needs("student.keep")
def leave(student_id: str) -> ResponseReturnValue:
    """Write down that a child left the school."""
    form = LastDayForm()
    if not form.validate_on_submit():
        return _leave_page(student_id, form), 422
    roster.leave(current_actor(), school_of(current_actor()), student_id, form.last_day.data)
    flash("已记下转出。老师的手机下次联网就更新，写过的都还在。")
    return redirect(url_for("student_pages.student", student_id=student_id), 303)


@bp.post("/<student_id>/return")
@needs("student.keep")
def come_back(student_id: str) -> ResponseReturnValue:
    """Take it back: the child stays, or is here again."""
    roster.leave(current_actor(), school_of(current_actor()), student_id, None)
    flash("已撤回转出。老师的手机下次联网就更新。")
    return redirect(url_for("student_pages.student", student_id=student_id), 303)


@bp.get("/<student_id>/guardians/new")
@needs("student.keep")
def ask_guardian(student_id: str) -> str:
    """Ask for one more guardian."""
    return _guardian_page(student_id, GuardianForm())


@bp.post("/<student_id>/guardians/new")
@needs("student.keep")
def add_guardian(student_id: str) -> ResponseReturnValue:
    """Take a guardian in."""
    form = GuardianForm()
    if not form.validate_on_submit():
        return _guardian_page(student_id, form), 422
    roster.add_guardian(current_actor(), school_of(current_actor()), student_id, _words(form))
    return _back(student_id)


@bp.get("/<student_id>/guardians/<guardian_id>")
@needs("student.keep")
def guardian(student_id: str, guardian_id: str) -> str:
    """Ask how a guardian should stand."""
    with reading() as session:
        students.student_of(session, school_of(current_actor()), student_id)
        each = roster.guardian_of(session, student_id, guardian_id)
    return _guardian_page(
        student_id, GuardianForm(relation=each.relation, name=each.name, phone=each.phone), guardian_id
    )


@bp.post("/<student_id>/guardians/<guardian_id>")
@needs("student.keep")
def put_right(student_id: str, guardian_id: str) -> ResponseReturnValue:
    """Put a guardian right."""
    form = GuardianForm()
    if not form.validate_on_submit():
        return _guardian_page(student_id, form, guardian_id), 422
    roster.put_right(current_actor(), school_of(current_actor()), student_id, guardian_id, _words(form))
    return _back(student_id)


def _words(form: GuardianForm) -> GuardianWords:
    return GuardianWords(form.relation.data, form.name.data or "", form.phone.data or None)


def _back(student_id: str) -> ResponseReturnValue:
    flash(TOLD)
    return redirect(url_for("student_pages.student", student_id=student_id), 303)


def _leave_page(student_id: str, form: LastDayForm) -> str:
    with reading() as session:
        sheet = students.student_of(session, school_of(current_actor()), student_id)
    return render_template("office/student_leave.html", student=sheet, form=form)


def _name_page(student_id: str, form: NameForm) -> str:
    with reading() as session:
        sheet = students.student_of(session, school_of(current_actor()), student_id)
    return render_template("office/student_name.html", student=sheet, form=form)


def _guardian_page(student_id: str, form: GuardianForm, guardian_id: str = "new") -> str:
    with reading() as session:
        sheet = students.student_of(session, school_of(current_actor()), student_id)
    return render_template("office/guardian.html", student=sheet, form=form, guardian_id=guardian_id)
