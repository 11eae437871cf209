"""What was tried, kept only as long as it counts."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Model


class Try(Model):
    """One try of one thing by one who is counted (an address, a link), named by a keyed hash only."""

    __tablename__ = "tries"
    __table_args__ = (Index("ix_tries_who_at", "who", "at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    who: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    until: Mapped[datetime] = mapped_column(index=True)  # from then on it counts no more
