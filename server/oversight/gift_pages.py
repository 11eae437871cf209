"""Gifts that teachers declined, for the 师德专员."""

from flask import Blueprint, render_template, request

from server.accounts.access import Read, log_reads
from server.db import reading
from server.oversight.gifts import gift_page
from server.web import current_actor, needs

bp = Blueprint("gift_pages", __name__, url_prefix="/school/ethics", template_folder="templates")


@bp.get("/gifts")
@needs("ethics.read")
def gifts() -> str:
    """List gifts that were declined, newest first."""
    actor = current_actor()
    with reading() as session:
        page = gift_page(session, actor, request.args.get("after"))
    log_reads(actor, "page", [Read(str(line.ref)) for line in page.lines])
    return render_template("oversight/gifts.html", page=page)
