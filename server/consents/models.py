"""What a guardian said about keeping a child's visits: one row a word, never changed but for the moment when it ended."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Model


class Consent(Model):
    """One word of one guardian. A newer word of theirs ends it; so does a withdrawal, which is a word as well.

    Each use is true, false, or null: not asked. What all words in force come to stands in `students.may_record`.
    """

    __tablename__ = "consents"
    __table_args__ = (
        CheckConstraint("channel IN ('page', 'paper', 'oral')", name="channel_known"),
        Index("ix_consents_student_id_withdrawn_at", "student_id", "withdrawn_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    student_id: Mapped[str] = mapped_column(ForeignKey("students.id"))
    school_id: Mapped[str] = mapped_column(ForeignKey("schools.id"))  # that asked: another school asks anew
    who: Mapped[str] = mapped_column(String(16))  # father, mother, other_guardian
    record: Mapped[bool | None]
    photo_archive: Mapped[bool | None]
    photo_school: Mapped[bool | None]
    photo_public: Mapped[bool | None]
    care_file: Mapped[bool | None]
    text_version: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(8))  # page, paper, oral
    source: Mapped[str] = mapped_column(
        String(36), unique=True
    )  # the form or edit that brought it: sent again, one effect
    ticket_id: Mapped[str | None] = mapped_column(String(36), index=True)  # the link on whose page it was said
    code_hash: Mapped[str | None] = mapped_column(
        String(64)
    )  # of the 查询码 that came with the first word on a link, or with the answer that its giver went on to
    by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))  # who wrote it down; null: the guardian on the page
    by_office: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
