"""A child is erased, and a brother's or sister's visit told of them as well: it stays, and names them no more."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Text, or_, select, type_coerce, update
from sqlalchemy.orm import Session

from server.records.store import VERSIONS, RecordState
from server.visits import finishing
from server.visits.context import Context

SET = "also_for"


def tell_no_more(context: Context, visits: Sequence[RecordState], student_id: str) -> list[str]:
    """Take a child out of the visits of brothers and sisters, with a version that nobody wrote, and out of their versions.

    The visits are loaded and locked; the child's class lets them go. Nothing may be applied in this context after it.
    Returns: the ids of those visits, merged ones left out, oldest first.
    """
    context.note_circles(visits)
    named = [visit for visit in visits if student_id in visit.fields.get(SET, ())]
    for visit in named:
        context.work.change(visit, {**visit.fields, SET: _without(visit.fields[SET], student_id)}, None)
    finishing.finish(context)
    _forget_in_versions(context.session, student_id)
    return [visit.id for visit in named if visit.state == "live"]


def _forget_in_versions(session: Session, student_id: str) -> None:
    quoted = f'"{student_id}"'
    sides = (VERSIONS.c.before, VERSIONS.c.after)
    names = or_(*(type_coerce(side, Text).contains(quoted) for side in sides))
    query = select(VERSIONS.c.record_id, VERSIONS.c.rev, *sides).where(VERSIONS.c.kind == "visit", names)
    for record_id, rev, before, after in session.execute(query).all():
        this = (VERSIONS.c.kind == "visit") & (VERSIONS.c.record_id == record_id) & (VERSIONS.c.rev == rev)
        scrubbed = _scrubbed(before, after, student_id)
        session.execute(update(VERSIONS).where(this).values(before=scrubbed[0], after=scrubbed[1]))


def _scrubbed(before: Mapping[str, Any], after: Mapping[str, Any], student_id: str) -> tuple[Any, Any]:
    """Take a child out of both sides of a change; where nothing else changed in the set, it did not change."""
    sides = tuple(
        {name: _without(value, student_id) if name == SET else value for name, value in side.items()}
        for side in (before, after)
    )
    if sides[0].get(SET) == sides[1].get(SET) or not (sides[0].get(SET) or sides[1].get(SET)):
        sides = tuple({name: value for name, value in side.items() if name != SET} for side in sides)
    return sides[0], sides[1]


def _without(ids: Sequence[str] | None, student_id: str) -> list[str]:
    return [id_ for id_ in ids or () if id_ != student_id]
