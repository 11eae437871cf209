"""Visits on paper: one for whoever may read it, or a selection of the reading room in one document."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.accounts.access import Read, log_reads
from server.db import reading
from server.oversight.frame import DUTY_WORDS
from server.oversight.paper import SELECTION_MAX, papers_of
from server.times import SHANGHAI, utc_now
from server.web import current_actor, needs

bp = Blueprint("paper_pages", __name__, url_prefix="/school", template_folder="templates")


@bp.get("/visits/<visit_id>/paper")
@needs("visit.paper")
def paper(visit_id: str) -> str:
    """Show one visit as it is printed, with what this person may see of it."""
    return _document([visit_id])


@bp.get("/papers")
@needs("visit.read")
def papers() -> ResponseReturnValue:
    """Show the visits that were ticked (`?visit=…&visit=…`) as one document, each on a new page."""
    ticked = list(dict.fromkeys(request.args.getlist("visit")))
    if not 0 < len(ticked) <= SELECTION_MAX:
        flash(f"请勾选要打印的家访，一次最多 {SELECTION_MAX} 份。")
        return redirect(url_for("oversight.today"))
    return _document(ticked)


def _document(visit_ids: list[str]) -> str:
    actor = current_actor()
    with reading() as session:
        found = papers_of(session, actor, visit_ids)
    log_reads(actor, "print", [Read(str(ref)) for each in found for ref in each.records])
    duty = next((word for role, word in DUTY_WORDS.items() if role in actor.roles), "教师")
    now = utc_now().astimezone(SHANGHAI)
    return render_template("oversight/paper.html", papers=found, printer=f"{actor.name}（{duty}）", now=now)
