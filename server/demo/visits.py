"""Visits of the last days, sent the way a phone sends them: as edits, through custody, merge and feed."""

import hashlib
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
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
from server.sync import apply, inbox
from server.sync.inbox import Note
from server.times import SHANGHAI, shanghai_day, utc_now

Edit = dict[str, Any]
VISITS_A_CLASS = (3, 6)
DAYS_AGO = (3, 12)  # long enough ago that nobody's first visit is taken for the same one
EVENING = time(20, 15)
FRESH_EVERY = 3  # a class in so many was visited last evening, and its teacher's phone found a signal only now
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
    """Send some visits of every class's 班主任, each on the evening of its day, a few of them with photos."""
    with reading() as session:
        classes = list(_classes(session))
    apart, now = count(), utc_now()
    for place, each in enumerate(classes):
        photos: list[bytes] = []
        by_evening: dict[datetime, list[Edit]] = defaultdict(list)
        for begun, (fields, photo) in enumerate(_written(chance, each)):
            is_fresh = begun == 0 and place % FRESH_EVERY == FRESH_EVERY - 1
            day = shanghai_day(now) - timedelta(days=1) if is_fresh else date.fromisoformat(fields["visit_date"])
            evening = datetime.combine(day, EVENING, SHANGHAI)
            fields["visit_date"] = day.isoformat()
            by_evening[now if is_fresh else evening].extend(
                _records(chance, fields, evening + timedelta(seconds=next(apart)))
            )
            photos.extend([photo] if photo else [])
        for at, edits in sorted(by_evening.items(), key=lambda evening: evening[0]):
            _deliver(each.teacher, edits, at)
        for photo in photos:
            _send(each.teacher.staff_id, photo)


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


def _deliver(sender: Actor, edits: Sequence[Edit], at: datetime) -> None:
    """Let the school have had a phone's edits since an evening: through custody and merge, as any round."""
    batch = [inbox.receive(sender, each) for each in edits]
    inbox.store(sender, batch, Note(offset_ms=0, app="demo"), at)
    apply.apply_ids([each.id for each in batch], at, {each.key: each.raw for each in batch})


def _written(chance: random.Random, of: _Class) -> Iterator[tuple[dict[str, Any], bytes | None]]:
    """Write a class's visits: the fields of each, and its photo where it has one."""
    for student_id in chance.sample(of.student_ids, chance.randint(*VISITS_A_CLASS)):
        day = shanghai_day(utc_now()) - timedelta(days=chance.randint(*DAYS_AGO))
        fields, photo = _facts(chance, of, student_id, day), None
        if fields["visit_result"] == "done" and fields["visit_form"] == "home" and chance.random() < PHOTO_SHARE:
            photo = draw_desk(chance)
            fields |= _photo(chance, photo)
        yield fields, photo


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
    visit_id = _id_of(at)
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


def _id_of(at: datetime) -> str:
    """Make an id as a phone would have made it at that moment: a UUIDv7 begins with its milliseconds, and tells when a form was begun."""
    begun = f"{int(at.timestamp() * 1000):012x}"
    return f"{begun[:8]}-{begun[8:]}{new_id()[13:]}"


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
