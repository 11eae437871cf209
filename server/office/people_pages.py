"""老师: who works at the school, and somebody new."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from server.accounts.passwords import Passwords
from server.actor import Actor
from server.db import reading
from server.errors import Clash, NotFound
from server.office import deeds
from server.office.forms import FindForm, PersonForm
from server.office.people import people_of
from server.times import shanghai_day, utc_now
from server.web import current_actor, needs

bp = Blueprint("people_pages", __name__, url_prefix="/school", template_folder="templates")


@bp.get("/people")
@needs("people.keep")
def people() -> str:
    """List everybody."""
    return _list(FindForm(formdata=None))


@bp.post("/people")
@needs("people.keep")
def find() -> ResponseReturnValue:
    """List those whose name begins with what was typed."""
    form = FindForm()
    return _list(form) if form.validate_on_submit() else (_list(form), 422)


@bp.get("/people/new")
@needs("people.keep")
def newcomer() -> str:
    """Ask who is to be taken in."""
    return render_template("office/person_new.html", form=PersonForm())


@bp.post("/people/new")
@needs("people.keep")
def take_in() -> ResponseReturnValue:
    """Take somebody in, and show their first password, once."""
    form = PersonForm()
    if not form.validate_on_submit():
        return render_template("office/person_new.html", form=form), 422
    passwords: Passwords = current_app.extensions["jiafang.passwords"]
    name, login = form.name.data or "", form.login.data or ""
    try:
        staff_id, password = deeds.take_in(current_actor(), passwords, deeds.Newcomer(name, login))
    except Clash as error:
        form.login.errors = [error.message]
        return render_template("office/person_new.html", form=form), error.status
    return render_template(
        "office/password_given.html", staff_id=staff_id, name=name, login=login.lower(), password=password, new=True
    )


def _list(form: FindForm) -> str:
    today = shanghai_day(utc_now())
    with reading() as session:
        lines = people_of(session, school_of(current_actor()), form.typed.data or "", today)
    return render_template("office/people.html", form=form, lines=lines, today=today)


def school_of(actor: Actor) -> str:
    """Name the school that a person's office is for.

    Raises: NotFound for the centre's own people.
    """
    if actor.school_id is None:
        raise NotFound
    return actor.school_id
