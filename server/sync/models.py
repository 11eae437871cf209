"""Custody: the raw edits as they arrived, and the cases that the office decides."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Json, Model


class InboxEdit(Model):
    """One edit as received. Stored before anything is applied; keyed by its id and by who sent which bytes.

    `digest` is the sha256 over the person's id and the canonical JSON, so the same id with other content, or from
    another person, is another row (`reused`).
    """

    __tablename__ = "inbox"
    __table_args__ = (
        Index("ix_inbox_status_received_at", "status", "received_at"),
        Index("ix_inbox_record_kind_record_id", "record_kind", "record_id"),
        Index("ix_inbox_after_id", "after_id"),
    )

    edit_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[str] = mapped_column(String(36), index=True)
    device_id: Mapped[str | None] = mapped_column(String(36))
    school_id: Mapped[str | None] = mapped_column(String(36), index=True)
    record_kind: Mapped[str] = mapped_column(String(64))  # as named by the edit
    record_id: Mapped[str] = mapped_column(String(96))
    student_id: Mapped[str | None] = mapped_column(String(36), index=True)  # as far as known; what erasure looks for
    after_id: Mapped[str | None] = mapped_column(String(64))
    op: Mapped[str] = mapped_column(String(32))
    version: Mapped[int]  # the edit's `v`
    body: Mapped[str | None] = mapped_column(Text)  # canonical JSON as received; null once erased
    made_at: Mapped[str | None] = mapped_column(String(40))  # the phone's clock
    offset_ms: Mapped[int | None] = mapped_column(BigInteger)
    app: Mapped[str | None] = mapped_column(String(32))
    received_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(12))  # new, applied, conflict, held, quarantined, returned, erased
    holds: Mapped[str | None] = mapped_column(String(12))  # predecessor, newer_server
    reason: Mapped[str | None] = mapped_column(String(32))  # a code; its Chinese sentence is in visits/reasons
    case_id: Mapped[str | None] = mapped_column(String(36), index=True)
    rev: Mapped[int | None]
    conflicts: Mapped[list[str] | None] = mapped_column(Json)
    settled_at: Mapped[datetime | None]  # when the status became final
    row_rev: Mapped[int] = mapped_column(default=0)  # of its `edit` row; 0: it never had one


class Case(Model):
    """One thing that the office must decide: an edit kept but not applied, with those that wait behind it."""

    __tablename__ = "cases"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    school_id: Mapped[str | None] = mapped_column(String(36), index=True)
    edit_id: Mapped[str] = mapped_column(String(36), index=True)  # the edit that opened it
    digest: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(32))
    status: Mapped[str] = mapped_column(String(8), index=True)  # open, accepted, returned, erased
    opened_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(String(36))
    decided_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(Text)  # the office's words to the teacher
    target: Mapped[str | None] = mapped_column(String(96))  # the record it was put right to ("student:<id>", …)
