"""Which process does the jobs now."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Model


class JobLease(Model):
    """One process's right to do the jobs, until it runs out: one row."""

    __tablename__ = "job_lease"

    id: Mapped[int] = mapped_column(primary_key=True)  # always 1
    holder: Mapped[str] = mapped_column(String(36))
    until: Mapped[datetime]
