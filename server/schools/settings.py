"""What a school decides for itself (F0), read with its defaults; the centre's program has no opinion on it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.campaign.listening import listening
from server.errors import Clash, NotFound
from server.schools.models import Centre, School

CONSENT, TOLD = "consent", "told"  # 同意; 告知, where the school's lawyer says that its duty allows it
TICKET_DAYS = 30  # a family has so long for its first answer, unless the school says otherwise


@dataclass(frozen=True)
class Line:
    """A telephone number that helps at once; `checked`: the school has looked whether it is right."""

    number: str
    label: str
    checked: bool


@dataclass(frozen=True)
class Choices:
    """What a school has chosen. `phone` is what families are told to call; "" until the school has entered one.

    `hotlines_checked` are numbers of the program's own; `hotlines_own` are (number, label) of the school's.
    """

    contact: str = "德育处"  # whom families ask for
    phone: str = ""
    hotlines_checked: tuple[str, ...] = ()
    hotlines_own: tuple[tuple[str, str], ...] = ()
    ticket_days: int = TICKET_DAYS
    publishes: bool = True  # 回应公示: what was said and done may stand on a page for everybody
    consent_basis: str = CONSENT  # what a visit's record stands on: CONSENT or TOLD


@dataclass(frozen=True)
class Settings:
    """One school's settings, as the pages and the phones need them."""

    school_id: str
    school: str
    centre: str
    contact: str
    phone: str
    hotlines: Sequence[Line]
    ticket_days: int
    publishes: bool
    consent_basis: str

    @property
    def hotlines_checked(self) -> bool:
        """Tell whether the school has looked at every number that its pages show."""
        return all(each.checked for each in self.hotlines)


def may_record(said: str, basis: str) -> str:
    """Tell whether a visit may be written down (yes, no, unknown) from what a student's guardians said.

    Where a school tells instead of asking, silence is enough; a refusal counts in either case.
    """
    return "yes" if said == "unknown" and basis == TOLD else said


def consent_basis(said: Mapping[str, Any] | None) -> str:
    """Read the one setting where only the raw settings are at hand."""
    return TOLD if (said or {}).get("consent_basis") == TOLD else CONSENT


def settings_of(session: Session, school_id: str) -> Settings:
    """Read a school's settings.

    Raises: NotFound, if there is no such school.
    """
    ours = select(School, Centre.name).join(Centre, Centre.id == School.centre_id).where(School.id == school_id)
    found = session.execute(ours).one_or_none()
    if found is None:
        raise NotFound
    school, centre = found
    return settings_from(school.id, school.name, school.settings, centre)


def settings_from(school_id: str, school: str, raw: Mapping[str, Any] | None, centre: str) -> Settings:
    """Give a school's settings from its row and its centre's name, where they are at hand."""
    said = _read(raw or {})
    return Settings(
        school_id=school_id,
        school=school,
        centre=centre,
        contact=said.contact,
        phone=said.phone,
        hotlines=_lines(said),
        ticket_days=said.ticket_days,
        publishes=said.publishes,
        consent_basis=said.consent_basis,
    )


def choices_of(session: Session, school_id: str) -> Choices:
    """Read what a school has chosen.

    Raises: NotFound, if there is no such school.
    """
    school = session.get(School, school_id)
    if school is None:
        raise NotFound
    return _read(school.settings or {})


def stamp(chosen: Choices) -> str:
    """Give a mark of a set of choices, a piece for each: whoever changes them says by it which ones they saw."""
    return "-".join(sha256(json.dumps(value).encode()).hexdigest()[:16] for value in asdict(chosen).values())


def overtaken(seen: str, standing: Choices, said: Choices) -> list[str]:
    """Name what another person has put in place since a stamp was made, and what is said now differs from.

    Of a stamp that is none, everything that differs.
    """
    before, now, mine = seen.split("-"), stamp(standing).split("-"), asdict(said)
    if len(before) != len(now):
        before = [""] * len(now)
    fields = zip(asdict(standing).items(), before, now, strict=True)
    return [name for (name, value), was, is_ in fields if was != is_ and mine[name] != value]


def choose(session: Session, school_id: str, said: Choices, seen: str | None = None) -> list[str]:
    """Put other choices in place of a school's; gives the names of those that changed.

    `seen` is the stamp of those that were on the page; None where there was no page.
    Raises: NotFound, if there is no such school; Clash, if another person has chosen otherwise since: nothing is changed.
    """
    school = session.get(School, school_id, with_for_update=True)
    if school is None:
        raise NotFound
    standing = _read(school.settings or {})
    if seen is not None and overtaken(seen, standing, said):
        raise Clash
    before, after = asdict(standing), asdict(said)
    changed = [name for name, value in after.items() if value != before[name]]
    if changed:
        school.settings = {**(school.settings or {}), **after}
    return changed


def _read(said: Mapping[str, Any]) -> Choices:
    return Choices(
        contact=str(said.get("contact") or Choices.contact),
        phone=str(said.get("phone") or ""),
        hotlines_checked=tuple(said.get("hotlines_checked") or ()),
        hotlines_own=tuple((number, label) for number, label in said.get("hotlines_own") or ()),
        ticket_days=int(said.get("ticket_days") or TICKET_DAYS),
        publishes=bool(said.get("publishes", True)),
        consent_basis=consent_basis(said),
    )


def _lines(said: Choices) -> list[Line]:
    ours = [Line(each.number, each.label, each.number in said.hotlines_checked) for each in listening().hotlines]
    return [*ours, *(Line(number, label, checked=True) for number, label in said.hotlines_own)]
