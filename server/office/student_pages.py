"""学生: by class; one child: another class, or every record erased."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from server.accounts.access import Read, log_reads
from server.consents.service import standings
from server.db import reading
from server.errors import Clash, Unprocessable
from server.office import consents, erasing, students
from server.office.forms import RELATIONS, EraseForm, FindForm, MoveForm, PlainForm, StudentForm
from server.office.people import class_names
from server.office.people_pages import school_of
from server.schools.finding import FOUND_MAX, find_students
from server.schools.service import NewGuardian, NewStudent
from server.times import shanghai_day, utc_now
from server.web import current_actor, needs

bp = Blueprint("student_pages", __name__, url_prefix="/school/students", template_folder="templates")


@bp.get("")
@needs("student.keep")
def classes() -> str:
    """List the classes."""
    return _classes(FindForm(formdata=None))


@bp.post("")
@needs("student.keep")
def find() -> ResponseReturnValue:
    """Look for a student of any class."""
    form = FindForm()
    return _classes(form) if form.validate_on_submit() else (_classes(form), 422)


@bp.get("/class/<class_id>")
@needs("student.keep")
def one_class(class_id: str) -> str:
    """List a class's students."""
    with reading() as session:
        room = students.class_of(session, school_of(current_actor()), class_id)
        roster = students.roster(session, class_id)
        said = standings(session, [each.id for each in roster])
    log_reads(current_actor(), "page", [Read(f"class:{class_id}", len(roster))])
    return render_template("office/class.html", room=room, roster=roster, standings=said, today=shanghai_day(utc_now()))


@bp.get("/new")
@needs("student.keep")
def newcomer() -> str:
    """Ask who is to be taken in; `?class=` says where."""
    form = _student_form()
    form.class_id.data = request.args.get("class")
    return render_template("office/student_new.html", form=form)


@bp.post("/new")
@needs("student.keep")
def take_in() -> ResponseReturnValue:
    """Take a student in, with their guardians."""
    form = _student_form()
    if not form.validate_on_submit():
        return render_template("office/student_new.html", form=form), 422
    said = [(form[f"relation_{n}"].data, form[f"name_{n}"].data, form[f"phone_{n}"].data) for n in (1, 2)]
    guardians = tuple(NewGuardian(relation, name, phone or None) for relation, name, phone in said if relation)
    student_id = students.add(current_actor(), form.class_id.data, NewStudent(form.name.data or "", None, guardians))
    flash("已添上。老师的手机下次联网就看得到。")
    return redirect(url_for("student_pages.student", student_id=student_id), 303)


@bp.get("/left")
@needs("student.erase")
def left() -> ResponseReturnValue:
    """List the visits to brothers and sisters that have to be read after an erasure (`?visit=…&visit=…`)."""
    actor, asked = current_actor(), request.args.getlist("visit")
    with reading() as session:
        visits = students.left_visits(session, school_of(actor), asked)
    if not visits:
        return redirect(url_for("student_pages.classes"))
    log_reads(actor, "page", [Read(f"visit:{each.id}") for each in visits])
    return render_template("office/left.html", visits=visits)


@bp.get("/<student_id>")
@needs("student.keep")
def student(student_id: str) -> str:
    """Show a student, and what can be done."""
    return _show("student", student_id, relations=RELATIONS, button=PlainForm(), today=shanghai_day(utc_now()))


@bp.get("/<student_id>/move")
@needs("student.keep")
def ask_move(student_id: str) -> str:
    """Ask for the new class, and say who will see what."""
    return _show("move", student_id, form=_move_form(student_id))


@bp.post("/<student_id>/move")
@needs("student.keep")
def move(student_id: str) -> ResponseReturnValue:
    """Move a student to another class, from now on."""
    form = _move_form(student_id)
    if not form.validate_on_submit():
        return _show("move", student_id, form=form), 422
    students.move(current_actor(), student_id, form.class_id.data)
    flash("已转班。两边老师的手机下次联网就更新。")
    return redirect(url_for("student_pages.student", student_id=student_id), 303)


@bp.get("/<student_id>/erase")
@needs("student.erase")
def ask_erase(student_id: str) -> str:
    """Say what goes, and ask for the name once more; `?request=` names the family's request that it answers."""
    asked = request.args.get("request", "")[:36]
    return _show("erase", student_id, form=EraseForm(request=asked, reason="family" if asked else None))


@bp.post("/<student_id>/erase")
@needs("student.erase")
def erase(student_id: str) -> ResponseReturnValue:
    """Let every record of a student be erased in its turn, for good."""
    form = EraseForm()
    if not form.validate_on_submit():
        return _show("erase", student_id, form=form), 422
    actor = current_actor()
    said = erasing.Order(form.name.data or "", form.reason.data, form.request.data or None)
    try:
        erasing.order(actor, school_of(actor), student_id, said)
    except (Unprocessable, Clash) as error:
        form.name.errors = [error.message]
        return _show("erase", student_id, form=form), error.status
    flash("已排上。轮到时自动删掉，老师手机上的那份下次联网时一起删。")
    return redirect(url_for("student_pages.classes"), 303)


@bp.post("/<student_id>/erase/call-off")
@needs("student.erase")
def call_off(student_id: str) -> ResponseReturnValue:
    """Take an order to erase back."""
    erasing.call_off(current_actor(), school_of(current_actor()), student_id)
    flash("已取消，什么都没删。")
    return redirect(url_for("student_pages.student", student_id=student_id), 303)


def _classes(form: FindForm) -> str:
    actor, typed = current_actor(), form.typed.data or ""
    with reading() as session:
        rooms = students.classes_of(session, school_of(actor), shanghai_day(utc_now()))
        found = find_students(session, school_of(actor), typed)
    log_reads(actor, "page", [Read(f"student:{each.id}") for each in found])
    return render_template("office/students.html", form=form, rooms=rooms, found=found, most_found=FOUND_MAX)


def _show(page: str, student_id: str, **more: object) -> str:
    actor = current_actor()
    with reading() as session:
        sheet = students.student_of(session, school_of(actor), student_id)
        consent = consents.sheet_of(session, student_id)
        ordered = erasing.ordered(session, student_id)
    log_reads(actor, "page", [Read(f"student:{student_id}")])
    return render_template(f"office/{page}.html", student=sheet, consent=consent, ordered=ordered, **more)


def _student_form() -> StudentForm:
    form = StudentForm()
    with reading() as session:
        rooms = class_names(session, school_of(current_actor()))
    form.class_id.choices = [SelectChoice(*each) for each in rooms.items()]
    return form


def _move_form(student_id: str) -> MoveForm:
    """Offer the other classes with their 班主任: they are who will see the most."""
    form = MoveForm()
    with reading() as session:
        now_in = students.student_of(session, school_of(current_actor()), student_id).class_id
        rooms = students.classes_of(session, school_of(current_actor()), shanghai_day(utc_now()))
    others = [room for room in rooms if room.id != now_in]
    named = [SelectChoice(room.id, f"{room.name}（班主任 {'、'.join(room.homeroom) or '还没有'}）") for room in others]
    form.class_id.choices = [SelectChoice("", "请选"), *named]
    return form
