"""Staff, what they are on duty for and since when, and how they sign in."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Model

DUTY_KINDS = ("homeroom", "subject", "grade_head", "leader", "head", "desk", "ethics", "centre")


class Staff(Model):
    """One person who signs in. Rows are closed with `left_on`, never removed."""

    __tablename__ = "staff"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    centre_id: Mapped[str] = mapped_column(ForeignKey("centres.id"))
    school_id: Mapped[str | None] = mapped_column(ForeignKey("schools.id"), index=True)  # null for the centre's own
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    password_hash: Mapped[str] = mapped_column(String(256))  # argon2id
    password_until: Mapped[datetime | None]  # given by the office: until then it signs in, only to be changed
    demo: Mapped[bool] = mapped_column(default=False)  # made by the demo generator; refused in production
    left_on: Mapped[date | None]
    rev: Mapped[int] = mapped_column(default=1)  # grows by 1 with each change that phones see


class Duty(Model):
    """What one person answers for, from one day to another (inclusive; open-ended when `to_on` is null)."""

    __tablename__ = "duties"
    __table_args__ = (
        CheckConstraint(f"kind IN {DUTY_KINDS}", name="kind_known"),
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="ends_after_start"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))  # one of DUTY_KINDS; leader with a class: its 联系班级
    class_id: Mapped[str | None] = mapped_column(ForeignKey("classes.id"), index=True)
    grade: Mapped[int | None]  # for grade_head
    subject: Mapped[str | None] = mapped_column(String(32))  # for subject, in Chinese
    deputy: Mapped[bool] = mapped_column(default=False)  # stands in: what lies too long comes to them, too
    from_on: Mapped[date]
    to_on: Mapped[date | None]


class SignInSession(Model):
    """One signed-in browser: 30 days, rolling. The cookie holds the token, the table its sha256."""

    __tablename__ = "sign_in_sessions"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Device(Model):
    """One (browser, person). Its token deposits until it is revoked; it reads only while tied to a live session."""

    __tablename__ = "devices"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)  # made on the phone
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    name: Mapped[str] = mapped_column(String(128))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    session_id: Mapped[str | None] = mapped_column(ForeignKey("sign_in_sessions.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class SignInFailure(Model):
    """One failed sign-in, kept for ten minutes to count against its account and its address."""

    __tablename__ = "sign_in_failures"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    login: Mapped[str] = mapped_column(String(64), index=True)
    address: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(index=True)


class Pledge(Model):
    """One person's promise to keep the five 不准, for one campaign. Names go to nobody but the person."""

    __tablename__ = "pledges"

    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    campaign: Mapped[str] = mapped_column(String(16), primary_key=True)  # the year in which its school year began
    signed_at: Mapped[datetime]


class AccessLog(Model):
    """One read of family records, or one deed of the office: who, when, about what or whom; never the content. Kept 3 years."""

    __tablename__ = "access_log"
    __table_args__ = (Index("ix_access_log_school_id_at", "school_id", "at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    at: Mapped[datetime]
    staff_id: Mapped[str] = mapped_column(String(36), index=True)
    school_id: Mapped[str | None] = mapped_column(String(36))
    device_id: Mapped[str | None] = mapped_column(String(36))
    action: Mapped[str] = mapped_column(String(32))  # pull, page, photo, …; reset_password, give_head, …
    subject: Mapped[str] = mapped_column(String(96))  # a scope ("class:…"), a record ("visit:…"), "staff:…"
    rows: Mapped[int] = mapped_column(default=1)
