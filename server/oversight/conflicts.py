"""Open conflicts as the school reads them: both texts, and who is to settle each. The office only looks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.consents.service import Standing
from server.oversight.today import PAGE_ROWS, READABLE
from server.oversight.words import Names, field_name, ids_in, value_text
from server.records.models import Conflict, Record
from server.visits.standing import Told, also_for_of, standings_of
from server.visits.withheld import shows


@dataclass(frozen=True)
class Version:
    """One of the two texts, and whose it is."""

    by: str
    text: str


@dataclass(frozen=True)
class ConflictLine:
    """One open conflict: the version that others have seen (`head`) and the one beside it."""

    id: str
    visit_id: str
    student: str
    class_name: str
    field: str
    head: Version
    alternative: Version
    settled_by: Sequence[str]  # names of who wrote the two


@dataclass(frozen=True)
class ConflictPage:
    """One page of conflicts, oldest first; `after` asks for the next one, None on the last."""

    lines: Sequence[ConflictLine]
    after: str | None


def open_conflicts(
    session: Session, school_id: str | None, *, visit_id: str | None = None, after: str | None = None
) -> ConflictPage:
    """Give a school's open conflicts, or those of one of its visits; none about what its family does not let be shown."""
    ours = (Conflict.school_id == school_id, Conflict.status == "open", Conflict.record_kind.in_(READABLE))
    query = select(Conflict).where(*ours)
    if visit_id:
        query = query.where(Conflict.record_id == visit_id)
    if after:
        query = query.where(Conflict.id > after)
    found = session.scalars(query.order_by(Conflict.id).limit(PAGE_ROWS + 1)).all()
    shown = found[:PAGE_ROWS]
    return ConflictPage(_lines(session, school_id, shown), shown[-1].id if len(found) > PAGE_ROWS else None)


def count_conflicts(session: Session, school_id: str) -> int:
    """Count the school's open conflicts, of whatever day; as in the list, none that a family does not let be shown."""
    ours = (Conflict.school_id == school_id) & (Conflict.status == "open") & Conflict.record_kind.in_(READABLE)
    query = select(Conflict.record_kind, Conflict.field, Record.id, Record.student_id).where(ours)
    found = session.execute(query.join(Record, (Record.kind == "visit") & (Record.id == Conflict.record_id))).all()
    if not found:
        return 0
    beside = also_for_of(session, [each.id for each in found])
    said = standings_of(session, {each.id: Told(each.student_id, beside.get(each.id, ())) for each in found})
    return sum(shows(each.record_kind, each.field, said[each.id]) for each in found)


def _lines(session: Session, school_id: str | None, conflicts: Sequence[Conflict]) -> list[ConflictLine]:
    visits = {each.id: each for each in _visits(session, {conflict.record_id for conflict in conflicts})}
    ids: set[str] = {str(each) for visit in visits.values() for each in (visit.student_id, visit.class_id) if each}
    for each in conflicts:
        for side in (each.head, each.alternative):
            ids |= {str(side.get("by"))} | ids_in({each.field: side.get("value")})
    names = Names.load(session, school_id, ids)
    said = standings_of(
        session, {id_: Told(each.student_id, each.fields.get("also_for", ())) for id_, each in visits.items()}
    )
    return [
        _line(each, visit, names)
        for each in conflicts
        if (visit := visits.get(each.record_id)) and _shows(each, visit, said)
    ]


def _shows(each: Conflict, visit: Record, said: Mapping[str, Standing]) -> bool:
    return shows(each.record_kind, each.field, said[visit.id])


def _visits(session: Session, ids: set[str]) -> Sequence[Record]:
    return session.scalars(select(Record).where(Record.kind == "visit", Record.id.in_(ids))).all()


def _line(conflict: Conflict, visit: Record, names: Names) -> ConflictLine:
    head, alternative = (_version(conflict.field, side, names) for side in (conflict.head, conflict.alternative))
    return ConflictLine(
        id=conflict.id,
        visit_id=visit.id,
        student=names.of(visit.student_id),
        class_name=names.of(visit.class_id),
        field=field_name(conflict.field),
        head=head,
        alternative=alternative,
        settled_by=list(dict.fromkeys((alternative.by, head.by))),
    )


def _version(field: str, side: dict[str, Any], names: Names) -> Version:
    by = names.of(side["by"]) if side.get("by") else "学校"
    return Version(by, value_text(field, side.get("value"), names))
