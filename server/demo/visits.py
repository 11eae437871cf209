"""Visits of the last days, sent the way a phone sends them: as edits, through custody, merge and feed."""

import hashlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.duties import actor_today, running
from server.accounts.models import Duty
from server.actor import Actor
from server.consents.service import YES
from server.db import new_id, reading
from server.demo.people import words
from server.demo.pictures import draw_desk
from server.photos import receive
from server.photos.partials import Upload
from server.schools.models import Student
from server.sync import push
from server.sync.inbox import Note
from server.times import SHANGHAI, shanghai_day, utc_now

Edit = dict[str, Any]
VISITS_A_CLASS = (3, 6)
DAYS_AGO = (3, 12)  # long enough ago that nobody's first visit is taken for the same one
RESULTS = (*["done"] * 8, "declined", "nobody_home", "rescheduled")
FORMS = ("home", "home", "home", "agreed_place", "at_school", "phone")
FACE_TO_FACE = frozenset({"home", "agreed_place", "at_school"})
PHOTO_SHARE = 0.6  # of the visits made at home
OPINION_SHARE = 0.2  # of the visits with more to tell


@dataclass(frozen=True)
class _Class:
    class_id: str
    teacher: Actor
    companions: tuple[str, ...]  # staff ids
    student_ids: tuple[str, ...]  # of families that let visits be written down


def fill_visits(chance: random.Random) -> None:
    """Send some visits of every class's 班主任, a few of them with photos."""
    with reading() as session:
        classes = list(_classes(session))
    for each in classes:
        for sender, edits, photos in _written(chance, each):
            push.take(sender, edits, Note(offset_ms=0, app="demo"))
            for photo in photos:
                _send(sender.staff_id, photo)


def _classes(session: Session) -> Iterator[_Class]:
    today = shanghai_day(utc_now())
    homerooms = select(Duty).where(Duty.kind == "homeroom", running(today)).order_by(Duty.id)
    for duty in session.scalars(homerooms).all():
        teacher = actor_today(session, duty.staff_id)
        subjects = select(Duty.staff_id).where(
            Duty.kind == "subject", Duty.class_id == duty.class_id, Duty.staff_id != duty.staff_id, running(today)
        )
        agreed = (Student.class_id == duty.class_id) & (Student.may_record == YES)
        students = select(Student.id).where(agreed).order_by(Student.id)
        if teacher is not None and duty.class_id is not None:
            companions = tuple(session.scalars(subjects.order_by(Duty.id)))
            yield _Class(duty.class_id, teacher, companions, tuple(session.scalars(students)))


def _written(chance: random.Random, of: _Class) -> Iterator[tuple[Actor, list[Edit], list[bytes]]]:
    """Write a class's visits; gives who sends what, in few batches."""
    edits: list[Edit] = []
    photos: list[bytes] = []
    for student_id in chance.sample(of.student_ids, chance.randint(*VISITS_A_CLASS)):
        day = shanghai_day(utc_now()) - timedelta(days=chance.randint(*DAYS_AGO))
        fields = _facts(chance, of, student_id, day)
        if fields["visit_result"] == "done" and fields["visit_form"] == "home" and chance.random() < PHOTO_SHARE:
            photos.append(draw_desk(chance))
            fields |= _photo(chance, photos[-1])
        edits.extend(_records(chance, fields, datetime.combine(day, time(20, 15), SHANGHAI)))
    yield of.teacher, edits, photos


def _facts(chance: random.Random, of: _Class, student_id: str, day: date) -> dict[str, Any]:
    """Give a visit's fields as the form shows them; sets are lists."""
    result, form = chance.choice(RESULTS), chance.choice(FORMS)
    visitors = [of.teacher.staff_id]
    if of.companions and chance.random() < 0.5:  # noqa: PLR2004  # every other visit is made in pairs
        visitors.append(chance.choice(of.companions))
    fields: dict[str, Any] = {
        "student_id": student_id,
        "class_id": of.class_id,
        "visit_date": day.isoformat(),
        "visit_type": "general",
        "visit_result": result,
        "visit_form": form if result == "done" else "home",
        "visitors": visitors,
        "confirmed_by": [of.teacher.staff_id],
    }
    if result == "declined":
        fields["offered"] = ["at_school", "phone"]
    if result == "rescheduled":
        fields["rescheduled_to"] = (day + timedelta(days=14)).isoformat()
    return fields | (_story(chance, form) if result == "done" else {})


def _story(chance: random.Random, form: str) -> dict[str, Any]:
    story: dict[str, Any] = {**chance.choice(words()["story"])}
    story["respondents"] = chance.choice((["mother"], ["father"], ["father", "mother"], ["mother", "student"]))
    if form == "agreed_place":
        story["place_kind"] = "community"
    if form in FACE_TO_FACE:
        story["pledge"] = True
    else:
        del story["face_four"]
    return story


def _photo(chance: random.Random, photo: bytes) -> dict[str, Any]:
    name = hashlib.sha256(photo).hexdigest()
    parts = {"caption": chance.choice(words()["private"]["captions"]), "use": "archive", "agreed_on_spot": True}
    return {"photos": [name], **{f"photos/{name}/{part}": value for part, value in parts.items()}}


def _records(chance: random.Random, fields: Mapping[str, Any], at: datetime) -> Iterator[Edit]:
    """Write one visit: its own record, and for some the private part, a reflection and an opinion, each after the visit's edit."""
    visit_id = new_id()
    visit = _edit(f"visit:{visit_id}", fields, None, at)
    yield visit
    if fields["visit_result"] != "done" or chance.random() < 0.4:  # noqa: PLR2004  # not every visit has more to it
        return
    private = {name: chance.choice(words()["private"][name]) for name in ("growth_env", "child_voice")}
    yield _edit(f"visit_private:{visit_id}", private, visit["id"], at)
    if chance.random() < 0.5:  # noqa: PLR2004  # one in two writes it down the same evening
        thought = {"visit_id": visit_id, "reflection": chance.choice(words()["private"]["reflections"])}
        yield _edit(f"reflection:{new_id()}", thought, visit["id"], at)
    if chance.random() < OPINION_SHARE:
        yield _edit(f"opinion:{new_id()}", {"visit_id": visit_id, **chance.choice(words()["opinion"])}, visit["id"], at)


def _edit(record: str, fields: Mapping[str, Any], after: str | None, at: datetime) -> Edit:
    sets = {name: value for name, value in fields.items() if isinstance(value, list)}
    return {
        "id": new_id(),
        "record": record,
        "after": after,
        "op": "edit",
        "v": 1,
        "made_at": at.isoformat(timespec="seconds"),
        "changes": {name: {"old": None, "new": value} for name, value in fields.items() if name not in sets},
        "members": {name: {"add": value, "remove": []} for name, value in sets.items()},
        "args": {},
    }


def _send(staff_id: str, photo: bytes) -> None:
    upload = Upload("demo", hashlib.sha256(photo).hexdigest(), len(photo))
    receive.send_whole(current_app.extensions["jiafang.photos"], staff_id, upload, [photo])
