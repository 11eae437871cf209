"""What the school says of a visit it has read: 已阅, or 请补充 with words.

A record of its own (kind `review`), because a visit's row is the same for all who hold its scope and this one is for its
author alone. It belongs to the visit, so it moves, merges and is erased with it; only the office writes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import false, func, select, update
from sqlalchemy.orm import Session, aliased

from server.actor import Actor
from server.db import new_id, transaction
from server.errors import Clash, NotFound
from server.records.edits import Ref
from server.records.models import Record
from server.records.store import RECORDS, VERSIONS, RecordState
from server.times import on_the_wire, utc_now
from server.visits import finishing
from server.visits.context import Context, took_part
from server.visits.duplicates import FACTS
from server.visits.merged_in import merged_into
from server.visits.models import VisitFacts

KIND = "review"
READ, MORE = "read", "more"
WORDS_MAX_CHARS = 200
MOVED_ON = "老师刚才又改过这次家访。请看过最新的内容，再点一次。"


@dataclass(frozen=True)
class Review:
    """What the office last said of a visit; `answered` once its teacher has written something since."""

    state: str  # read, more
    words: str
    by: str  # staff id
    at: datetime
    answered: bool


@dataclass(frozen=True)
class Verdict:
    """What is to be said: `seen_rev` is the visit's rev on the page that was read."""

    state: str
    words: str
    seen_rev: int


def review(actor: Actor, visit_id: str, verdict: Verdict) -> None:
    """Say of a visit that it was read, or what is still wanted; whoever wrote it gets the words on the phone.

    Raises: NotFound, if the school has no such visit. Clash, if the visit has changed since it was read. Nothing is then
    changed.
    """
    with transaction() as session:
        context = Context(session, utc_now())
        visit = _lock(context, visit_id)
        if visit is None or visit.school_id != actor.school_id or visit.state != "live":
            raise NotFound
        if visit.rev < verdict.seen_rev or _is_written_after(session, visit_id, verdict.seen_rev):
            raise Clash(message=MOVED_ON)
        said = {"state": verdict.state, "words": verdict.words, "by": actor.staff_id, "at": on_the_wire(context.now)}
        for each in _addressed(context, visit):
            context.work.change(each, {"visit_id": visit.id, **said}, None, by=actor.staff_id)
        finishing.finish(context)
        facts = {"review": verdict.state, "reviewed_at": context.now, "reviewed_revs": _revs_of(visit.id)}
        session.execute(update(FACTS).where(FACTS.c.visit_id == visit.id).values(facts))


def review_of(session: Session, visit_id: str) -> Review | None:
    """Give what the office last said of a visit; None, if it has not said anything."""
    found = [each.fields for each in session.scalars(_reviews_of(visit_id, Record))]
    facts = session.get(VisitFacts, visit_id)
    if not found or facts is None or facts.reviewed_at is None:
        return None
    last = max(found, key=lambda fields: str(fields["at"]))
    answered = session.scalar(select(changed_since(visit_id, facts.reviewed_revs)))
    return Review(last["state"], last["words"], last["by"], facts.reviewed_at, bool(answered))


def refs_of(session: Session, visit_id: str) -> list[Ref]:
    """Name the records in which the office speaks of a visit, for its history."""
    return [Ref(KIND, id_) for id_ in session.scalars(_reviews_of(visit_id, RECORDS.c.id))]


def changed_since(visit_id: Any, revs: Any) -> Any:
    """Give the condition that a visit, its private part or a reflection on it was written on after a review.

    `revs` is what their revs added up to then: counted under the visit's lock, it cannot miss what was being written in the
    same moment, as a time could that was taken before the lock.
    """
    return func.coalesce(_revs_of(visit_id) > revs, false())


def _revs_of(visit_id: Any) -> Any:
    """Add up the revs of a visit and of what its teachers wrote beside it; it grows with each change."""
    kinds = ("visit", "visit_private", "reflection")
    own = aliased(Record)  # whoever asks may look at `records` as well
    written = select(func.coalesce(func.sum(own.rev), 0)).where(own.visit_id == visit_id, own.kind.in_(kinds))
    return written.scalar_subquery()


def _is_written_after(session: Session, visit_id: str, rev: int) -> bool:
    """Tell whether anything was written in a visit after one of its revs; a code shown to the family is nothing written."""
    later = (VERSIONS.c.kind == "visit") & (VERSIONS.c.record_id == visit_id) & (VERSIONS.c.rev > rev)
    return any(after.keys() != {"tickets"} for after in session.scalars(select(VERSIONS.c.after).where(later)))


def _lock(context: Context, visit_id: str) -> RecordState | None:
    """Lock a visit and its reviews, in the order of their names as everybody does."""
    ref = Ref("visit", visit_id)
    for _ in range(2):  # what another desk wrote before the lock was ours is loaded by the second turn
        known = context.session.scalars(_reviews_of(visit_id, RECORDS.c.id)).all()
        context.work.load([ref, *(Ref(KIND, id_) for id_ in known)])
    return context.work.get(ref)


def _reviews_of(visit_id: str, wanted: Any) -> Any:
    return select(wanted).where(RECORDS.c.visit_id == visit_id, RECORDS.c.kind == KIND, RECORDS.c.state == "live")


def _addressed(context: Context, visit: RecordState) -> Sequence[RecordState]:
    """Give the reviews to write: the one to the visit's author, and those to the authors of visits merged into it."""
    known = [each for each in context.work.records.values() if each and each.kind == KIND]
    authors = {visit.author_id, *took_part(visit).intersection(merged_into(context.session, visit).values())}
    missing = sorted(authors - {each.author_id for each in known})
    return [*known, *(context.begin_child(Ref(KIND, new_id()), visit, author_id) for author_id in missing)]
