"""The figures of what was told: closed on time, days to a reply, satisfaction. Praise is never counted."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.actor import Actor
from server.campaign.listening import listening
from server.suggestions import states
from server.suggestions.circles import led_by
from server.suggestions.models import Suggestion
from server.times import SHANGHAI, shanghai_day, utc_now

MASKED_UNDER = 5  # fewer cases than this say more of a family than of a school
SATISFIED = frozenset({"satisfied", "mostly"})


@dataclass(frozen=True)
class Figure:
    """One figure: of how many it is, and its value; None where they are too few to be told."""

    cases: int
    value: float | None


@dataclass(frozen=True)
class Figures:
    """A school's figures for what came in between two days. `by_topic` is (topic, open, answered)."""

    received: int
    answered: int
    on_time: Figure  # per cent of those whose day has come, or that were answered
    days: Figure  # the middle one, from arrival to reply
    satisfied: Figure  # per cent of the replies that were rated
    by_topic: Sequence[tuple[str, int, int]]


def figures_of(session: Session, actor: Actor, first: date, last: date) -> Figures:
    """Work out the figures of what a school was told from one day to another, both included, as far as this person reads it."""
    begin, end = (datetime.combine(day, at, SHANGHAI) for day, at in ((first, time.min), (last, time.max)))
    within = Suggestion.received_at.between(begin, end)
    query = select(Suggestion).where(led_by(session, actor), within, Suggestion.kind != "praise")
    rows, today = session.scalars(query).all(), shanghai_day(utc_now())
    answered = [each for each in rows if each.replied_at]
    judged = [each for each in rows if each.due and (each.replied_at or today > each.due)]
    rated = [each for each in answered if each.rating]
    return Figures(
        received=len(rows),
        answered=len(answered),
        on_time=_share(len(judged), sum(_in_time(each) for each in judged)),
        days=_figure(len(answered), statistics.median(map(_days, answered)) if answered else 0),
        satisfied=_share(len(rated), sum(each.rating in SATISFIED for each in rated)),
        by_topic=[
            (topic.label, sum(not each.replied_at for each in ours), sum(bool(each.replied_at) for each in ours))
            for topic in listening().codes["topic"]
            if (ours := [each for each in rows if each.topic == topic.code])
        ],
    )


def _in_time(each: Suggestion) -> bool:
    return bool(each.replied_at and each.due and shanghai_day(each.replied_at) <= each.due)


def _days(each: Suggestion) -> int:
    return states.days_between(each.received_at, each.replied_at) if each.replied_at else 0


def _share(cases: int, good: int) -> Figure:
    return _figure(cases, round(100 * good / cases) if cases else 0)


def _figure(cases: int, value: float) -> Figure:
    return Figure(cases, value if cases >= MASKED_UNDER else None)
