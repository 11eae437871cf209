"""One visit as the school reads it, what became of it, and what the school says of it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from server.accounts.access import Read, log_reads
from server.accounts.rights import may
from server.db import reading
from server.errors import Clash
from server.feedback import answers
from server.feedback.handed_out import slips_of_visit
from server.oversight.conflicts import open_conflicts
from server.oversight.forms import ReviewForm
from server.oversight.past import past_of
from server.oversight.sheet import alias_of, visit_sheet
from server.oversight.words import Names
from server.visits import reviews
from server.visits.merged_in import standings_of_merged
from server.visits.reviews import MORE, Verdict
from server.web import current_actor, needs

bp = Blueprint("visit_pages", __name__, url_prefix="/school", template_folder="templates")

TOLD = {
    "read": "已记下：已阅。老师下次打开应用会看到。",
    "more": "已记下要补充的话。老师下次打开应用会看到。",
}


@bp.get("/visits/<visit_id>")
@needs("visit.read")
def visit(visit_id: str) -> ResponseReturnValue:
    """Show one visit to read; a merged one leads to the visit it became."""
    with reading() as session:
        became = alias_of(session, current_actor().school_id, visit_id)
    if became:
        return redirect(url_for("visit_pages.visit", visit_id=became))
    return _page(visit_id, ReviewForm(formdata=None))


@bp.post("/visits/<visit_id>/review")
@needs("visit.review")
def review(visit_id: str) -> ResponseReturnValue:
    """Say 已阅 or 请补充 of a visit; its teacher gets the words on the phone."""
    form = ReviewForm()
    if not form.validate_on_submit():
        return _page(visit_id, form), 422
    said = Verdict(form.state.data or MORE, form.words.data or "", form.seen_rev.data or 0)
    try:
        reviews.review(current_actor(), visit_id, said)
    except Clash as error:
        flash(error.message)
        return _page(visit_id, form), 409
    flash(TOLD[said.state])
    return redirect(url_for("visit_pages.visit", visit_id=visit_id), 303)


def _page(visit_id: str, form: ReviewForm) -> str:
    actor = current_actor()
    with reading() as session:
        sheet = visit_sheet(session, actor.school_id, visit_id)
        conflicts = open_conflicts(session, actor.school_id, visit_id=visit_id)
        merged = standings_of_merged(session, sheet.records, sheet.standing)
        refs = [*sheet.records, *reviews.refs_of(session, visit_id)]
        past = past_of(session, actor.school_id, refs, sheet.standing, merged)
        said = reviews.review_of(session, visit_id)
        slips = slips_of_visit(session, visit_id)
        said_of_it = answers.of_visit(session, actor, actor.school_id or "", visit_id)
        reviewer = Names.load(session, actor.school_id, {said.by}).of(said.by) if said else ""
    log_reads(
        actor,
        "page",
        [*(Read(str(ref)) for ref in (*sheet.records, *merged)), *(Read(f"feedback:{each.id}") for each in said_of_it)],
    )
    return render_template(
        "oversight/visit.html",
        sheet=sheet,
        conflicts=conflicts.lines,
        past=past,
        slips=slips,
        answers=said_of_it,
        said=said,
        reviewer=reviewer,
        form=form,
        may_open=may(actor, "visit.open_withheld"),
    )
