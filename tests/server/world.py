"""A small centre for tests, made by plain inserts: known names, known ids, known duties."""

import hashlib
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask import Flask

from server.accounts.models import Device, Duty, SignInSession, Staff
from server.consents.models import Consent
from server.db import RowChange, new_id, note_change, transaction
from server.records.models import Epoch
from server.schools.models import Centre, Guardian, School, SchoolClass, Student
from server.times import utc_now

LONG_AGO = date(2020, 9, 1)
DUTIES: dict[str, list[tuple[str, int | None]]] = {  # login without school number: [(duty, index of class or None)]
    "head": [("head", None), ("leader", 0)],
    "desk": [("desk", None)],
    "ethics": [("ethics", None)],
    "t_01": [("homeroom", 0)],
    "t_02": [("subject", 0), ("subject", 1)],
    "t_03": [("homeroom", 1)],
}
LOGINS = {
    "head": "head{n}",
    "desk": "desk{n}",
    "ethics": "ethics{n}",
    "t_01": "t{n}01",
    "t_02": "t{n}02",
    "t_03": "t{n}03",
}


@dataclass
class World:
    """Ids by name: `staff["t101"]`, `classes["1/0"]` (school/index), `students["1/0/3"]`, `tokens["t101"]` (a device token)."""

    centre: str
    schools: dict[int, str] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    students: dict[str, str] = field(default_factory=dict)
    staff: dict[str, str] = field(default_factory=dict)
    devices: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def headers(self, login: str) -> dict[str, str]:
        """Give the header of this person's phone."""
        return {"Authorization": f"Device {self.tokens[login]}"}


def sign_in_again(world: World, login: str) -> None:
    """Sign this person in on their phone, whose session has ended."""
    with transaction() as session:
        sign_in, now = new_id(), utc_now()
        until = now + timedelta(days=30)
        theirs = {"staff_id": world.staff[login], "created_at": now, "expires_at": until}
        session.add(SignInSession(id=sign_in, token_hash=_hash(sign_in), **theirs))
        session.flush()
        session.get_one(Device, world.devices[login]).session_id = sign_in


def build_world(app: Flask, *, students_per_class: int = 10) -> World:
    """Fill an empty store; every member of staff has one signed-in phone."""
    with app.app_context(), transaction() as session:
        world = World(centre=new_id())
        session.add(Centre(id=world.centre, name="测试教育中心"))
        session.add(Epoch(id=1, value=new_id()))
        session.flush()
        _add_person(session, world, "centre", None, "中心")
        for number in (1, 2):
            _add_school(session, world, number, students_per_class)
    return world


def _add_school(session, world: World, number: int, students_per_class: int) -> None:
    school = world.schools[number] = new_id()
    session.add(School(id=school, centre_id=world.centre, name=f"第{number}中学"))
    session.flush()
    for index in (0, 1):
        _add_class(session, world, number, index, students_per_class)
    for login, duties in DUTIES.items():
        person = _add_person(session, world, LOGINS[login].format(n=number), school, f"老师{login}{number}")
        for kind, class_index in duties:
            class_id = None if class_index is None else world.classes[f"{number}/{class_index}"]
            session.add(Duty(id=new_id(), staff_id=person, kind=kind, class_id=class_id, from_on=LONG_AGO))
        note_change(session, RowChange(school, "staff", person, 1, (f"school:{school}",)))


def _add_class(session, world: World, number: int, index: int, students: int) -> None:
    school, class_id = world.schools[number], new_id()
    world.classes[f"{number}/{index}"] = class_id
    session.add(SchoolClass(id=class_id, school_id=school, grade=7, number=index + 1, name=f"七年级{index + 1}班"))
    note_change(session, RowChange(school, "class", class_id, 1, (f"school:{school}",)))
    session.flush()
    for place in range(students):
        student = world.students[f"{number}/{index}/{place}"] = new_id()
        household = new_id() if place != 1 else session.get(Student, world.students[f"{number}/{index}/0"]).household_id
        session.add(
            Student(
                id=student,
                school_id=school,
                class_id=class_id,
                household_id=household,
                name=f"学生{number}{index}{place}",
                pinyin=f"xue sheng {place}",
                initials="xs",
                may_record="yes",
            )
        )
        session.flush()
        guardian = Guardian(
            id=new_id(), student_id=student, relation="mother", name=f"家长{place}", phone="13800000000"
        )
        session.add(guardian)
        session.add(_agreed(student, school))
        note_change(session, RowChange(school, "student", student, 1, (f"class:{class_id}",)))
        note_change(session, RowChange(school, "guardian", guardian.id, 1, (f"care:{class_id}",)))


def _agreed(student: str, school: str) -> Consent:
    """Let the mother have signed the school's letter; tests that ask begin from another word."""
    return Consent(
        id=new_id(),
        student_id=student,
        school_id=school,
        who="mother",
        record=True,
        text_version="1",
        channel="paper",
        source=new_id(),
        by_office=True,
        at=utc_now(),
    )


def _add_person(session, world: World, login: str, school: str | None, name: str) -> str:
    """Add one person with a phone that is signed in: its token is known to the test."""
    person, sign_in, device, now = new_id(), new_id(), new_id(), utc_now()
    token = f"token-of-{login}"
    session.add(Staff(id=person, centre_id=world.centre, school_id=school, login=login, name=name, password_hash="!"))
    session.flush()
    if school is None:
        session.add(Duty(id=new_id(), staff_id=person, kind="centre", from_on=LONG_AGO))
    session.add(
        SignInSession(
            id=sign_in,
            staff_id=person,
            token_hash=_hash(f"session-{login}"),
            created_at=now,
            expires_at=now + timedelta(days=30),
        )
    )
    session.flush()
    session.add(
        Device(id=device, staff_id=person, name="测试手机", token_hash=_hash(token), session_id=sign_in, created_at=now)
    )
    world.staff[login], world.devices[login], world.tokens[login] = person, device, token
    return person


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
