"""What lists and counts ask of visits: derived from the record in the transaction that changes it."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Model


class VisitFacts(Model):
    """One visit as the school's pages filter and count it. The truth is in `records`; this can be made again from it."""

    __tablename__ = "visit_facts"
    __table_args__ = (
        Index("ix_visit_facts_school_id_received_on", "school_id", "received_on"),
        Index("ix_visit_facts_class_id_visit_date", "class_id", "visit_date"),
        Index("ix_visit_facts_student_id_visit_date", "student_id", "visit_date"),
    )

    visit_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    school_id: Mapped[str] = mapped_column(ForeignKey("schools.id"))
    class_id: Mapped[str] = mapped_column(String(36))
    student_id: Mapped[str] = mapped_column(String(36))
    author_id: Mapped[str] = mapped_column(String(36))
    visit_date: Mapped[date | None]
    visit_form: Mapped[str | None] = mapped_column(String(24))
    visit_result: Mapped[str | None] = mapped_column(String(24))
    counts: Mapped[bool]  # false when void, merged away or erased
    received_at: Mapped[datetime]  # first arrival at the school
    received_on: Mapped[date]  # the same, as a day in China
    written_on: Mapped[date | None]  # the day in China when the phone wrote it first, its clock set right
    late_entry: Mapped[bool] = mapped_column(default=False)  # 补录: written more than a day after the visit
    lacking: Mapped[int] = mapped_column(default=0)  # required fields still empty
    review: Mapped[str | None] = mapped_column(String(8))  # what the office last said of it: read, more; null: nothing
    reviewed_at: Mapped[datetime | None]
    reviewed_revs: Mapped[int | None]  # what the revs of visit, private part and reflections added up to then
    not_duplicate_of: Mapped[list[str]] = mapped_column(default=list)  # visits that a person told apart from this one
    possible_duplicates: Mapped[list[str]] = mapped_column(default=list)  # visits that may be this one, told twice


class VisitTicket(Model):
    """A parents' code that a visit names. Which of several visits it belongs to, `feedback` decides: any phone may name it."""

    __tablename__ = "visit_tickets"

    ticket_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    visit_id: Mapped[str] = mapped_column(String(36), primary_key=True, index=True)
