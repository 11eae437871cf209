"""The answer for each edit, from its inbox row alone: the same again whenever it is asked for."""

from datetime import datetime
from typing import Any

from server.sync.entries import Entry
from server.visits import reasons


def outcome(entry: Entry, received_at: datetime) -> dict[str, Any]:
    """Say what became of an edit.

    Shapes: {"id", "status", "custody": true, "rev", "conflicts", "replayed"} and, where there is one, "reason" (a code),
    "message" (the teacher's sentence) and "case". `replayed`: it had come before the round at `received_at`.
    """
    said: dict[str, Any] = {
        "id": entry.edit_id,
        "status": entry.status if entry.status != "new" else "held",
        "custody": True,
        "rev": entry.rev,
        "conflicts": entry.conflicts or [],
        "replayed": entry.received_at != received_at,
    }
    if entry.reason:
        said["reason"], said["message"] = entry.reason, reasons.sentence(entry.reason)
    if entry.case_id:
        said["case"] = entry.case_id
    return said


def refused(edit_id: str, reason: str) -> dict[str, Any]:
    """Say that the server will not take this edit: it stays on the phone, and nothing is stored under its id."""
    return {
        "id": edit_id,
        "status": "refused",
        "custody": False,
        "rev": None,
        "conflicts": [],
        "replayed": False,
        "reason": reason,
        "message": reasons.sentence(reason),
    }
