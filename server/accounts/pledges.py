"""The pledge of the five 不准: signed once a campaign by each person, for themselves. The school sees how many, never who."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.accounts.duties import CLASS_KINDS, running
from server.accounts.models import Duty, Pledge, Staff
from server.accounts.sessions import still_here
from server.db import insert_into, reading, transaction
from server.errors import CampaignOver
from server.times import shanghai_day, utc_now

YEAR_BEGINS = 9  # September


@dataclass(frozen=True)
class Signed:
    """Where one person stands: the campaign that runs, and when they signed for it (None: not yet)."""

    campaign: str
    at: datetime | None


@dataclass(frozen=True)
class SignedCount:
    """How many of those who are on duty for a class have signed."""

    signed: int
    asked: int


def campaign_on(day: date) -> str:
    """Name the campaign of a day: the year in which its school year began."""
    return str(day.year if day.month >= YEAR_BEGINS else day.year - 1)


def pledge_of(staff_id: str) -> Signed:
    """Tell whether a person has signed for the campaign of today."""
    campaign = campaign_on(shanghai_day(utc_now()))
    with reading() as session:
        return Signed(campaign, _signed_at(session, staff_id, campaign))


def sign(staff_id: str, campaign: str) -> Signed:
    """Sign for a person; signed again, the first time stands.

    Raises: CampaignOver, if what the phone showed was the pledge of another campaign: nothing is changed.
    """
    now = utc_now()
    if campaign != campaign_on(shanghai_day(now)):
        raise CampaignOver
    with transaction() as session:
        entry = {"staff_id": staff_id, "campaign": campaign, "signed_at": now}
        session.execute(insert_into(session, Pledge.__table__).values(entry).on_conflict_do_nothing())
        return Signed(campaign, _signed_at(session, staff_id, campaign))


def count_signed(session: Session, school_id: str, day: date) -> SignedCount:
    """Count, of a school's people on duty for a class on a day, those who have signed for its campaign."""
    ours = (
        select(Duty.staff_id)
        .join(Staff, Staff.id == Duty.staff_id)
        .where(Staff.school_id == school_id, still_here(day), Duty.kind.in_(CLASS_KINDS), running(day))
        .distinct()
    )
    signed = select(func.count()).where(Pledge.campaign == campaign_on(day), Pledge.staff_id.in_(ours))
    asked = select(func.count()).select_from(ours.subquery())
    return SignedCount(session.scalar(signed) or 0, session.scalar(asked) or 0)


def _signed_at(session: Session, staff_id: str, campaign: str) -> datetime | None:
    query = select(Pledge.signed_at).where(Pledge.staff_id == staff_id, Pledge.campaign == campaign)
    return session.scalar(query)
