"""What a kill leaves behind on a phone: its two databases. Everything else dies with the process."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class Killed(BaseException):
    """The phone's process is gone; its two databases stand as its last transaction left them."""


class NoAnswerError(Exception):
    """No answer came: the request or its answer was lost, or it took too long."""


class ProtocolError(AssertionError):
    """The server said something that the protocol forbids."""


@dataclass
class Answer:
    """What came back: an HTTP status, and the JSON if it is JSON."""

    status: int
    json: Json | None


@dataclass
class Sent:
    """An edit in the school's custody, with what became of it."""

    edit: Json
    outcome: Json


@dataclass
class Outbox:
    """What a teacher wrote: drafts (as the form showed the record), edits on their way, the log of the sent ones."""

    drafts: dict[str, Json] = field(default_factory=dict)
    edits: dict[str, Json] = field(default_factory=dict)  # by id, oldest first
    parked: dict[str, Json] = field(default_factory=dict)
    sent: dict[str, Sent] = field(default_factory=dict)
    heads: dict[str, str] = field(default_factory=dict)  # record → this phone's latest edit of it
    failures: dict[str, int] = field(default_factory=dict)  # edit → how often it failed alone
    photos: dict[str, str] = field(default_factory=dict)  # sha256 → waiting or delivered; the bytes stay on the phone
    epoch: str | None = None  # the store that the sent log was delivered to: it outlives a sign-out


@dataclass
class Records:
    """What was pulled: rows by scope, and how far each scope was read."""

    rows: dict[str, dict[tuple[str, str], Json]] = field(default_factory=dict)
    cursors: dict[str, int] = field(default_factory=dict)


def on_top(shown: dict[str, Any], edit: dict[str, Any]) -> None:
    """Put an edit's changes on a shown record, in place."""
    for name, change in edit["changes"].items():
        shown[name] = change["new"]
    for name, members in edit["members"].items():
        kept = [each for each in shown.get(name) or [] if each not in members["remove"]]
        shown[name] = kept + [each for each in members["add"] if each not in kept]
