"""What a school decides for itself (F0), read with its defaults; the centre's program has no opinion on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from server.errors import NotFound
from server.schools.models import Centre, School


@dataclass(frozen=True)
class Settings:
    """One school's settings. `phone` is what families are told to call; "" until the school has entered one."""

    school_id: str
    school: str
    centre: str
    contact: str  # whom families ask for, such as "德育处"
    phone: str


def settings_of(session: Session, school_id: str) -> Settings:
    """Read a school's settings.

    Raises: NotFound, if there is no such school.
    """
    school = session.get(School, school_id)
    centre = session.get(Centre, school.centre_id) if school else None
    if school is None or centre is None:
        raise NotFound
    said: Mapping[str, Any] = school.settings or {}
    return Settings(
        school_id=school.id,
        school=school.name,
        centre=centre.name,
        contact=str(said.get("contact") or "德育处"),
        phone=str(said.get("phone") or ""),
    )
