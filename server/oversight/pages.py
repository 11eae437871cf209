"""The school's reading pages: what came in, one visit, and what waits for its teachers."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from server.accounts.access import Read, log_reads
from server.accounts.pledges import count_signed
from server.accounts.rights import front_page
from server.actor import Actor
from server.campaign.notice import notice
from server.db import reading
from server.errors import NotFound
from server.oversight.conflicts import count_conflicts, open_conflicts
from server.oversight.forms import FilterForm
from server.oversight.frame import Frame, frame_for
from server.oversight.today import Line, classes_of, count, page_of, teachers_of
from server.oversight.wanted import READING, Wanted
from server.oversight.words import day_text
from server.suggestions.board import count_waiting
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
@needs("session.own")
def home() -> ResponseReturnValue:
    """Lead to the page that the person's duties open."""
    return redirect(front_page(current_actor()))


@bp.get("/today")
@needs("today.read")
def today() -> Response:
    """Show what came in: today, or what the filter of the address asks for; `?live=1` renews today every minute."""
    actor, now = current_actor(), utc_now()
    school_id, this_day, after = _school(actor), shanghai_day(now), request.args.get("after")
    with reading() as session:
        form = _filter(session, school_id)
        wanted = _wanted(form, this_day)
        counted, conflicts = count(session, school_id, wanted), count_conflicts(session, school_id)
        fresh, urgent = count_waiting(session, actor)
        page, pledges = page_of(session, school_id, wanted, after), count_signed(session, school_id, this_day)
    log_reads(actor, "page", [Read(f"class:{class_id}", n) for class_id, n in _per_class(page.lines).items()])
    is_today = wanted.one_day and wanted.last == this_day
    live = request.args.get("live") == "1" and is_today
    answer = make_response(
        render_template(
            "oversight/today.html",
            form=form,
            wanted=wanted,
            days=Days(this_day, wanted),
            is_today=is_today,
            now=now.astimezone(SHANGHAI),
            count=counted,
            pledges=pledges,
            conflicts=conflicts,
            fresh=fresh,
            urgent=urgent,
            classes=_by_class(page.lines),
            next_page=_address(after=page.after) if page.after else None,
            first_page=_address() if after else None,
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


@dataclass(frozen=True)
class Days:
    """Where one can go from these days: (words, address)."""

    this_day: date
    wanted: Wanted

    @property
    def ways(self) -> list[tuple[str, str]]:
        """Name the ranges that are one tap away, and the days beside a day."""
        today = self.this_day
        ranges = [
            ("今天", today, today),
            ("近 7 天", today - timedelta(6), today),
            ("近 30 天", today - timedelta(29), today),
        ]
        if self.wanted.one_day:
            day = self.wanted.first
            ranges += [("前一天", day - timedelta(1), day - timedelta(1))]
            ranges += [("后一天", day + timedelta(1), day + timedelta(1))] if day < today else []
        shown = (self.wanted.first, self.wanted.last)
        return [
            (words, _address(**{"from": first.isoformat(), "to": last.isoformat()}))
            for words, first, last in ranges
            if (first, last) != shown
        ]


def _address(**more: str) -> str:
    """Give this page's address with the filter that it has; days that are given go before `?day=`."""
    left_out = {"after", "live"} | ({"day"} if "from" in more else set())
    kept = {name: value for name, value in request.args.items() if name not in left_out and value}
    return f"{url_for('oversight.today')}?{urlencode({**kept, **more})}"


def _filter(session: Session, school_id: str) -> FilterForm:
    """Read the filter of the address; what makes no sense in it is left out."""
    form = FilterForm(formdata=request.args)
    codes = notice().codes
    form.offer(
        class_id=classes_of(session, school_id),
        teacher_id=teachers_of(session, school_id),
        result=[(each.code, each.label) for each in codes["visit_result"]],
        form=[(each.code, each.label) for each in codes["visit_form"]],
        reading=list(READING.items()),
    )
    form.forget_wrong()
    return form


def _wanted(form: FilterForm, this_day: date) -> Wanted:
    """Put the filter in order: no day that has not come, the first not after the last; `?day=` is a day by itself."""
    day = _day(request.args.get("day"), this_day)
    last = _day(form.last.data or form.first.data or day, this_day)
    first = min(_day(form.first.data or last, this_day), last)
    form.first.data, form.last.data = first, last
    return Wanted(
        first=first,
        last=last,
        class_id=form.class_id.data or None,
        teacher_id=form.teacher_id.data or None,
        result=form.result.data or None,
        form=form.form.data or None,
        reading=form.reading.data or None,
        incomplete=bool(form.incomplete.data),
        late=bool(form.late.data),
        photos=bool(form.photos.data),
    )


def _day(asked: str | date | None, this_day: date) -> date:
    """Read the day asked for; today, if it is none or has not come yet."""
    try:
        day = asked if isinstance(asked, date) else date.fromisoformat(asked or "")
    except ValueError:
        return this_day
    return day if date(2000, 1, 1) <= day <= this_day else this_day


def _per_class(lines: list[Line]) -> Counter[str]:
    return Counter(line.class_id for line in lines)


def _by_class(lines: list[Line]) -> list[tuple[str, list[tuple[str, list[Line]]]]]:
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
