"""Gifts that teachers declined in a home, as the 师德专员 reads them: without the rest of the reflection.

Nobody whom it concerns is shown it here: neither a visit's author nor whoever took part in it, should one of them hold the duty.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.actor import Actor
from server.records.edits import Ref
from server.records.models import Record

PAGE_ROWS = 50
LOOKED_AT = 500  # records of one page's search: most reflections tell of no gift


@dataclass(frozen=True)
class Gift:
    """One gift that was declined, in the teacher's words."""

    ref: Ref
    text: str
    at: datetime


@dataclass(frozen=True)
class GiftPage:
    """One page, newest first; `after` asks for the next one, None on the last."""

    lines: Sequence[Gift]
    after: str | None


def gift_page(session: Session, actor: Actor, after: str | None = None) -> GiftPage:
    """Give a page of what was declined at this person's school; `after` is the record id that the page before ended with."""
    query = select(Record).where(
        Record.school_id == actor.school_id, Record.kind == "reflection", Record.state == "live"
    )
    if after:
        query = query.where(Record.id < after)
    found = session.scalars(query.order_by(Record.id.desc()).limit(LOOKED_AT)).all()
    lines: list[Gift] = []
    last = found[-1].id if len(found) == LOOKED_AT else None
    people = _people_of(session, {str(each.visit_id) for each in found if _text(each)})
    for each in found:
        if not _text(each) or actor.staff_id in {each.author_id, *people.get(str(each.visit_id), ())}:
            continue
        if len(lines) == PAGE_ROWS:
            return GiftPage(lines, lines[-1].ref.id)
        lines.append(Gift(Ref(each.kind, each.id), _text(each), each.created_at))
    return GiftPage(lines, last)


def _text(record: Record) -> str:
    return str(record.fields.get("gift_declined") or "")


def _people_of(session: Session, visit_ids: set[str]) -> dict[str, set[str]]:
    query = select(Record.id, Record.author_id, Record.fields).where(Record.kind == "visit", Record.id.in_(visit_ids))
    return {id_: {author, *fields.get("visitors", ())} for id_, author, fields in session.execute(query)}
