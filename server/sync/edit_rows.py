"""The rows that tell an author how the story of a held or quarantined edit goes on."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.sync.case_rows import CASES
from server.sync.entries import INBOX
from server.visits import reasons


def edit_rows(session: Session, ids: Sequence[str]) -> Mapping[str, dict[str, Any]]:
    """Give edits that were once held or quarantined, as their authors' phones hold them.

    Returns: {id: {"id", "record": "kind:id", "status", "reason", "message", "case", "rev", "conflicts", "note"}}; `note`
    is what the office wrote when it returned the edit.
    """
    query = (
        select(INBOX, CASES.c.note)
        .outerjoin(CASES, CASES.c.id == INBOX.c.case_id)
        .where(INBOX.c.edit_id.in_(ids), INBOX.c.row_rev > 0)
    )
    return {row.edit_id: _wire(row) for row in session.execute(query)}


def _wire(row: Any) -> dict[str, Any]:
    return {
        "id": row.edit_id,
        "record": f"{row.record_kind}:{row.record_id}",
        "status": row.status,
        "reason": row.reason,
        "message": reasons.sentence(row.reason),
        "case": row.case_id,
        "rev": row.rev,
        "conflicts": row.conflicts or [],
        "note": row.note,
    }
