"""The school's reading pages: what came in, one visit, and what waits for its teachers."""

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import groupby

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.accounts.access import Read, log_reads
from server.accounts.pledges import count_signed
from server.actor import Actor
from server.db import reading
from server.errors import NotFound
from server.oversight.conflicts import open_conflicts
from server.oversight.frame import Frame, frame_for
from server.oversight.today import DayLine, count_conflicts, count_day, day_page
from server.oversight.words import day_text
from server.times import SHANGHAI, shanghai_day, utc_now
from server.web import current_actor, needs

bp = Blueprint("oversight", __name__, url_prefix="/school", template_folder="templates")

RELOAD_SECONDS = 60  # of a page whose reader asked for it


@bp.app_template_global()
def frame(waiting_cases: int) -> Frame:
    """Build the bar for the person who looks at the page."""
    with reading() as session:
        return frame_for(session, current_actor(), waiting_cases)


@bp.app_template_filter()
def day_words(day: date) -> str:
    """Write a day as 10月15日."""
    return day_text(day)


@bp.app_template_filter()
def moment_words(at: datetime) -> str:
    """Write a moment as 10月15日 21:36, in China's time."""
    here = at.astimezone(SHANGHAI)
    return f"{day_text(here.date())} {here:%H:%M}"


@bp.get("/")
@needs("today.read")
def home() -> ResponseReturnValue:
    """Lead to today."""
    return redirect(url_for("oversight.today"))


@bp.get("/today")
@needs("today.read")
def today() -> Response:
    """Show what came in on a day (`?day=`), by class and teacher; `?live=1` renews itself every minute."""
    actor, now = current_actor(), utc_now()
    school_id, this_day = _school(actor), shanghai_day(now)
    day, after = _day(request.args.get("day"), this_day), request.args.get("after")
    with reading() as session:
        count, conflicts = count_day(session, school_id, day), count_conflicts(session, school_id)
        page, pledges = day_page(session, school_id, day, after), count_signed(session, school_id, this_day)
    log_reads(actor, "page", [Read(f"class:{class_id}", n) for class_id, n in _per_class(page.lines).items()])
    live = request.args.get("live") == "1" and day == this_day
    answer = make_response(
        render_template(
            "oversight/today.html",
            day=day,
            before=day - timedelta(days=1),
            next_day=day + timedelta(days=1) if day < this_day else None,
            is_today=day == this_day,
            now=now.astimezone(SHANGHAI),
            count=count,
            pledges=pledges,
            conflicts=conflicts,
            classes=_by_class(page.lines),
            page=page,
            first=not after,
            live=live,
        )
    )
    if live:
        answer.headers["Refresh"] = str(RELOAD_SECONDS)
    return answer


@bp.get("/conflicts")
@needs("conflict.read")
def conflicts() -> str:
    """Show what two teachers wrote differently and have not settled yet."""
    actor = current_actor()
    with reading() as session:
        page = open_conflicts(session, _school(actor), after=request.args.get("after"))
    log_reads(
        actor, "page", [Read(f"visit:{visit_id}") for visit_id in dict.fromkeys(each.visit_id for each in page.lines)]
    )
    return render_template("oversight/conflicts.html", page=page)


def _day(asked: str | None, this_day: date) -> date:
    """Read the day asked for; today, if it is none or has not come yet."""
    try:
        day = date.fromisoformat(asked or "")
    except ValueError:
        return this_day
    return day if date(2000, 1, 1) <= day <= this_day else this_day


def _per_class(lines: list[DayLine]) -> Counter[str]:
    return Counter(line.class_id for line in lines)


def _by_class(lines: list[DayLine]) -> list[tuple[str, list[tuple[str, list[DayLine]]]]]:
    """Group a page's lines, which are in order, by class and teacher."""
    return [
        (
            name,
            [(who, list(theirs)) for (_, who), theirs in groupby(ours, lambda line: (line.teacher_id, line.teacher))],
        )
        for (_, name), ours in groupby(lines, lambda line: (line.class_id, line.class_name))
    ]


def _school(actor: Actor) -> str:
    if actor.school_id is None:
        raise NotFound
    return actor.school_id
