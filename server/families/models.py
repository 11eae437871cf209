"""What families ask of what the school keeps about them, what was done about it, and the erasures that wait for their turn."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Model

WITHDRAW, COPY, CORRECT, DELETE = "withdraw", "copy", "correct", "delete"
KINDS = (WITHDRAW, COPY, CORRECT, DELETE)
NEW, WORKING, DONE, REFUSED = "new", "working", "done", "refused"
STATES = (NEW, WORKING, DONE, REFUSED)
OPEN = (NEW, WORKING)


class FamilyRequest(Model):
    """One request. Who asks is known by the answer that was given on a link, or by the desk; never by the link alone.

    Once it is over only ids, codes and days are left: the telephone number goes, and with an erasure the words do, too.
    """

    __tablename__ = "family_requests"
    __table_args__ = (
        Index("ix_family_requests_school_id_state_due_on", "school_id", "state", "due_on"),
        CheckConstraint(f"kind IN {KINDS}", name="kind_known"),
        CheckConstraint(f"state IN {STATES}", name="state_known"),
        CheckConstraint("checked_as IS NOT NULL OR state <> 'working'", name="checked_before_work"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    form_id: Mapped[str] = mapped_column(String(36), unique=True)  # the same form sent again is the same request
    school_id: Mapped[str] = mapped_column(ForeignKey("schools.id"))
    kind: Mapped[str] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(String(8))  # link, desk
    student_id: Mapped[str | None] = mapped_column(String(36), index=True)  # null until the answer's visit arrives
    feedback_id: Mapped[str | None] = mapped_column(
        String(36), index=True
    )  # the answer with whose code it was asked; or the word of consent, of a guardian who wrote no answer
    words: Mapped[str]  # what is wrong and how it should be
    contact: Mapped[str | None] = mapped_column(String(32))  # forgotten when the request is over
    state: Mapped[str] = mapped_column(String(8), default=NEW)
    reason: Mapped[str] = mapped_column(default="")  # why it is not done; the family reads it
    checked_as: Mapped[str | None] = mapped_column(String(12))  # how the desk made sure: call_back, in_person, other
    guardian_id: Mapped[str | None] = mapped_column(String(36))  # who it was
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    closed_at: Mapped[datetime | None]


class FamilyRequestEvent(Model):
    """One thing that was done about a request: who, what, when; no word of what stands in it."""

    __tablename__ = "family_request_events"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("family_requests.id"), index=True)
    at: Mapped[datetime]
    staff_id: Mapped[str | None] = mapped_column(String(36))  # null: the family
    what: Mapped[str] = mapped_column(String(16))


class Erasure(Model):
    """A child whose records the desk has decided to erase: it waits for its turn, and only ids stay behind.

    Nothing here tells what it waits for.
    """

    __tablename__ = "erasures"
    __table_args__ = (Index("ix_erasures_school_id_done_at", "school_id", "done_at"),)

    student_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    school_id: Mapped[str] = mapped_column(ForeignKey("schools.id"))
    request_id: Mapped[str | None] = mapped_column(ForeignKey("family_requests.id"))
    reason: Mapped[str] = mapped_column(String(12))
    by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    ordered_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    left_visits: Mapped[list[str]] = mapped_column(default=list)  # of brothers and sisters, for a person to read
