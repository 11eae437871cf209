"""One edit as the services read it: who wants what of which record. The raw edit stays in the inbox."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from server.merge.fields import Change
from server.merge.sets import Members


class Ref(NamedTuple):
    """The name of one record; ordered, so that everybody locks in the same order."""

    kind: str
    id: str

    def __str__(self) -> str:
        """Write the name as on the wire."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True)
class Edit:
    """One understood edit. `digest` tells it from another edit that reused its id."""

    id: str
    digest: str
    staff_id: str
    school_id: str | None  # of the person, when the edit arrived
    ref: Ref
    op: str
    received_at: datetime  # rights are judged at this moment
    changes: Mapping[str, Change] = field(default_factory=dict)
    members: Mapping[str, Members] = field(default_factory=dict)
    args: Mapping[str, Any] = field(default_factory=dict)
    made_at: str | None = None  # the phone's clock: evidence, never order
    offset_ms: int | None = None
    granted: bool = False  # the office decided that it stands, whatever the person's duties
