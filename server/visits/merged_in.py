"""The records that became one by 是，合并: what was written in them before belongs to the history of the one that stands."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.consents.service import Standing
from server.records.edits import Ref
from server.records.models import Record
from server.records.store import RECORDS, RecordState
from server.visits.standing import least, standings_of_records

MERGING = frozenset({"visit", "visit_private"})  # what else belongs to a visit goes along as it is


def merged_into(session: Session, record: Record | RecordState) -> dict[Ref, str]:
    """Give the records that became this one, directly or by way of another, each with its author's id.

    They are of the same student and the same kind. An erased one is none.
    """
    merged = (
        (RECORDS.c.kind == record.kind) & (RECORDS.c.student_id == record.student_id) & (RECORDS.c.state == "merged")
    )
    rows = session.execute(select(RECORDS.c.id, RECORDS.c.author_id, RECORDS.c.merged_into).where(merged)).all()
    became = {id_: into for id_, _, into in rows}

    def end_of(id_: str) -> str:
        while id_ in became:
            id_ = became[id_]
        return id_

    return {Ref(record.kind, id_): author_id for id_, author_id, _ in rows if end_of(id_) == record.id}


def standings_of_merged(session: Session, refs: Iterable[Ref], standing: Standing) -> dict[Ref, Standing]:
    """Give what was merged into any of these, each with what may be shown of it: what the families of either let be shown.

    `standing`: of the records that they went into, which are there.
    """
    stand = [session.get_one(Record, ref) for ref in refs if ref.kind in MERGING]
    found = sorted(ref for record in stand for ref in merged_into(session, record))
    said = standings_of_records(session, found)
    return {ref: least([standing, said[ref]]) for ref in found}
