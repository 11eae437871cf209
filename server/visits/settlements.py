"""What settled conflicts left out: no version of the record says it, and it is part of the record's history all the same."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.consents.service import Standing
from server.merge.values import blank, same
from server.records.conflicts import SETTLED
from server.records.models import Conflict
from server.visits.history import Version
from server.visits.withheld import shows


@dataclass(frozen=True)
class Left:
    """A value that was not kept, and whose it was: a staff id; None where nobody is named."""

    value: Any
    by: str | None


@dataclass(frozen=True)
class Settlement:
    """How a person settled two values of one field: which stands, and which of the two do not."""

    id: str  # of the conflict
    edit: str  # the id of the decision
    at: datetime  # the server's clock
    by: str | None
    field: str
    kept: Any
    left: Sequence[Left]


def settlements_of(session: Session, kind: str, record_id: str, standing: Standing) -> list[Settlement]:
    """Give the decisions about a record that left something out, oldest first; none that its family does not let be shown.

    The caller has asked whether the reader may see the record. An erased conflict is none; 都留 left nothing out.
    """
    query = (
        select(Conflict)
        .where(Conflict.record_kind == kind, Conflict.record_id == record_id, Conflict.status == SETTLED)
        .order_by(Conflict.settled_at, Conflict.id)
    )
    told = [_settlement(each) for each in session.scalars(query) if shows(kind, each.field, standing)]
    return [each for each in told if each is not None and each.left]


def _settlement(conflict: Conflict) -> Settlement | None:
    """Tell of one conflict; None for one that nobody decided (what it was about is gone)."""
    if conflict.decision is None or conflict.settled_at is None:
        return None
    kept = conflict.decision["value"]
    sides = () if conflict.decision["choice"] == "both" else (conflict.head, conflict.alternative)
    left = [
        Left(side["value"], side["by"]) for side in sides if not blank(side["value"]) and not same(side["value"], kept)
    ]
    return Settlement(
        conflict.id, conflict.decision["edit"], conflict.settled_at, conflict.settled_by, conflict.field, kept, left
    )


def told_once(versions: Sequence[Version], settlements: Collection[Settlement]) -> list[Version]:
    """Leave out of versions what a settlement tells: a decision that changed the record is not told a second time."""
    told = {(each.edit, each.field) for each in settlements}
    rest = [
        (each, {name: pair for name, pair in each.changes.items() if (each.edit, name) not in told})
        for each in versions
    ]
    return [replace(each, changes=changes) for each, changes in rest if changes or not each.changes]
