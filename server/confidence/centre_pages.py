"""The centre's inbox: what families gave to it alone, and what its schools passed up."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from server.accounts.access import Read, log_reads
from server.confidence.reading import done_lines, open_lines, school_names
from server.db import reading
from server.suggestions.judging import judged_lines, passed_up_lines
from server.web import current_actor, needs

bp = Blueprint("centre", __name__, url_prefix="/centre", template_folder="templates")


@bp.get("/")
@needs("centre.inbox")
def home() -> ResponseReturnValue:
    """Lead to the inbox."""
    return redirect(url_for("centre.inbox"))


@bp.get("/inbox")
@needs("centre.inbox")
def inbox() -> str:
    """Show what waits for the centre."""
    actor = current_actor()
    with reading() as session:
        waiting, done = open_lines(session, actor), done_lines(session, actor)
        told, answered = judged_lines(session, actor)
        asked, schools = passed_up_lines(session, actor), school_names(session, actor.centre_id)
    log_reads(
        actor,
        "page",
        [Read(f"report:{line.each.id}") for line in (*waiting, *done)]
        + [Read(f"suggestion:{line.each.id}") for line in (*told, *asked, *answered)],
    )
    return render_template(
        "confidence/centre.html",
        waiting=waiting,
        done=done,
        told=told,
        asked=asked,
        answered=answered,
        schools=schools,
    )
