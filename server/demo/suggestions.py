"""What the demo schools were told, from a word not handed out yet to an answer on the public page; through the real services."""

import random
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.accounts.duties import actor_today
from server.accounts.models import Staff
from server.actor import Actor
from server.db import new_id, reading, transaction
from server.schools.models import School, Student
from server.suggestions import digest, states, work
from server.suggestions.models import Suggestion, SuggestionEvent
from server.suggestions.service import NewSuggestion, last_done, rate, take_up
from server.times import utc_now

FILE = Path(__file__).parent / "suggestions.toml"
STEPS = ("handed_out", "decided", "answered", "closed", "published")
DESK, OWNER = "desk{n}", "t{n}03"

Told = Mapping[str, Any]


def fill_suggestions(chance: random.Random) -> None:
    """Tell every demo school the same things, and let its desk work on some of them."""
    with reading() as session:
        schools = session.scalars(select(School.id).order_by(School.id)).all()
    for number, school_id in enumerate(schools, 1):
        for told in tomllib.loads(FILE.read_text(encoding="utf-8"))["told"]:
            _tell(chance, school_id, number, told)


def _tell(chance: random.Random, school_id: str, number: int, told: Told) -> None:
    with transaction() as session:
        desk, owner = (_person(session, login.format(n=number)) for login in (DESK, OWNER))
        student = chance.choice(session.scalars(select(Student.name).where(Student.school_id == school_id)).all())
        made = take_up(
            session,
            NewSuggestion(
                school_id=school_id,
                source=told["source"],
                ref=new_id(),
                text=told["text"].format(teacher=owner.name[0], student=student),
                kind=told["kind"],
                topic=told["topic"],
                asker=told.get("asker", "family"),
                visible_to=told.get("visible_to", "school"),
                about_staff=(owner.staff_id,) if "{teacher}" in told["text"] else (),
            ),
        )
    if "step" in told:
        _work(made.id, desk, owner, told)
    with transaction() as session:
        _date_back(session, made.id, told["days"])


def _work(id_: str, desk: Actor, owner: Actor, told: Told) -> None:
    """Go on with it step by step, as far as it has come."""
    steps = STEPS[: STEPS.index(told["step"]) + 1]
    with reading() as session:
        due = session.get_one(Suggestion, id_).due
    work.hand_out(desk, id_, _seen(id_), work.HandOut(told["dept"], owner.staff_id, due))
    if "decided" in steps:
        made = work.Progress(told["decision"], told["measures"], told.get("result", ""))
        work.progress(owner, id_, _seen(id_), made)
    if "answered" in steps:
        work.answer(owner, id_, _seen(id_), work.Reply(told["reply"], told["reply_way"]))
    if "closed" in steps:
        if "rating" in told:
            with transaction() as session:
                rate(session, id_, told["rating"])
        work.close(desk, id_, _seen(id_))
    if "published" in steps:
        digest.publish(desk, id_, told["public_text"], told["public_done"])


def _seen(id_: str) -> str:
    with reading() as session:
        return last_done(session, id_)


def _person(session: Session, login: str) -> Actor:
    actor = actor_today(session, session.scalars(select(Staff.id).where(Staff.login == login)).one())
    if actor is None:
        raise LookupError(login)
    return actor


def _date_back(session: Session, id_: str, days: int) -> None:
    """Let it have been told some days ago, and what was done about it spread over the days since."""
    each = session.get_one(Suggestion, id_)
    at_noon = utc_now().replace(hour=4, minute=20)  # 12:20 in China
    told_at = at_noon - timedelta(days=days) if days else utc_now()
    answered_at = told_at + timedelta(days=days * 0.4)
    each.received_at = told_at
    each.due = states.due_after(each.kind, told_at)
    if each.up_since:
        each.up_since = told_at + timedelta(days=days * 0.3)
    for name in ("begun_at", "replied_at", "closed_at", "published_at"):
        if getattr(each, name):
            setattr(each, name, told_at + timedelta(days=days * 0.1) if name == "begun_at" else answered_at)
    events = select(SuggestionEvent.id).where(SuggestionEvent.suggestion_id == id_).order_by(SuggestionEvent.id)
    for place, event_id in enumerate(session.scalars(events).all()):
        at = told_at + (answered_at - told_at) * place / 6
        session.execute(update(SuggestionEvent).where(SuggestionEvent.id == event_id).values(at=at))
