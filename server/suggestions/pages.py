"""The school's board of what it was told, what was handed to a person, the figures, and what came in by word of mouth."""

from datetime import date
from urllib.parse import urlencode

import segno
from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.accounts.access import Read, log_reads
from server.actor import Actor
from server.campaign.listening import listening
from server.config import Config
from server.db import new_id, reading, transaction
from server.errors import NotFound
from server.schools.settings import settings_of
from server.suggestions import board, figures
from server.suggestions.board import Wanted
from server.suggestions.forms import DaysForm, FilterForm, NewForm
from server.suggestions.service import NewSuggestion, take_up
from server.times import shanghai_day, utc_now
from server.web import current_actor, needs

bp = Blueprint("suggestion_board", __name__, url_prefix="/school/suggestions", template_folder="templates")

TERM_MONTH = 9  # a school year begins on 1 September
TAGS = {"new": "draft", "late": "act", "working": "wait", "answered": "sent", "closed": "sent"}


@bp.app_template_filter()
def listening_label(code: str, field: str) -> str:
    """Name a choice for people."""
    return listening().label(field, code)


@bp.app_template_filter()
def status_tag(status: str) -> str:
    """Give the colour and icon of a status."""
    return TAGS[status]


@bp.get("/")
@needs("suggestion.board")
def show() -> str:
    """Show the board: what speaks of harm first, then how many stand where, then the list."""
    actor = current_actor()
    school_id, after = school_of(actor), request.args.get("after")
    form = FilterForm(formdata=request.args)
    form.offer(list(board.AGES.items()))
    chosen = {name: form[name].data or None for name in ("status", "topic", "kind", "source", "age")}
    with reading() as session:
        counted = board.counts(session, actor)
        urgent = board.urgent_lines(session, actor)
        page = board.page_of(session, actor, Wanted(**chosen), after)
    log_reads(actor, "page", [Read(f"suggestions:{school_id}", len(page.lines))] if page.lines else [])
    return render_template(
        "suggestions/board.html",
        form=form,
        narrowed=any(chosen.values()),
        counts=counted,
        urgent=urgent,
        page=page,
        statuses=listening().codes["status"],
        next_page=_address(after=page.after) if page.after else None,
        first_page=_address() if after else None,
    )


@bp.get("/mine")
@needs("suggestion.own")
def mine() -> str:
    """Show what was handed to the person who asks, and the praise that names them."""
    actor = current_actor()
    school_of(actor)
    with reading() as session:
        lines, praise = board.handed_to(session, actor), board.praise_for(session, actor)
    log_reads(actor, "page", [Read("suggestions:own", len(lines))] if lines else [])
    return render_template("suggestions/mine.html", lines=lines, praise=praise)


@bp.get("/figures")
@needs("suggestion.board")
def show_figures() -> str:
    """Show the figures of this school year, or between the days of the address."""
    today = shanghai_day(utc_now())
    form = DaysForm(formdata=request.args)
    form.validate()
    first = form.first.data or date(today.year - (today.month < TERM_MONTH), TERM_MONTH, 1)
    form.last.data = max(form.last.data or today, first)
    form.first.data = first
    with reading() as session:
        found = figures.figures_of(session, current_actor(), first, form.last.data)
    return render_template("suggestions/figures.html", form=form, figures=found, least=figures.MASKED_UNDER)


@bp.get("/box")
@needs("suggestion.board")
def poster() -> str:
    """Show the box's address as a QR code, to be printed."""
    config: Config = current_app.config["JIAFANG"]
    with reading() as session:
        school = settings_of(session, school_of(current_actor()))
    address = f"{config.public_url or request.host_url.rstrip('/')}/box/{school.school_id}"
    qr = segno.make(address, error="m").svg_inline(border=4, omitsize=True)
    return render_template("suggestions/poster.html", school=school, address=address, qr=qr)


@bp.get("/new")
@needs("suggestion.lead")
def ask_new() -> str:
    """Ask what somebody said by telephone, at a meeting, at an open day."""
    return render_template("suggestions/new.html", form=NewForm())


@bp.post("/new")
@needs("suggestion.lead")
def write_down() -> ResponseReturnValue:
    """Take it up."""
    form = NewForm()
    if not form.validate_on_submit():
        return render_template("suggestions/new.html", form=form), 422
    actor = current_actor()
    with transaction() as session:
        made = take_up(
            session,
            NewSuggestion(
                school_id=school_of(actor),
                source=form.source.data,
                ref=new_id(),
                text=form.text.data or "",
                kind=form.kind.data,
                topic=form.topic.data,
                asker=form.asker.data,
                about_teacher=bool(form.about_teacher.data) and form.kind.data == "problem",
                author_id=actor.staff_id,
            ),
        )
    if not made.on_board:
        flash("已记下。这一件说的是老师或校领导，已交给师德专员或中心，意见栏里不显示。")
        return redirect(url_for("suggestion_board.show"), 303)
    flash("已记下，请分办。")
    return redirect(url_for("suggestion_case.show", suggestion_id=made.id), 303)


def school_of(actor: Actor) -> str:
    """Name the school that a person works at.

    Raises: NotFound for the centre's own people.
    """
    if actor.school_id is None:
        raise NotFound
    return actor.school_id


def _address(**more: str) -> str:
    kept = {name: value for name, value in request.args.items() if name != "after" and value}
    return f"{url_for('suggestion_board.show')}?{urlencode({**kept, **more})}"
