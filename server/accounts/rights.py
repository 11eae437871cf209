"""The one table of rights: which roles have a right, how far it reaches, and by which credential it is asked.

Every view names one of these (`@needs("…")`), and a test walks every route with every role against this table. A new
right is a new row here; what a right reaches is held by the services through the helpers below.
"""

from dataclasses import dataclass
from typing import Literal

from server.actor import Actor
from server.errors import SignInNeeded

OFFICE = frozenset({"desk", "head"})
HEAD = frozenset({"head"})
ETHICS = frozenset({"ethics"})  # 师德专员
CENTRE = frozenset({"centre"})
TRUSTED_DUTIES = (
    OFFICE | ETHICS
)  # what opens more than a class: given by the 校长 only, and nobody's to give themselves
ANY_DUTY: frozenset[str] = frozenset()  # also those whose duties have ended: they still sign out and deliver

Reach = Literal["own", "class", "school", "centre"]
Credential = Literal["cookie", "device", "either"]


@dataclass(frozen=True)
class Right:
    """One right: its roles (empty: any signed-in person), its reach, and whether pages or phones ask for it.

    `reads`: a phone whose person is signed out does not have it; it only delivers.
    """

    roles: frozenset[str]
    reach: Reach
    by: Credential = "cookie"
    reads: bool = False


RIGHTS: dict[str, Right] = {
    "session.own": Right(ANY_DUTY, "own"),
    "device.own": Right(ANY_DUTY, "own"),
    "pledge.own": Right(ANY_DUTY, "own"),
    "sync.round": Right(ANY_DUTY, "class", by="device"),
    "photo.deposit": Right(ANY_DUTY, "own", by="device"),
    "photo.read": Right(ANY_DUTY, "class", by="device", reads=True),
    "history.read": Right(ANY_DUTY, "class", by="device", reads=True),
    "today.read": Right(OFFICE, "school"),
    "visit.read": Right(OFFICE, "school"),
    "visit.open_withheld": Right(HEAD, "school"),  # where the law asks for it; each look with its reason in the log
    "visit.review": Right(OFFICE, "school"),
    "visit.paper": Right(ANY_DUTY, "class"),  # of a visit that they may read, with what they may see of it
    "conflict.read": Right(OFFICE, "school"),
    "inbox.decide": Right(OFFICE, "school"),
    "ethics.read": Right(ETHICS, "school"),
    "suggestion.board": Right(OFFICE, "school"),
    "suggestion.lead": Right(OFFICE, "school"),  # hand out, tie together, close, publish
    "suggestion.own": Right(ANY_DUTY, "own"),  # what was handed to them, and praise that names them
    "suggestion.read": Right(ANY_DUTY, "school"),  # what was handed to them; desk and head: all that is on the board
    "suggestion.work": Right(ANY_DUTY, "school"),  # of the same
    "suggestion.close": Right(OFFICE | ETHICS | CENTRE, "school"),  # each what is theirs: suggestions/circles.py
    "report.handle": Right(ETHICS | CENTRE, "school"),  # each only what is theirs: confidence/officers.py
    "ethics.file": Right(ETHICS | CENTRE, "school"),  # each only of what they handled: confidence/file.py
    "centre.inbox": Right(CENTRE, "centre"),
    "settings.keep": Right(OFFICE, "school"),
    "answer.read": Right(OFFICE, "school"),  # what families answered; never what they reported in confidence
    "answer.enter": Right(OFFICE, "school"),  # for a family on the telephone
    "ticket.keep": Right(OFFICE, "school"),  # print families' links, take them back
    "people.keep": Right(OFFICE, "school"),
    "duty.give": Right(OFFICE, "school"),
    "duty.trust": Right(HEAD, "school"),  # 校长, 德育处, 师德专员: their duties, their passwords, their leaving
    "student.keep": Right(OFFICE, "school"),
    "request.keep": Right(OFFICE, "school"),  # what families ask of the data about them
    "student.erase": Right(OFFICE, "school"),
}


def may(actor: Actor, name: str) -> bool:
    """Tell whether a person's duties of today include a right.

    Raises: SignInNeeded, if they show the other kind of credential than the right asks for (a cookie where a phone's
    token belongs, or the reverse), or would read with the phone of somebody signed out. KeyError for a name outside the
    table: a fault of ours, not of the caller.
    """
    right = RIGHTS[name]
    if right.by not in ("either", credential(actor)) or (right.reads and not actor.reads):
        raise SignInNeeded
    return not right.roles or bool(right.roles & actor.roles)


FRONT_PAGES = {  # the first that opens is a person's own
    "today.read": "/school/today",
    "ethics.read": "/school/ethics",
    "centre.inbox": "/centre/inbox",
}


def front_page(actor: Actor) -> str:
    """Give the address where a person begins: the school's page that their duties open, else the app."""
    return next((page for name, page in FRONT_PAGES.items() if may(actor, name)), "/")


def credential(actor: Actor) -> Credential:
    """Tell what the person showed."""
    return "device" if actor.device_id else "cookie"


def on_class_duty(actor: Actor, class_id: str | None) -> bool:
    """Tell whether the person is on duty for the class today (班主任, 科任, or a leader whose 联系班级 it is)."""
    return class_id is not None and class_id in actor.classes


def is_homeroom(actor: Actor, class_id: str | None) -> bool:
    """Tell whether the person is the class's 班主任 today."""
    return class_id is not None and "homeroom" in actor.classes.get(class_id, frozenset())


def in_office_of(actor: Actor, school_id: str | None) -> bool:
    """Tell whether the person is head or desk of that school."""
    return school_id is not None and actor.school_id == school_id and bool(actor.roles & OFFICE)


def may_see_class(actor: Actor, class_id: str | None, school_id: str | None) -> bool:
    """Tell whether the person may read what the class circle holds: on duty for the class, or the school's office."""
    return on_class_duty(actor, class_id) or in_office_of(actor, school_id)


def may_see_care(actor: Actor, class_id: str | None, school_id: str | None) -> bool:
    """Tell whether the person may read the care circle: the 班主任, or the school's office (visitors: `visits`)."""
    return is_homeroom(actor, class_id) or in_office_of(actor, school_id)
