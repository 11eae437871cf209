"""Who is asking: a person with their duties of today, as every layer passes it on. Imports no framework."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Actor:
    """One signed-in person, or one device token's person.

    `classes` maps each class they are on duty for today to the kinds of duty there (homeroom, subject, leader);
    `device_id` is set when a device token was shown; `reads` is false for a token whose person is signed out,
    `here` for one whose person has left: they hold no scope any more.
    """

    staff_id: str
    name: str
    centre_id: str
    school_id: str | None
    roles: frozenset[str]
    classes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    device_id: str | None = None
    session_id: str | None = None
    reads: bool = True
    here: bool = True
