"""What the 师德专员 reads: opinions about members of staff, and gifts that were declined; each without the rest of its record.

Nobody whom an opinion may be about is shown it here: neither a visit's author nor whoever took part in it, should one of
them hold the duty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.actor import Actor
from server.oversight.words import Names, value_text
from server.records.edits import Ref
from server.records.models import Record

PAGE_ROWS = 50
LOOKED_AT = 500  # records of one page's search: most reflections tell of no gift


@dataclass(frozen=True)
class Told:
    """One thing that was told: the words, and what kind of thing it is."""

    ref: Ref
    what: str  # 反映问题, 表扬, …; 婉拒礼物
    text: str
    by_family: str  # 家长, 学生, 社会; "" for a gift declined
    at: datetime


@dataclass(frozen=True)
class ToldPage:
    """One page, newest first; `after` asks for the next one, None on the last."""

    lines: Sequence[Told]
    after: str | None


def told_page(session: Session, actor: Actor, after: str | None = None) -> ToldPage:
    """Give a page of what was told at this person's school; `after` is the record id that the page before ended with."""
    query = select(Record).where(
        Record.school_id == actor.school_id, Record.kind.in_(("opinion", "reflection")), Record.state == "live"
    )
    if after:
        query = query.where(Record.id < after)
    found = session.scalars(query.order_by(Record.id.desc()).limit(LOOKED_AT)).all()
    lines: list[Told] = []
    last = found[-1].id if len(found) == LOOKED_AT else None
    people = _people_of(session, {str(each.visit_id) for each in found if _text(each)})
    for each in found:
        if not _text(each) or actor.staff_id in {each.author_id, *people.get(str(each.visit_id), ())}:
            continue
        if len(lines) == PAGE_ROWS:
            return ToldPage(lines, lines[-1].ref.id)
        lines.append(_told(each))
    return ToldPage(lines, last)


def _text(record: Record) -> str:
    """Give the words that this page is for; "" for a record that has none, or whose writer kept them back."""
    fields: Mapping[str, Any] = record.fields
    if record.kind == "reflection":
        return str(fields.get("gift_declined") or "")
    is_open = fields.get("about_staff") and fields.get("pass_on") != "withheld"
    return str(fields.get("text") or "") if is_open else ""


def _people_of(session: Session, visit_ids: set[str]) -> dict[str, set[str]]:
    query = select(Record.id, Record.author_id, Record.fields).where(Record.kind == "visit", Record.id.in_(visit_ids))
    return {id_: {author, *fields.get("visitors", ())} for id_, author, fields in session.execute(query)}


def _told(record: Record) -> Told:
    nobody, fields = Names({}), record.fields
    gift = record.kind == "reflection"
    return Told(
        ref=Ref(record.kind, record.id),
        what="婉拒礼物" if gift else value_text("kind", fields["kind"], nobody) if fields.get("kind") else "意见",
        text=_text(record),
        by_family=value_text("from", fields["from"], nobody) if not gift and fields.get("from") else "",
        at=record.created_at,
    )
