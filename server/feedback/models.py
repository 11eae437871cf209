"""The links that a school hands to families, and what families answer on them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Json, Model


class Ticket(Model):
    """One link for one family. Its secret is not here: it is made from the id and the server's key, and only its hash is kept.

    A ticket on a phone is nobody's until it is shown; which visit it belongs to, the visit says. One that the school made (on
    paper, or for a family on the telephone) may be for one child from the start.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        Index("ix_tickets_device_id_shown_at", "device_id", "shown_at"),
        {"info": {"versioned": True}},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    school_id: Mapped[str] = mapped_column(ForeignKey("schools.id"))
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)  # the teacher whom the page names
    device_id: Mapped[str | None] = mapped_column(
        ForeignKey("devices.id")
    )  # the phone that carries it; null: none does
    sheet_id: Mapped[str | None] = mapped_column(
        ForeignKey("ticket_sheets.id"), index=True
    )  # the paper it is printed on
    class_id: Mapped[str | None] = mapped_column(ForeignKey("classes.id"))  # that it was made for; null: on a phone
    student_id: Mapped[str | None] = mapped_column(ForeignKey("students.id"), index=True)  # whose family it is for
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    issued_at: Mapped[datetime]
    show_until: Mapped[date | None]  # on a phone: shown later, it would leave a family too few days; null: not on one
    expires_on: Mapped[date] = mapped_column(index=True)  # the last day for a first answer
    shown_at: Mapped[datetime | None]  # when the school learned that a code was shown to a family
    revoked_at: Mapped[datetime | None]
    left_phone_at: Mapped[datetime | None]  # when it was taken off its phone: its day had passed, or it was revoked
    rev: Mapped[int] = mapped_column(default=1)


class TicketSheet(Model):
    """Slips or letters that the school printed for one class at one time, each with a ticket of its own."""

    __tablename__ = "ticket_sheets"
    __table_args__ = (Index("ix_ticket_sheets_school_id_made_at", "school_id", "made_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    school_id: Mapped[str] = mapped_column(ForeignKey("schools.id"))
    class_id: Mapped[str] = mapped_column(ForeignKey("classes.id"))
    made_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime]


NOT_COME = "not"  # what a family answers to `visit_happened` where the teacher did not come


class Feedback(Model):
    """What a family answered on one link: one answer a ticket. Read by its writer with the 查询码, never with the link alone.

    `answers` holds the codes of `campaign/parents.toml` by question; `text` is also a suggestion, with its own life. Whether
    anything was reported in confidence stands nowhere here.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        CheckConstraint("state IN ('live', 'withdrawn', 'erased')", name="state_known"),
        Index("ix_feedback_school_id_sent_at", "school_id", "sent_at"),
        {"info": {"versioned": True}},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"), unique=True)
    form_id: Mapped[str] = mapped_column(String(36))  # of the sending: the same form sent again is the same answer
    school_id: Mapped[str] = mapped_column(ForeignKey("schools.id"))
    state: Mapped[str] = mapped_column(String(10), default="live")
    answers: Mapped[dict[str, Any]] = mapped_column(Json)
    text: Mapped[str]
    text_kind: Mapped[str] = mapped_column(String(12))  # praise, suggestion, problem
    topic: Mapped[str] = mapped_column(String(12))
    visible_to: Mapped[str] = mapped_column(String(20))  # school, teacher_and_school, centre
    contact: Mapped[str | None] = mapped_column(String(32))  # purged with the reply
    contact_forgotten: Mapped[bool] = mapped_column(default=False)  # purged: no page that is open still writes it back
    code_hash: Mapped[str] = mapped_column(String(64))
    entered_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))  # 电话代填: who typed it for the family
    visit_id: Mapped[str | None] = mapped_column(String(36), index=True)  # null until a visit names the ticket
    class_id: Mapped[str | None] = mapped_column(String(36))  # that may read it now, where it is joined
    student_id: Mapped[str | None] = mapped_column(String(36), index=True)
    checked_at: Mapped[datetime | None]  # when the office had looked into "the teacher did not come"
    told_before: Mapped[str | None] = mapped_column(
        String(16)
    )  # what "did not come" took the place of: teachers read that until then
    sent_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    rev: Mapped[int] = mapped_column(default=1)
