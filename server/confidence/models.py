"""Reports in confidence, and what was done about each. No other table mentions them; no phone ever holds them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Model

NEW, ACCEPTED, CHECKING, HEARD, FOUND, DONE = "new", "accepted", "checking", "heard", "found", "done"
STATES = (NEW, ACCEPTED, CHECKING, HEARD, FOUND, DONE)
OPEN = (ACCEPTED, CHECKING, HEARD)
PROVEN, UNFOUNDED, UNCLEAR = "proven", "unfounded", "unclear"


class Report(Model):
    """One report. Where it came from is `source` and `ref`: the same one is never stored twice.

    Choices are codes of `campaign/listening.toml`. A finding of 属实 stands only where the teacher was heard first: the table
    itself refuses it otherwise.
    """

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("source", "ref"),
        Index("ix_reports_school_id_circle_state", "school_id", "circle", "state"),
        CheckConstraint("circle IN ('ethics', 'centre')", name="circle_known"),
        CheckConstraint(f"state IN {STATES}", name="state_known"),
        CheckConstraint("finding IS NULL OR finding <> 'proven' OR heard_at IS NOT NULL", name="heard_before_proven"),
        CheckConstraint("(finding IS NULL) = (state NOT IN ('found', 'done'))", name="finding_at_the_end"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    school_id: Mapped[str] = mapped_column(ForeignKey("schools.id"))
    source: Mapped[str] = mapped_column(String(12))
    ref: Mapped[str] = mapped_column(String(64))  # what it is called at its source
    received_at: Mapped[datetime]
    circle: Mapped[str] = mapped_column(String(8))  # who handles it now: the school's 师德专员, or the centre
    kept_from_school: Mapped[bool]  # its writer chose the centre, or it is about who would handle it: never handed back
    with_deputy: Mapped[bool] = mapped_column(default=False)  # lay too long: the deputy sees it, too
    waits_since: Mapped[datetime]  # since when whoever has it now could have accepted it; once accepted, since then
    reasons: Mapped[list[str]] = mapped_column(default=list)  # which of the five 不准; other
    text: Mapped[str] = mapped_column(Text)
    about_staff: Mapped[list[str]] = mapped_column(default=list)  # who went on the visit, and whom the words name
    about_duties: Mapped[list[str]] = mapped_column(
        default=list
    )  # 班主任 or a subject, where it names nobody more closely
    class_id: Mapped[str | None] = mapped_column(String(36))
    student_id: Mapped[str | None] = mapped_column(String(36), index=True)
    visit_id: Mapped[str | None] = mapped_column(String(36), index=True)
    ticket_id: Mapped[str | None] = mapped_column(String(36), index=True)  # its visit may arrive later
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)  # of the 查询码
    reply_wanted: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(8), default=NEW)
    finding: Mapped[str | None] = mapped_column(String(10))
    found_about: Mapped[str | None] = mapped_column(String(36))  # 属实: of whom; it is their file that it goes into
    heard_at: Mapped[datetime | None]  # when it was written down that the teacher could object
    question: Mapped[str] = mapped_column(Text, default="")  # the one that its handler may put to its writer
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    reply: Mapped[str] = mapped_column(Text, default="")
    replied_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]


class ReportEvent(Model):
    """One thing that was done about a report: who, what, when, and with which words. Never changed."""

    __tablename__ = "report_events"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("reports.id"), index=True)
    at: Mapped[datetime]
    staff_id: Mapped[str | None] = mapped_column(String(36))  # null: its writer, or the clock
    what: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Text, default="")
