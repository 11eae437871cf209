"""Demo data: one centre, two schools, believable people, made through the real services. For an empty store only."""

import random
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.accounts.models import Staff
from server.accounts.passwords import Passwords
from server.accounts.service import NewDuty, NewStaff, add_staff
from server.config import Config, ConfigRefused
from server.db import reading, transaction
from server.demo.answers import fill_answers
from server.demo.consents import agree
from server.demo.people import Names, rosters, words
from server.demo.reports import fill_reports
from server.demo.staff import CLASSES_A_GRADE, GRADES, posts
from server.demo.suggestions import fill_suggestions
from server.demo.visits import fill_visits
from server.schools.models import School
from server.schools.publishing import publish
from server.schools.service import add_centre, add_class, add_school, add_students
from server.schools.settings import Choices, choose
from server.times import shanghai_day, utc_now

SEED = 20120404  # the day of the notice
PASSWORD = "visit-demo"  # noqa: S105  # of the demo accounts; the README names it
TERM_MONTH = 9  # a school year begins on 1 September


@dataclass(frozen=True)
class _Making:
    session: Session
    centre_id: str
    password_hash: str
    since: date
    chance: random.Random


def is_empty() -> bool:
    """Tell whether the store holds no school and no staff yet."""
    with reading() as session:
        rows = session.scalar(select(func.count()).select_from(School).limit(1)) or 0
        return rows + (session.scalar(select(func.count()).select_from(Staff).limit(1)) or 0) == 0


def refuse_in_production(config: Config) -> None:
    """Stop a production start that has demo accounts, or asks for them: everybody knows their password.

    Raises: ConfigRefused.
    """
    if not config.production:
        return
    if config.demo:
        raise ConfigRefused("JIAFANG_DEMO=1 and JIAFANG_ENV=production exclude each other: unset one of them.")
    with reading() as session:
        found = session.scalar(select(Staff.id).where(Staff.demo).limit(1))
    if found is not None:
        raise ConfigRefused("The store holds demo accounts, whose password everybody knows: start with an empty store.")


def fill(passwords: Passwords) -> None:
    """Fill an empty store: its people in one transaction, the password they share hashed once; then some visits."""
    chance = random.Random(SEED)  # noqa: S311  # the same people each time, not a secret
    with transaction() as session:
        centre_id = add_centre(session, words()["centre"])
        today = shanghai_day(utc_now())
        since = date(today.year if today.month >= TERM_MONTH else today.year - 1, TERM_MONTH, 1)
        making = _Making(session, centre_id, passwords.make(PASSWORD), since, chance)
        _add_person(making, None, "centre", Names(chance).adult(woman=True), (NewDuty("centre", since),))
        for number, name in enumerate(words()["schools"], 1):
            _fill_school(making, number, add_school(session, centre_id, name))
        publish(session)
    fill_visits(chance)
    fill_suggestions(chance)
    fill_reports()
    fill_answers(chance)


def _fill_school(making: _Making, number: int, school_id: str) -> None:
    choose(making.session, school_id, Choices(contact="德育处", phone=f"140{number:08d}"))
    names = Names(making.chance)
    places = [(grade, place) for grade in GRADES for place in range(1, CLASSES_A_GRADE + 1)]
    classes = {(grade, place): add_class(making.session, school_id, grade, place) for grade, place in places}
    for class_id, roster in zip(classes.values(), rosters(making.chance, names, len(classes)), strict=True):
        ids = add_students(making.session, school_id, class_id, roster)
        agree(making.session, list(zip(ids, roster, strict=True)))
    for post in posts(number, classes, making.since):
        name = names.adult(woman=making.chance.random() < 0.6)  # noqa: PLR2004  # as in most schools
        _add_person(making, school_id, post.login, name, tuple(post.duties))


def _add_person(making: _Making, school_id: str | None, login: str, name: str, duties: tuple[NewDuty, ...]) -> None:
    new = NewStaff(making.centre_id, school_id, login, name, making.password_hash, demo=True)
    add_staff(making.session, new, duties)
