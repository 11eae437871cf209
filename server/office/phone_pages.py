"""电话代填: the office asks on the telephone what the page asks, and reads the 查询码 to the family."""

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from server import receipts
from server.accounts.access import Read, log_reads
from server.config import Config
from server.db import reading
from server.errors import TooManyTries
from server.feedback.by_phone import Entered, enter, teachers_of_class
from server.feedback.saying import Said
from server.feedback.service import Sending
from server.form_tokens import FormTokens, FormTokenUnfit
from server.office import students
from server.office.answer_forms import PhoneForm
from server.office.people import class_names
from server.office.people_pages import school_of
from server.schools.settings import Settings, settings_of
from server.times import shanghai_day, utc_now
from server.web import current_actor, needs

bp = Blueprint("phone_pages", __name__, url_prefix="/school/feedback/phone", template_folder="templates")

TOKENS = FormTokens("answer by phone")


@bp.get("")
@needs("answer.enter")
def ask() -> str:
    """Ask for the class, then (`?class=`) for all the rest."""
    class_id = request.args.get("class")
    if class_id is None:
        with reading() as session:
            rooms = class_names(session, school_of(current_actor()))
        return render_template("office/phone_class.html", rooms=rooms)
    form, school, room = _form(class_id)
    form.token.data = TOKENS.make(current_actor().staff_id)
    return render_template("office/phone.html", form=form, school=school, room=room)


@bp.post("")
@needs("answer.enter")
def take() -> ResponseReturnValue:
    """Keep it. What is wrong is said beside it, and everything that was written stands there still."""
    actor = current_actor()
    form, school, room = _form(request.args.get("class", ""))
    try:
        form_id = TOKENS.read(form.token.data or "", actor.staff_id)
        if not form.validate():
            return render_template("office/phone.html", form=form, school=school, room=room), 422
        entered = _enter(form, form_id)
    except FormTokenUnfit as error:
        form.token.data = TOKENS.make(actor.staff_id)
        return render_template("office/phone.html", form=form, school=school, room=room, problem=error.message), 400
    except TooManyTries as error:
        return render_template("office/phone.html", form=form, school=school, room=room, problem=error.message), 429
    config: Config = current_app.config["JIAFANG"]
    address = f"{config.public_url or request.host_url.rstrip('/')}{entered.link}"
    hotlines = school.hotlines if entered.urgent else ()
    return render_template(
        "office/phone_done.html", code=receipts.in_groups(entered.code), address=address, hotlines=hotlines
    )


def _enter(form: PhoneForm, form_id: str) -> Entered:
    said = Said(
        answers=form.answers(),
        text=form.text.data or "",
        text_kind=form.text_kind.data or "suggestion",
        topic=form.topic.data or "other",
        visible_to=form.visible_to.data or "school",
        contact=form.contact.data or "",
    )
    sending = Sending(form_id, request.remote_addr or "")
    return enter(current_actor(), form.student_id.data, form.staff_id.data, sending, said)


def _form(class_id: str) -> tuple[PhoneForm, Settings, str]:
    """Offer a class's children and teachers.

    Raises: NotFound, if the school has no such class.
    """
    actor = current_actor()
    with reading() as session:
        school = settings_of(session, school_of(actor))
        room = students.class_of(session, school.school_id, class_id)
        children = students.roster(session, class_id)
        teachers = teachers_of_class(session, class_id, shanghai_day(utc_now()))
    form = PhoneForm(request.form)
    form.named_for(school.centre)
    form.student_id.choices = [SelectChoice("", "请选"), *(SelectChoice(each.id, each.name) for each in children)]
    form.staff_id.choices = [SelectChoice(*each) for each in teachers]
    log_reads(actor, "page", [Read(f"class:{class_id}", len(children))])
    return form, school, room.name
