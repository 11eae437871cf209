"""The lease that lets one process do the jobs, however many were started.

It is taken again before every job. A process that dies leaves it to run out; a job that overruns it does no harm, since
every job may be done twice: the lease spares work, correctness rests on the jobs' own locks.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, update

from server.db import insert_into, reading, transaction
from server.jobs.models import JobLease

LASTS = timedelta(seconds=90)
FRESH = timedelta(seconds=60)  # so much left needs no renewing: idle jobs do not write all day


def take(holder: str, now: datetime) -> bool:
    """Take the lease or renew it; returns whether this process holds it now."""
    until = now + LASTS
    with reading() as session:
        row = session.get(JobLease, 1)
        if row and row.holder == holder and row.until - now > FRESH:
            return True
    with transaction() as session:
        mine_or_stale = or_(JobLease.holder == holder, JobLease.until < now)
        renewed: Any = session.execute(update(JobLease).where(mine_or_stale).values(holder=holder, until=until))
        if renewed.rowcount:
            return True
        first = insert_into(session, JobLease.__table__).on_conflict_do_nothing()
        made = session.scalar(first.values(id=1, holder=holder, until=until).returning(JobLease.id))
        return made is not None


def give_back(holder: str) -> None:
    """Let another process take over at once."""
    with transaction() as session:
        session.execute(delete(JobLease).where(JobLease.holder == holder))
