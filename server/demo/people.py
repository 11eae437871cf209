"""Who there is in the demo: names by chance, families with siblings, a school's staff and what each teaches."""

import random
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from server.db import new_id
from server.schools.service import NewGuardian, NewStudent

CLASS_SIZES = (40, 45)
SIBLING_SHARE = 0.05  # of the students have a brother or sister in the school
HOMES = ("both", "both", "both", "both", "mother", "father", "grandparent", "other")


@cache
def words() -> dict[str, Any]:
    """Read what the demo is made of."""
    text = (Path(__file__).parent / "words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


class Names:
    """Puts names together; within one school nobody's is given twice."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._given: set[str] = set()
        self._phones = 0

    def child(self, surname: str | None = None) -> str:
        """Name a student."""
        return self._fresh(words()["names"]["children"], surname)

    def adult(self, *, woman: bool, surname: str | None = None) -> str:
        """Name a grown-up."""
        return self._fresh(words()["names"]["women" if woman else "men"], surname)

    def phone(self) -> str:
        """Make up a telephone number. Numbers with 140 belong to machines, so nobody can be rung up by mistake."""
        self._phones += 1
        return f"140{self._phones:08d}"

    def surname(self) -> str:
        """Choose a surname; the common ones come oftener."""
        surnames: str = words()["names"]["surnames"]
        return surnames[min(self._chance.randrange(len(surnames)), self._chance.randrange(len(surnames)))]

    def _fresh(self, given: list[str], surname: str | None) -> str:
        while True:
            name = (surname or self.surname()) + self._chance.choice(given)
            if name not in self._given:
                self._given.add(name)
                return name
            if surname and all(surname + each in self._given for each in given):
                surname = None  # a family with more children than we have names for takes another surname


def rosters(chance: random.Random, names: Names, classes: int) -> list[list[NewStudent]]:
    """Make each class's students, some of them siblings of a student of an earlier class."""
    made: list[list[NewStudent]] = []
    families: list[NewStudent] = []
    for _ in range(classes):
        roster = []
        for _ in range(chance.randint(*CLASS_SIZES)):
            sibling = families and chance.random() < SIBLING_SHARE
            roster.append(_sibling(names, chance.choice(families)) if sibling else _student(chance, names))
        families.extend(roster)
        made.append(roster)
    return made


def _student(chance: random.Random, names: Names) -> NewStudent:
    surname = names.surname()
    home = chance.choice(HOMES)
    guardians = tuple(_guardians(names, surname, home))
    return NewStudent(names.child(surname), new_id(), guardians)


def _sibling(names: Names, of: NewStudent) -> NewStudent:
    return NewStudent(names.child(of.name[0]), of.household_id, of.guardians)


def _guardians(names: Names, surname: str, home: str) -> Iterator[NewGuardian]:
    if home in ("both", "father"):
        yield NewGuardian("father", names.adult(woman=False, surname=surname), names.phone())
    if home in ("both", "mother"):
        yield NewGuardian("mother", names.adult(woman=True), names.phone())
    if home == "grandparent":
        yield NewGuardian("grandparent", names.adult(woman=True), names.phone())
    if home == "other":
        yield NewGuardian("other_guardian", names.adult(woman=False), names.phone())
