"""What stands round every page of the school: whose it is, and where one can go."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.accounts import rights
from server.actor import Actor
from server.confidence import reading as confidence
from server.families.service import count_open as count_requests
from server.oversight.conflicts import count_conflicts
from server.schools.models import Centre, School
from server.suggestions.board import count_handed_to, count_waiting

DUTY_WORDS = {"head": "校长", "desk": "德育处", "ethics": "师德专员", "centre": "中心"}


@dataclass(frozen=True)
class Place:
    """One place in the bar; `count` says how much waits there."""

    name: str
    href: str
    count: int = 0


@dataclass(frozen=True)
class Frame:
    """The bar of a page."""

    school: str
    duty: str
    name: str
    places: Sequence[Place]


def frame_for(session: Session, actor: Actor, waiting_cases: int) -> Frame:
    """Build the bar for a person who has a page of the school to read."""
    school = session.get(School, actor.school_id) if actor.school_id else None
    duty = next((word for role, word in DUTY_WORDS.items() if role in actor.roles), "")
    place = school or session.get_one(Centre, actor.centre_id)
    return Frame(place.name, duty, actor.name, _places(session, actor, waiting_cases))


def _places(session: Session, actor: Actor, waiting_cases: int) -> tuple[Place, ...]:
    """Name the places that this person's duties open."""
    conflicts = count_conflicts(session, actor.school_id) if actor.school_id else 0
    fresh, _ = count_waiting(session, actor) if rights.may(actor, "suggestion.board") else (0, 0)
    reports = confidence.count_waiting(session, actor) if rights.may(actor, "report.handle") else 0
    places = {
        "today.read": Place("今日收到", "/school/today"),
        "inbox.decide": Place("待归档", "/school/inbox", waiting_cases),
        "conflict.read": Place("等老师定", "/school/conflicts", conflicts),
        "suggestion.board": Place("意见", "/school/suggestions/", fresh),
        "answer.read": Place("家长反馈", "/school/feedback"),
        "ethics.read": Place("师德", "/school/ethics", reports),
        "centre.inbox": Place("收件", "/centre/inbox", reports),
        "request.keep": Place("家长请求", "/school/requests", count_requests(session, actor.school_id)),
        "people.keep": Place("老师", "/school/people"),
        "student.keep": Place("学生", "/school/students"),
        "settings.keep": Place("设置", "/school/settings"),
    }
    opened = tuple(place for right, place in places.items() if rights.may(actor, right))
    if actor.school_id is None or rights.may(actor, "suggestion.board"):
        return opened
    return (*opened, Place("意见", "/school/suggestions/mine", count_handed_to(session, actor)))
