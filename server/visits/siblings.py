"""Brothers and sisters of whom a visit tells as well (`also_for`): the classes they are in read it too.

Only true ones count, of the same household and the same school: whatever else stands in that set opens the visit to nobody.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Table, Text, bindparam, literal, or_, select, type_coerce
from sqlalchemy.orm import aliased

from server.db import Writing
from server.prepared import Prepared
from server.records.models import Record
from server.records.store import RECORDS, RecordState
from server.schools.models import Student

STUDENTS = cast("Table", Student.__table__)
_OTHERS = STUDENTS.alias("others")
_CLASSES = Prepared(
    select(STUDENTS.c.id, _OTHERS.c.id, _OTHERS.c.class_id)
    .join(
        _OTHERS,
        (_OTHERS.c.household_id == STUDENTS.c.household_id) & (_OTHERS.c.school_id == STUDENTS.c.school_id),
    )
    .where(
        STUDENTS.c.id.in_(bindparam("students", expanding=True)),
        _OTHERS.c.id.in_(bindparam("siblings", expanding=True)),
        _OTHERS.c.erased.is_(False),
    )
)


class Pair(NamedTuple):
    """A visit's student, and another one of whom it tells."""

    student_id: str
    sibling_id: str


@dataclass
class Siblings:
    """The classes of siblings, as far as one transaction has asked.

    Whoever moves a sibling locks the visits that name them, so what is read under a visit's lock holds until the commit.
    """

    session: Writing
    known: dict[Pair, str | None] = field(default_factory=dict)  # None: no sibling

    def load(self, pairs: Iterable[Pair]) -> None:
        """Look up the classes of these, all at once."""
        missing = set(pairs) - self.known.keys()
        if missing:
            self.known.update(dict.fromkeys(missing))
            found = _classes(self.session, missing)
            self.known.update({pair: found.get(pair) for pair in missing})

    def true_ones(self, visit: RecordState, named: Iterable[str]) -> frozenset[str]:
        """Tell which of these are a brother or sister of a visit's own child."""
        pairs = [Pair(visit.student_id or "", id_) for id_ in named]
        self.load(pairs)
        return frozenset(pair.sibling_id for pair in pairs if self.known[pair])

    def classes(self, visit: RecordState, also_for: Iterable[str] | None = None) -> frozenset[str]:
        """Name the classes that a visit's siblings are in (`also_for`: those it named before, default: names now)."""
        named = visit.fields.get("also_for", ()) if also_for is None else also_for
        pairs = [Pair(visit.student_id or "", id_) for id_ in named]
        self.load(pairs)
        return frozenset(class_id for pair in pairs if (class_id := self.known[pair]))


def tells_of(student_id: str) -> ColumnElement[bool]:
    """Find the visits that name a student in one of their fields; it looks through all of them: for rare work only."""
    return (RECORDS.c.kind == "visit") & type_coerce(RECORDS.c.fields, Text).contains(f'"{student_id}"')


def some_child(
    visit_id: Any, student_id: Any, holds: Callable[[type[Student]], ColumnElement[bool]]
) -> ColumnElement[bool]:
    """Find, by the columns of a query, visits of which some child meets a condition: their own, or another of whom they tell."""
    own, other, visit = aliased(Student), aliased(Student), aliased(Record)
    names = type_coerce(visit.fields, Text).contains(literal('"').concat(other.id).concat('"'))
    named = select(visit.id).where(visit.kind == "visit", visit.id == visit_id, names).correlate_except(visit).exists()
    same_school = other.school_id.concat("") == own.school_id  # a household is few: found by that, never by its school
    family = (other.household_id == own.household_id) & same_school & (other.id != own.id)
    beside = select(other.id).join(own, family).where(own.id == student_id, ~other.erased, holds(other), named)
    mine = select(own.id).where(own.id == student_id, holds(own))
    return or_(mine.correlate_except(own).exists(), beside.correlate_except(own, other).exists())


def sibling_pairs(session: Writing, pairs: Collection[Pair]) -> frozenset[Pair]:
    """Tell which of these are brothers and sisters."""
    return frozenset(_classes(session, pairs))


def sibling_classes(session: Writing, student_id: str | None, fields: Mapping[str, Any]) -> frozenset[str]:
    """Name the classes that the siblings of one visit are in."""
    pairs = [Pair(student_id or "", id_) for id_ in fields.get("also_for", ())]
    return frozenset(_classes(session, pairs).values()) if pairs else frozenset()


def _classes(session: Writing, pairs: Collection[Pair]) -> dict[Pair, str]:
    named = {"students": sorted({each.student_id for each in pairs}), "siblings": sorted({each[1] for each in pairs})}
    rows = _CLASSES.rows(session.connection(), named)
    return {Pair(student_id, sibling_id): class_id for student_id, sibling_id, class_id in rows}
