"""The page of the 师德专员."""

from flask import Blueprint, render_template, request

from server.accounts.access import Read, log_reads
from server.db import reading
from server.oversight.ethics import told_page
from server.web import current_actor, needs

bp = Blueprint("ethics_pages", __name__, url_prefix="/school", template_folder="templates")


@bp.get("/ethics/told")
@needs("ethics.read")
def told() -> str:
    """List what was told about members of staff, and gifts that were declined, newest first."""
    actor = current_actor()
    with reading() as session:
        page = told_page(session, actor, request.args.get("after"))
    log_reads(actor, "page", [Read(str(line.ref)) for line in page.lines])
    return render_template("oversight/ethics.html", page=page)
