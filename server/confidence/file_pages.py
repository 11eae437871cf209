"""师德档案, on a page that prints: for whoever handled the reports, and nobody else."""

from flask import Blueprint, render_template

from server.accounts.access import Read, log_reads
from server.accounts.rights import front_page
from server.confidence.file import file_of, people_with_file
from server.db import reading
from server.times import shanghai_day, utc_now
from server.web import current_actor, needs

bp = Blueprint("ethics_file", __name__, url_prefix="/school/ethics/file", template_folder="templates")


@bp.get("")
@needs("ethics.file")
def people() -> str:
    """List the staff of whom there is a file."""
    actor = current_actor()
    with reading() as session:
        found = people_with_file(session, actor)
    log_reads(actor, "page", [Read(f"ethics_file:{each.id}") for each in found])
    return render_template("confidence/files.html", people=found, here=front_page(actor))


@bp.get("/<staff_id>")
@needs("ethics.file")
def show(staff_id: str) -> str:
    """Show one file, as it prints."""
    actor = current_actor()
    with reading() as session:
        file = file_of(session, actor, staff_id)
    log_reads(actor, "print", [Read(f"ethics_file:{staff_id}")])
    return render_template("confidence/file.html", file=file, today=shanghai_day(utc_now()), here=front_page(actor))
