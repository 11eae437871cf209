"""学生: what a guardian answered to the office, on paper or in words."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from server.accounts.access import Read, log_reads
from server.campaign.consent import consent_text
from server.db import reading
from server.office import consents, students
from server.office.forms import ConsentForm
from server.office.people_pages import school_of
from server.schools.settings import settings_of
from server.web import current_actor, needs

bp = Blueprint("consent_pages", __name__, url_prefix="/school/students", template_folder="templates")


@bp.get("/<student_id>/consent")
@needs("student.keep")
def ask(student_id: str) -> str:
    """Show the text that was put before the guardian, and ask for the answer."""
    return _show(student_id, ConsentForm())


@bp.post("/<student_id>/consent")
@needs("student.keep")
def note(student_id: str) -> ResponseReturnValue:
    """Write the answer down."""
    form = ConsentForm()
    if not form.validate_on_submit():
        return _show(student_id, form), 422
    consents.note(current_actor(), student_id, form.who.data, form.uses(), form.channel.data)
    flash("已记下。老师的手机下次联网就知道。")
    return redirect(url_for("student_pages.student", student_id=student_id), 303)


def _show(student_id: str, form: ConsentForm) -> str:
    actor = current_actor()
    with reading() as session:
        sheet = students.student_of(session, school_of(actor), student_id)
        ours = settings_of(session, school_of(actor))
    log_reads(actor, "page", [Read(f"student:{student_id}")])
    text = consent_text().paragraphs(school=ours.school, contact=ours.contact, phone=ours.phone)
    return render_template("office/consent.html", student=sheet, form=form, text=text)
