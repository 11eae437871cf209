"""What families, students and others told the school, what becomes of it, and who did what about it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Model

SCHOOL, ETHICS, CENTRE = "school", "ethics", "centre"
FROM_VISIT = "visit"  # a source: teachers wrote it down in a home
LIVE, WITHDRAWN, ERASED = "live", "withdrawn", "erased"


class Suggestion(Model):
    """One word from outside. Where it came from is `source` and `ref`: the same word is never taken up twice.

    Choices are codes of `campaign/listening.toml`. The status is worked out from the row (`states.py`), never stored.
    """

    __tablename__ = "suggestions"
    __table_args__ = (
        UniqueConstraint("source", "ref"),
        Index("ix_suggestions_school_id_circle_received_at", "school_id", "circle", "received_at"),
        CheckConstraint("circle IN ('school', 'ethics', 'centre')", name="circle_known"),
        CheckConstraint("state IN ('live', 'withdrawn', 'erased')", name="state_known"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    school_id: Mapped[str] = mapped_column(ForeignKey("schools.id"))
    source: Mapped[str] = mapped_column(String(12))
    ref: Mapped[str] = mapped_column(String(64))  # what it is called at its source: a record's id, a form's token, …
    circle: Mapped[str] = mapped_column(String(8))  # who handles it: the school's office, its 师德专员, the centre
    state: Mapped[str] = mapped_column(String(10), default=LIVE)
    for_teacher: Mapped[bool] = mapped_column(default=False)  # its writer lets the class's teachers read it
    named: Mapped[bool] = mapped_column(default=False)  # its writer lets whoever handles it know the family
    asker: Mapped[str] = mapped_column(String(8))  # family, student, society
    kind: Mapped[str] = mapped_column(String(12))  # praise, suggestion, problem
    topic: Mapped[str] = mapped_column(String(12))
    content: Mapped[str] = mapped_column(Text)  # as it was told: for who handles it
    later: Mapped[str] = mapped_column(
        Text, default=""
    )  # what its source says since work on it began, where it differs
    redacted: Mapped[str] = mapped_column(Text)  # the same without names
    about_staff: Mapped[list[str]] = mapped_column(default=list)  # ids of the staff it names
    about_duties: Mapped[list[str]] = mapped_column(
        default=list
    )  # 班主任 or a subject, where it names nobody more closely
    urgent: Mapped[bool] = mapped_column(default=False)  # it speaks of harm or suicide
    contact: Mapped[str | None] = mapped_column(String(32))  # how to reach the writer; purged with the reply
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)  # of the 查询码
    dept: Mapped[str] = mapped_column(String(32), default="")
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"), index=True)
    due: Mapped[date | None]  # a day in China; praise has none
    begun_at: Mapped[datetime | None]  # first handed out: from then on a change at its source is noted beside it
    decision: Mapped[str | None] = mapped_column(String(12))
    measures: Mapped[str] = mapped_column(Text, default="")
    result: Mapped[str] = mapped_column(Text, default="")
    reply: Mapped[str] = mapped_column(Text, default="")
    reply_way: Mapped[str | None] = mapped_column(String(8))
    replied_at: Mapped[datetime | None]
    rating: Mapped[str | None] = mapped_column(String(12))  # what its writer says of the reply
    reopened: Mapped[bool] = mapped_column(default=False)  # 不满意 opens it again once
    closed_at: Mapped[datetime | None]
    up_since: Mapped[datetime | None]  # 上报中心: since when the centre is asked; null again when it has given it back
    tied_to: Mapped[str | None] = mapped_column(String(36), index=True)  # the one that it is answered with
    public_text: Mapped[str] = mapped_column(Text, default="")  # what was said, in general
    public_done: Mapped[str] = mapped_column(Text, default="")  # what was done
    published_at: Mapped[datetime | None]
    class_id: Mapped[str | None] = mapped_column(String(36))
    student_id: Mapped[str | None] = mapped_column(String(36), index=True)
    visit_id: Mapped[str | None] = mapped_column(String(36), index=True)
    author_id: Mapped[str | None] = mapped_column(String(36))  # the teacher who wrote it down, where one did
    received_at: Mapped[datetime]


class SuggestionEvent(Model):
    """One thing that was done about a suggestion: who, what, when, and with which words. Never changed."""

    __tablename__ = "suggestion_events"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    suggestion_id: Mapped[str] = mapped_column(ForeignKey("suggestions.id"), index=True)
    at: Mapped[datetime]
    staff_id: Mapped[str | None] = mapped_column(String(36))  # null: its writer, or the system
    what: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Text, default="")
