"""The desk of the 师德专员: what waits to be accepted, what is being worked on, what is closed."""

from flask import Blueprint, render_template

from server.accounts.access import Read, log_reads
from server.confidence.reading import done_lines, open_lines
from server.db import reading
from server.suggestions.judging import judged_lines
from server.web import current_actor, needs

bp = Blueprint("ethics_pages", __name__, url_prefix="/school/ethics", template_folder="templates")


@bp.get("")
@needs("ethics.read")
def show() -> str:
    """Show what this person handles."""
    actor = current_actor()
    with reading() as session:
        waiting, done = open_lines(session, actor), done_lines(session, actor)
        told, answered = judged_lines(session, actor)
    log_reads(
        actor,
        "page",
        [Read(f"report:{line.each.id}") for line in (*waiting, *done)]
        + [Read(f"suggestion:{line.each.id}") for line in (*told, *answered)],
    )
    return render_template("confidence/ethics.html", waiting=waiting, done=done, told=told, answered=answered)
