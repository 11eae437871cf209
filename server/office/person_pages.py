"""One member of staff: password, lost phone, duties, leaving."""

from datetime import date

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from server.accounts import rights
from server.accounts.models import Device
from server.accounts.passwords import Passwords
from server.accounts.service import NewDuty
from server.db import reading
from server.errors import Clash, NotFound
from server.office import deeds
from server.office.duties import KIND_WORDS, DutyLine
from server.office.forms import DutyForm, LastDayForm, LeaveForm, PasswordForm, PlainForm
from server.office.people import PersonSheet, class_names, homeroom_teachers, person_of
from server.office.people_pages import school_of
from server.times import shanghai_day, utc_now
from server.web import current_actor, needs

bp = Blueprint("person_pages", __name__, url_prefix="/school/people/<staff_id>", template_folder="templates")


@bp.get("")
@needs("people.keep")
def person(staff_id: str) -> str:
    """Show a person with their duties and phones, and what can be done."""
    return _show("person", staff_id, button=PlainForm())


@bp.get("/password")
@needs("people.keep")
def ask_password(staff_id: str) -> str:
    """Say what a new password does."""
    return _show("password", staff_id, form=PasswordForm())


@bp.post("/password")
@needs("people.keep")
def reset_password(staff_id: str) -> ResponseReturnValue:
    """Make up a one-time password, and show it, once."""
    form, sheet = PasswordForm(), _sheet(staff_id)
    if not form.validate_on_submit():
        return _show("password", staff_id, form=form), 422
    passwords: Passwords = current_app.extensions["jiafang.passwords"]
    given = deeds.reset_password(current_actor(), passwords, staff_id, lost=bool(form.lost.data))
    return render_template(
        "office/password_given.html",
        staff_id=staff_id,
        name=sheet.name,
        login=sheet.login,
        password=given,
        lost=form.lost.data,
    )


@bp.get("/devices/<device_id>")
@needs("people.keep")
def ask_device(staff_id: str, device_id: str) -> str:
    """Say what happens when a phone is shut out."""
    return _show("device", staff_id, device=_device(_sheet(staff_id), device_id), form=PlainForm())


@bp.post("/devices/<device_id>")
@needs("people.keep")
def shut_out(staff_id: str, device_id: str) -> ResponseReturnValue:
    """Shut a lost phone out."""
    deeds.shut_out(current_actor(), staff_id, device_id)
    flash("已停用。那台手机不能再看，也不能再送。手机里可能存着密码，最好也重设密码。")
    return _back(staff_id)


@bp.get("/duties")
@needs("duty.give")
def ask_duty(staff_id: str) -> str:
    """Ask what somebody is to answer for."""
    form = _duty_form()
    form.from_on.data = form.from_on.data or _today()
    return _show("duty_new", staff_id, form=form)


@bp.post("/duties")
@needs("duty.give")
def give_duty(staff_id: str) -> ResponseReturnValue:
    """Put somebody on duty."""
    form = _duty_form()
    if not form.validate_on_submit():
        return _show("duty_new", staff_id, form=form), 422
    duty = _new_duty(form)
    deeds.give_duty(current_actor(), staff_id, duty)
    flash(_given(duty))
    return _back(staff_id)


@bp.get("/duties/<duty_id>")
@needs("duty.give")
def ask_end(staff_id: str, duty_id: str) -> str:
    """Ask for a duty's last day."""
    form = LastDayForm()
    form.last_day.data = form.last_day.data or _today()
    return _show("duty_end", staff_id, duty=_duty(_sheet(staff_id), duty_id), form=form)


@bp.post("/duties/<duty_id>")
@needs("duty.give")
def end_duty(staff_id: str, duty_id: str) -> ResponseReturnValue:
    """End a duty after a day."""
    form = LastDayForm()
    if not form.validate_on_submit():
        return _show("duty_end", staff_id, duty=_duty(_sheet(staff_id), duty_id), form=form), 422
    try:
        deeds.end_duty(current_actor(), staff_id, duty_id, form.last_day.data)
    except Clash as error:
        flash(error.message)
        return _back(staff_id)
    flash("已记下。到期后，这位老师的手机下次联网时就看不到那边的内容了。")
    return _back(staff_id)


@bp.get("/leave")
@needs("people.keep")
def ask_leave(staff_id: str) -> str:
    """Say what leaving ends, and ask for the last day."""
    form = LeaveForm()
    form.last_day.data = form.last_day.data or _today()
    return _show("leave", staff_id, form=form)


@bp.post("/leave")
@needs("people.keep")
def leave(staff_id: str) -> ResponseReturnValue:
    """Let somebody go after a day."""
    form = LeaveForm()
    if not form.validate_on_submit():
        return _show("leave", staff_id, form=form), 422
    try:
        deeds.let_go(current_actor(), staff_id, form.last_day.data, phones=bool(form.phones.data))
    except Clash as error:
        flash(error.message)
        return _back(staff_id)
    flash("已记下离校。写过的家访都还在，名字也还在。")
    return _back(staff_id)


@bp.post("/return")
@needs("people.keep")
def come_back(staff_id: str) -> ResponseReturnValue:
    """Take somebody back who had left."""
    deeds.take_back(current_actor(), staff_id)
    flash("已恢复。职务请重新安排。")
    return _back(staff_id)


def _sheet(staff_id: str) -> PersonSheet:
    with reading() as session:
        return person_of(session, school_of(current_actor()), staff_id, _today())


def _show(page: str, staff_id: str, **more: object) -> str:
    """Show one of a person's pages; `may_change`: what is the 校长's alone is not offered to the desk."""
    sheet, is_head = _sheet(staff_id), rights.may(current_actor(), "duty.trust")
    may_change = is_head or not sheet.trusted
    return render_template(
        f"office/{page}.html",
        person=sheet,
        may_change=may_change,
        is_head=is_head,
        trusted_duties=rights.TRUSTED_DUTIES,
        only_head=deeds.HEAD_ONLY,
        **more,
    )


def _device(sheet: PersonSheet, device_id: str) -> Device:
    found = next((device for device in sheet.devices if device.id == device_id), None)
    if found is None:
        raise NotFound
    return found


def _duty(sheet: PersonSheet, duty_id: str) -> DutyLine:
    found = next((duty for duty in sheet.duties if duty.id == duty_id), None)
    if found is None:
        raise NotFound
    return found


def _duty_form() -> DutyForm:
    form, actor = DutyForm(), current_actor()
    is_head = rights.may(actor, "duty.trust")
    with reading() as session:
        classes = class_names(session, school_of(actor))
    form.offer([kind for kind in KIND_WORDS if is_head or kind not in rights.TRUSTED_DUTIES], list(classes.items()))
    return form


def _new_duty(form: DutyForm) -> NewDuty:
    kind = form.kind.data
    return NewDuty(
        kind,
        form.from_on.data,
        form.to_on.data,
        class_id=form.class_id.data if kind in ("homeroom", "subject", "leader") else None,
        grade=int(form.grade.data) if kind == "grade_head" else None,
        subject=form.subject.data if kind == "subject" else None,
        deputy=bool(form.deputy.data),
    )


def _given(duty: NewDuty) -> str:
    """Say that a duty is given; and where a class has two 班主任 now, who they are."""
    said = "已记下。这位老师的手机下次联网时，就有相应班级的内容。"
    if duty.kind != "homeroom" or duty.class_id is None:
        return said
    with reading() as session:
        names = homeroom_teachers(session, duty.class_id, _today())
    return (
        said
        if len(names) <= 1
        else f"{said}这个班现在有 {len(names)} 位班主任：{'、'.join(names)}。换人的话，请结束前一位的职务。"
    )


def _back(staff_id: str) -> ResponseReturnValue:
    return redirect(url_for("person_pages.person", staff_id=staff_id), 303)


def _today() -> date:
    return shanghai_day(utc_now())
