"""What stands round every page of the school: whose it is, and where one can go."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.actor import Actor
from server.oversight.today import count_conflicts
from server.schools.models import School

DUTY_WORDS = {"head": "校长", "desk": "德育处"}


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
    """Build the bar for a person of the office."""
    school = session.get(School, actor.school_id) if actor.school_id else None
    duty = next((word for role, word in DUTY_WORDS.items() if role in actor.roles), "")
    conflicts = count_conflicts(session, actor.school_id) if actor.school_id else 0
    places = (
        Place("今日收到", "/school/today"),
        Place("待归档", "/school/inbox", waiting_cases),
        Place("等老师定", "/school/conflicts", conflicts),
    )
    return Frame(school.name if school else "", duty, actor.name, places)
