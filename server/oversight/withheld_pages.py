"""What a family does not let be shown, opened by the 校长 where the law asks for it: with a reason, written down (ADR 0018)."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from server.accounts.access import Read, log_reads
from server.consents.service import NO, YES, Standing
from server.db import reading
from server.oversight.forms import OpenForm
from server.oversight.sheet import Sheet, visit_sheet
from server.web import current_actor, needs

bp = Blueprint("withheld_pages", __name__, url_prefix="/school", template_folder="templates")

WHOLE = Standing(YES, NO)  # the words; photos stay closed and go in their time


@bp.get("/visits/<visit_id>/withheld")
@needs("visit.open_withheld")
def ask(visit_id: str) -> ResponseReturnValue:
    """Ask for the reason; a visit that is not withheld is read where all are."""
    sheet = _sheet(visit_id)
    if not sheet.withheld:
        return redirect(url_for("visit_pages.visit", visit_id=visit_id))
    return render_template("oversight/withheld.html", sheet=sheet, form=OpenForm(formdata=None))


@bp.post("/visits/<visit_id>/withheld")
@needs("visit.open_withheld")
def show(visit_id: str) -> ResponseReturnValue:
    """Show the words once; the look and its reason stand in the log of reads, and in the family's own copy."""
    sheet, form = _sheet(visit_id), OpenForm()
    if not sheet.withheld:
        return redirect(url_for("visit_pages.visit", visit_id=visit_id), 303)
    if not form.validate_on_submit():
        return render_template("oversight/withheld.html", sheet=sheet, form=form), 422
    log_reads(current_actor(), f"open_{form.reason.data}", [Read(str(ref)) for ref in sheet.records])
    return render_template("oversight/withheld_opened.html", sheet=_sheet(visit_id, WHOLE), reason=form.why)


def _sheet(visit_id: str, standing: Standing | None = None) -> Sheet:
    with reading() as session:
        return visit_sheet(session, current_actor().school_id, visit_id, standing)
