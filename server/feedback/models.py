"""The links that a school hands to families."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Model


class Ticket(Model):
    """One link for one family. Its secret is not here: it is made from the id and the server's key, and only its hash is kept.

    A ticket on a phone is nobody's until it is shown; which visit it belongs to, the visit says.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        Index("ix_tickets_device_id_shown_at", "device_id", "shown_at"),
        {"info": {"versioned": True}},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    school_id: Mapped[str] = mapped_column(ForeignKey("schools.id"))
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)  # the teacher whom the page names
    device_id: Mapped[str | None] = mapped_column(ForeignKey("devices.id"))  # the phone that carries it; null: paper
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    issued_at: Mapped[datetime]
    expires_on: Mapped[date] = mapped_column(index=True)  # the last day for a first answer
    shown_at: Mapped[datetime | None]  # when the school learned that a code was shown to a family
    revoked_at: Mapped[datetime | None]
    left_phone_at: Mapped[datetime | None]  # when it was taken off its phone: its day had passed, or it was revoked
    rev: Mapped[int] = mapped_column(default=1)
