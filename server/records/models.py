"""Versioned records, their versions and conflicts, and the feed that carries them to the phones."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Json, Model


class Record(Model):
    """One record of any synced kind that people write (`visit`, `visit_private`, `reflection`, `opinion`, `review`, …), as last merged.

    `fields` holds every field by its id; a set is a list in server order, and an element's own field stands under its
    path ("photos/<sha256>/caption"). Unset is absent. Rows are marked merged or erased, never removed.
    """

    __tablename__ = "records"
    __table_args__ = (
        Index("ix_records_school_id_kind_updated_at", "school_id", "kind", "updated_at"),
        Index("ix_records_student_id_kind", "student_id", "kind"),
        {"info": {"versioned": True}},
    )

    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)  # made on the phone; visit_private has its visit's id
    school_id: Mapped[str] = mapped_column(ForeignKey("schools.id"))
    class_id: Mapped[str | None] = mapped_column(ForeignKey("classes.id"))  # the class that may read it now
    student_id: Mapped[str | None] = mapped_column(ForeignKey("students.id"))
    visit_id: Mapped[str | None] = mapped_column(
        String(36), index=True
    )  # of the visit it belongs to; for a visit, itself
    author_id: Mapped[str] = mapped_column(
        ForeignKey("staff.id"), index=True
    )  # its creator; of a review: whom it is for
    rev: Mapped[int]  # grows by 1 with each change
    fields: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(8))  # live, merged, erased
    merged_into: Mapped[str | None] = mapped_column(String(36))  # id of the record of the same kind that it became
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class RecordVersion(Model):
    """What one edit changed in one record: for each field the value before and after. Nothing is ever replaced silently."""

    __tablename__ = "record_versions"

    kind: Mapped[str] = mapped_column(String(24), primary_key=True)  # also "conflict"
    record_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    rev: Mapped[int] = mapped_column(primary_key=True)
    edit_id: Mapped[str | None] = mapped_column(String(36), index=True)  # null: a decision of the office or the system
    staff_id: Mapped[str | None] = mapped_column(String(36))
    at: Mapped[datetime]  # the server's clock
    made_at: Mapped[str | None] = mapped_column(String(40))  # the phone's clock: evidence, never order
    offset_ms: Mapped[int | None] = mapped_column(BigInteger)  # the phone's measured offset, milliseconds
    before: Mapped[dict[str, Any]] = mapped_column(Json)
    after: Mapped[dict[str, Any]] = mapped_column(Json)


class Conflict(Model):
    """Two values of one field, kept for a person to settle. Closed only by a recorded decision, or with what it was about (`Conflicts.drop`)."""

    __tablename__ = "conflicts"
    __table_args__ = (
        Index("ix_conflicts_record_kind_record_id_status", "record_kind", "record_id", "status"),
        {"info": {"versioned": True}},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    school_id: Mapped[str] = mapped_column(ForeignKey("schools.id"), index=True)
    record_kind: Mapped[str] = mapped_column(String(24))
    record_id: Mapped[str] = mapped_column(String(36))
    field: Mapped[str] = mapped_column(String(160))
    base: Mapped[Any] = mapped_column(Json, nullable=True)  # what the losing edit had seen
    head: Mapped[dict[str, Any]] = mapped_column(Json)  # {"value", "rev", "by"}: kept in step with the record
    alternative: Mapped[dict[str, Any]] = mapped_column(Json)  # {"value", "edit", "by", "made_at"}
    owner_id: Mapped[str] = mapped_column(String(36), index=True)  # whose words are the alternative
    status: Mapped[str] = mapped_column(String(8))  # open, settled, erased
    settled_by: Mapped[str | None] = mapped_column(String(36))
    settled_at: Mapped[datetime | None]
    decision: Mapped[dict[str, Any] | None] = mapped_column(Json)  # {"choice", "value", "edit"}
    readers: Mapped[list[str] | None] = mapped_column(
        Json
    )  # of a private part's, once settled: who was in the visit then
    rev: Mapped[int]
    created_at: Mapped[datetime]


class Feed(Model):
    """Where one record stands in one audience's feed: one row per record and scope, with its latest `seq`."""

    __tablename__ = "feed"
    __table_args__ = (Index("ix_feed_scope_seq", "scope", "seq", unique=True), {"info": {"feed": True}})

    scope: Mapped[str] = mapped_column(
        String(64), primary_key=True
    )  # "class:<id>", "care:<id>", "self:<id>", "school:<id>"
    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    school_id: Mapped[str] = mapped_column(String(36))
    seq: Mapped[int] = mapped_column(BigInteger)
    rev: Mapped[int]
    op: Mapped[str] = mapped_column(String(6))  # put, remove


class FeedCounter(Model):
    """The school's counter: locked as the last step of every writing transaction, so that seqs commit in order."""

    __tablename__ = "feed_counters"
    __table_args__ = ({"info": {"feed": True}},)

    school_id: Mapped[str] = mapped_column(ForeignKey("schools.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)


class FeedDigest(Model):
    """What a scope's live rows add up to and where it stands, kept under the counter's lock.

    `school_id` names the counter that numbers it, from its first row on.
    """

    __tablename__ = "feed_digests"
    __table_args__ = ({"info": {"feed": True}},)

    scope: Mapped[str] = mapped_column(String(64), primary_key=True)
    school_id: Mapped[str] = mapped_column(String(36))
    live_rows: Mapped[int] = mapped_column(BigInteger)
    seq_sum: Mapped[int] = mapped_column(BigInteger)
    last_seq: Mapped[int] = mapped_column(BigInteger, default=0)  # of its latest line, removals included


class Epoch(Model):
    """The store's life between two restores: one row. A phone with another epoch starts its reading afresh."""

    __tablename__ = "epoch"

    id: Mapped[int] = mapped_column(primary_key=True)  # always 1
    value: Mapped[str] = mapped_column(Text)
