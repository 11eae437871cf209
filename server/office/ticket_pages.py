"""Families' links on paper: made for a class, printed, and taken back. No link ever stands in an address or a log."""

import segno
from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from server.accounts.access import Read, log_reads
from server.campaign.consent import consent_text
from server.campaign.parents import asked_of_parents
from server.config import Config
from server.db import reading
from server.errors import Clash
from server.feedback import handed_out
from server.feedback.handed_out import Sheet
from server.office.answer_forms import SlipsForm
from server.office.forms import PlainForm
from server.office.people import class_names
from server.office.people_pages import school_of
from server.schools.settings import Settings, settings_of
from server.times import shanghai_day, utc_now
from server.web import current_actor, needs

bp = Blueprint("ticket_pages", __name__, url_prefix="/school/tickets", template_folder="templates")


@bp.get("")
@needs("ticket.keep")
def sheets() -> str:
    """List what was printed."""
    with reading() as session:
        lines = handed_out.sheets_of(session, school_of(current_actor()), shanghai_day(utc_now()))
    return render_template("office/tickets.html", lines=lines)


@bp.get("/slips")
@needs("ticket.keep")
def ask_slips() -> str:
    """Ask for which class, and which kind."""
    return render_template("office/slips_new.html", form=_form())


@bp.post("/slips")
@needs("ticket.keep")
def make_slips() -> ResponseReturnValue:
    """Make the links."""
    form = _form()
    if not form.validate_on_submit():
        return render_template("office/slips_new.html", form=form), 422
    blank = form.count.data or 0 if form.kind.data == "blank" else 0
    try:
        sheet_id = handed_out.make_sheet(current_actor(), form.class_id.data, blank=blank)
    except Clash as error:
        form.class_id.errors = [error.message]
        return render_template("office/slips_new.html", form=form), error.status
    flash("做好了，请打印。")
    return redirect(url_for("ticket_pages.sheet", sheet_id=sheet_id), 303)


@bp.get("/sheets/<sheet_id>")
@needs("ticket.keep")
def sheet(sheet_id: str) -> str:
    """Show one printing: how each link stands."""
    found, _ = _read(sheet_id)
    return render_template("office/sheet.html", sheet=found, plain=PlainForm())


@bp.get("/sheets/<sheet_id>/<any(slips, letters):kind>")
@needs("ticket.keep")
def paper(sheet_id: str, kind: str) -> str:
    """Show it as it is printed: eight slips to a page, or a letter to each family."""
    found, school = _read(sheet_id)
    config: Config = current_app.config["JIAFANG"]
    host = config.public_url or request.host_url.rstrip("/")
    pieces = [
        (each, f"{host}{each.link}", segno.make(f"{host}{each.link}", error="m").svg_inline(border=2, omitsize=True))
        for each in found.slips
        if each.link and each.standing == "open" and not each.gone
    ]
    five_no, consent = asked_of_parents().five_no, consent_text()
    asked = consent.paragraphs(school=school.school, contact=school.contact, phone=school.phone)
    return render_template(
        f"office/paper_{kind}.html",
        sheet=found,
        school=school,
        pieces=pieces,
        five_no=five_no,
        consent=consent,
        givers=[asked_of_parents().label("who", each) for each in consent.givers],
        asked=asked,
    )


@bp.post("/<ticket_id>/revoke")
@needs("ticket.keep")
def revoke_one(ticket_id: str) -> ResponseReturnValue:
    """Take one link back; `?visit=` or `?sheet=` says which page to go on with."""
    handed_out.revoke_one(current_actor(), ticket_id)
    flash("已停用。家里再打开，会看到这个链接已停用，可以去意见箱说。")
    visit, printed = request.args.get("visit"), request.args.get("sheet")
    if visit:
        return redirect(url_for("visit_pages.visit", visit_id=visit), 303)
    return redirect(url_for("ticket_pages.sheet", sheet_id=printed) if printed else url_for("ticket_pages.sheets"), 303)


@bp.post("/class/<class_id>/revoke")
@needs("ticket.keep")
def revoke_class(class_id: str) -> ResponseReturnValue:
    """Take back all printed links of a class that wait for an answer."""
    gone = handed_out.revoke_class(current_actor(), class_id)
    flash(f"停用了 {gone} 个还没填的链接。" if gone else "这个班没有还等着填的链接。")
    return redirect(url_for("ticket_pages.sheets"), 303)


def _read(sheet_id: str) -> tuple[Sheet, Settings]:
    actor = current_actor()
    with reading() as session:
        found = handed_out.sheet_of(session, school_of(actor), sheet_id)
        school = settings_of(session, school_of(actor))
    log_reads(actor, "page", [Read(f"ticket_sheet:{sheet_id}", len(found.slips))])
    return found, school


def _form() -> SlipsForm:
    form = SlipsForm()
    with reading() as session:
        names = class_names(session, school_of(current_actor()))
    form.class_id.choices = [SelectChoice("", "请选"), *(SelectChoice(*each) for each in names.items())]
    return form
