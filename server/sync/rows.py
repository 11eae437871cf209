"""What a phone gets of each kind of record: one function a kind, the same row for all who hold its scope."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from server.accounts.rows import staff_rows
from server.feedback.rows import feedback_rows
from server.feedback.tickets import ticket_rows
from server.schools import rows as schools
from server.suggestions.handed import handed_rows
from server.suggestions.outcomes import outcome_rows
from server.sync.edit_rows import edit_rows
from server.visits import rows as visits

Row = dict[str, Any]
RowFunction = Callable[[Session, Sequence[str]], Mapping[str, Row]]


def render(session: Session, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Row]:
    """Make the rows of these records, (kind, id), each kind in one go.

    Returns: {(kind, id): row}; a record that is not there has none.
    """
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, id_ in dict.fromkeys(wanted):
        by_kind[kind].append(id_)
    made: dict[tuple[str, str], Row] = {}
    for kind, ids in by_kind.items():
        made |= {(kind, id_): row for id_, row in ROWS[kind](session, ids).items()}
    return made


ROWS: Mapping[str, RowFunction] = {
    "campaign": schools.campaign_rows,
    "card": schools.card_rows,
    "class": schools.class_rows,
    "student": schools.student_rows,
    "guardian": schools.guardian_rows,
    "staff": staff_rows,
    "visit": visits.visit_rows,
    "visit_private": visits.visit_private_rows,
    "reflection": visits.reflection_rows,
    "opinion": visits.opinion_rows,
    "review": visits.review_rows,
    "ticket": ticket_rows,
    "feedback": feedback_rows,
    "outcome": outcome_rows,
    "handed": handed_rows,
    "conflict": visits.conflict_rows,
    "edit": edit_rows,
}
