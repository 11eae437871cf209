"""设置: what a school decides for itself. Every change is logged by its name."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.accounts.access import Read, write_reads
from server.consents import service as consents
from server.db import reading, transaction
from server.errors import Clash
from server.office.people_pages import school_of
from server.office.settings_form import SettingsForm
from server.schools import settings
from server.web import current_actor, needs

bp = Blueprint("settings_pages", __name__, url_prefix="/school/settings", template_folder="templates")


@bp.get("")
@needs("settings.keep")
def show() -> str:
    """Show what the school has chosen."""
    return render_template("office/settings.html", form=_form())


@bp.post("")
@needs("settings.keep")
def change() -> ResponseReturnValue:
    """Put other choices in their place."""
    form = _form()
    if not form.validate_on_submit():
        return render_template("office/settings.html", form=form), 422
    actor = current_actor()
    try:
        with transaction() as session:
            changed = settings.choose(session, school_of(actor), form.chosen(), request.form.get("seen", ""))
            if "consent_basis" in changed:
                consents.renew(session, school_of(actor))
            write_reads(session, actor, "settings", [Read(f"setting:{name}") for name in changed])
    except Clash as error:
        return _overtaken(form), error.status
    flash("已保存，家长打开页面就看得到。" if changed else "没有改动。")
    return redirect(url_for("settings_pages.show"), 303)


def _overtaken(form: SettingsForm) -> str:
    """Say that somebody else saved meanwhile; what was typed stays, and pressing the button once more puts it in place."""
    with reading() as session:
        standing = settings.choices_of(session, school_of(current_actor()))
    differing = form.differing(standing, request.form.get("seen", ""))
    form.seen.data = settings.stamp(standing)
    return render_template("office/settings.html", form=form, differing=differing)


def _form() -> SettingsForm:
    with reading() as session:
        return SettingsForm(settings.choices_of(session, school_of(current_actor())))
