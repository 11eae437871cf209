"""What a phone asks about a record beside the rounds: how it became what it is."""

from collections.abc import Sequence
from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from server.accounts import rights
from server.accounts.access import Read, log_reads
from server.actor import Actor
from server.consents.service import Standing
from server.db import reading
from server.errors import NotFound
from server.records.models import Record
from server.times import on_the_wire
from server.visits.history import T, Version, history_of, since_joining
from server.visits.kinds import KINDS
from server.visits.reading import may_read_record
from server.visits.schemas import HistoryAnswer
from server.visits.settlements import Settlement, settlements_of, told_once
from server.visits.standing import standing_of_record
from server.visits.withheld import shown_fields
from server.web import current_actor, needs

bp = Blueprint("visits", __name__, url_prefix="/api/v1", description="The history of a record.")

MOST_VERSIONS = 200  # a record that changed more often shows its newest
AUTHORS_OWN = frozenset({"reflection", "opinion"})


@bp.get("/records/<kind>/<record_id>/history")
@bp.response(200, HistoryAnswer)
@bp.alt_response(404, description="No such record, or none that this person may read.")
@needs("history.read")
def history(kind: str, record_id: str) -> dict[str, Any]:
    """Tell who changed what in a record, and when. Logged as a read of the record."""
    actor = current_actor()
    with reading() as session:
        record = session.get(Record, (kind, record_id)) if kind in KINDS else None
        if record is None or not _may_read(actor, record) or not may_read_record(session, actor, kind, record_id):
            raise NotFound
        standing = standing_of_record(session, record)
        settled = _readable(session, actor, record, settlements_of(session, kind, record_id, standing))
        versions = told_once(history_of(session, kind, record_id), settled)
        readable = _readable(session, actor, record, versions)
    shown = readable[::-1][:MOST_VERSIONS]
    log_reads(actor, "history", [Read(f"{kind}:{record_id}", len(shown))])
    return {
        "versions": [_on_the_wire(kind, each, standing) for each in shown],
        "settled": [_settled(each) for each in settled[::-1][:MOST_VERSIONS]],
        "more": len(versions) > len(shown),
    }


def _may_read(actor: Actor, record: Record) -> bool:
    """Leave what is its writer's own to the writer: what others may read of it, the school's pages show."""
    return record.kind not in AUTHORS_OWN or record.author_id == actor.staff_id


def _readable(session: Session, actor: Actor, record: Record, versions: Sequence[T]) -> Sequence[T]:
    """Leave out what a private part said before its reader joined the visit; the 班主任 and the office read all of it."""
    if record.kind != "visit_private" or rights.may_see_care(actor, record.class_id, record.school_id):
        return versions
    visit = session.get_one(Record, ("visit", record.visit_id))
    return since_joining(session, visit, actor.staff_id, versions)


def _on_the_wire(kind: str, version: Version, standing: Standing) -> dict[str, Any]:
    told = shown_fields(kind, version.changes, standing)
    changes = [{"field": name, "old": old, "new": new} for name, (old, new) in told.items()]
    return {"rev": version.rev, "at": on_the_wire(version.at), "by": version.by, "changes": changes}


def _settled(each: Settlement) -> dict[str, Any]:
    left = [{"value": side.value, "by": side.by} for side in each.left]
    return {
        "id": each.id,
        "at": on_the_wire(each.at),
        "by": each.by,
        "field": each.field,
        "kept": each.kept,
        "left": left,
    }
