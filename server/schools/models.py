"""The centre, its schools, their classes, students and guardians."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, String, UniqueConstraint, or_
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Json, Model


class Centre(Model):
    """The education centre that the schools belong to."""

    __tablename__ = "centres"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(64))


class School(Model):
    """One school; the unit within which writers contend and feeds are counted."""

    __tablename__ = "schools"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    centre_id: Mapped[str] = mapped_column(ForeignKey("centres.id"))
    name: Mapped[str] = mapped_column(String(64))
    settings: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # as `schools/settings.py` reads them


class SchoolClass(Model):
    """One class of one school year, such as 七年级1班."""

    __tablename__ = "classes"
    __table_args__ = ({"info": {"versioned": True}},)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    school_id: Mapped[str] = mapped_column(ForeignKey("schools.id"), index=True)
    grade: Mapped[int]  # 7, 8, 9
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(32))
    rev: Mapped[int] = mapped_column(default=1)


class Student(Model):
    """One student. Siblings share a household."""

    __tablename__ = "students"
    __table_args__ = ({"info": {"versioned": True}},)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    school_id: Mapped[str] = mapped_column(ForeignKey("schools.id"), index=True)
    class_id: Mapped[str] = mapped_column(ForeignKey("classes.id"), index=True)
    household_id: Mapped[str] = mapped_column(String(36), index=True)
    name: Mapped[str] = mapped_column(String(64))
    pinyin: Mapped[str] = mapped_column(String(128))  # "zhang san"
    initials: Mapped[str] = mapped_column(String(32))  # "zs"
    left_on: Mapped[date | None]
    may_record: Mapped[str] = mapped_column(
        String(8), default="unknown"
    )  # what its guardians' words in force come to: `consents`
    may_photo: Mapped[str] = mapped_column(String(8), default="unknown")  # the same of photos: no, unknown, or how far
    photos_ended_at: Mapped[datetime | None]  # when consent to photos was last lost; null while there is consent
    erased: Mapped[bool] = mapped_column(default=False)  # ids only are left
    rev: Mapped[int] = mapped_column(default=1)

    @classmethod
    def here_on(cls, day: date) -> ColumnElement[bool]:
        """Ask for those who are at the school on a day; the last one there counts."""
        return cls.erased.is_(False) & or_(cls.left_on.is_(None), cls.left_on >= day)


class Guardian(Model):
    """Someone who answers for a student; the telephone number reaches the 班主任's phone only."""

    __tablename__ = "guardians"
    __table_args__ = ({"info": {"versioned": True}},)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    student_id: Mapped[str] = mapped_column(ForeignKey("students.id"), index=True)
    relation: Mapped[str] = mapped_column(String(16))  # father, mother, grandparent, other_guardian
    name: Mapped[str] = mapped_column(String(64))
    phone: Mapped[str | None] = mapped_column(String(32))
    rev: Mapped[int] = mapped_column(default=1)


class PublishedText(Model):
    """What the program itself tells a school's phones: the campaign and its cards, as last published."""

    __tablename__ = "published_texts"
    __table_args__ = (UniqueConstraint("school_id", "kind", "key"), {"info": {"versioned": True}})

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    school_id: Mapped[str] = mapped_column(ForeignKey("schools.id"))
    kind: Mapped[str] = mapped_column(String(16))  # campaign, card
    key: Mapped[str] = mapped_column(String(32))  # which card
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    withdrawn: Mapped[bool] = mapped_column(default=False)  # no longer in the program's data
    rev: Mapped[int] = mapped_column(default=1)
