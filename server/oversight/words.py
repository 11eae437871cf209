"""What a record's values are called on the school's pages: labels for codes, names for ids, days as people say them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import Staff
from server.campaign.notice import notice
from server.schools.models import SchoolClass, Student
from server.times import shanghai_day, utc_now

STAFF_FIELDS = frozenset({"visitors", "confirmed_by"})
STUDENT_FIELDS = frozenset({"student_id", "also_for"})
OTHER_FIELDS = frozenset({"class_id"})
PHOTO_FIELDS = frozenset({"photos", "photo_order"})
DAY_FIELDS = frozenset({"visit_date", "rescheduled_to", "follow_up_on"})
EMPTY = "（空白）"
ELSEWHERE = "（不在本校）"
NAMELESS = "（已抹去）"
NOT_OURS = "（别班的学生）"


@dataclass(frozen=True)
class Names:
    """Names by id, of one school's staff, students and classes; nobody else's are in it."""

    by_id: Mapping[str, str]

    @classmethod
    def load(cls, session: Session, school_id: str | None, ids: Iterable[str]) -> "Names":
        """Look these ids up in one school."""
        wanted = sorted(set(ids))
        found: dict[str, str] = {}
        for model in (Staff, Student, SchoolClass):
            query = select(model.id, model.name).where(model.id.in_(wanted), model.school_id == school_id)
            found.update(session.execute(query).all())
        return cls(found)

    def without(self, students: Iterable[str]) -> "Names":
        """Give the same names but those of these students, who are in a class that is not the reader's."""
        return Names({**self.by_id, **dict.fromkeys(students, NOT_OURS)})

    def of(self, id_: object) -> str:
        """Name one person or class."""
        return self.by_id.get(str(id_), ELSEWHERE) or NAMELESS


def ids_in(fields: Mapping[str, Any]) -> set[str]:
    """Collect the ids that these fields' values name, for `Names.load`."""
    found: set[str] = set()
    for path, value in fields.items():
        if path in STAFF_FIELDS | STUDENT_FIELDS | OTHER_FIELDS:
            found.update(str(each) for each in (value if isinstance(value, list) else [value]) if each)
    return found


def field_name(path: str) -> str:
    """Name a field by its id or its path ("photos/<sha256>/caption")."""
    return notice().field_label(path)


def value_text(path: str, value: Any, names: Names) -> str:
    """Write a field's value for people; a code that nobody knows stands as it is."""
    if value in (None, "", []):
        return EMPTY
    if isinstance(value, list):
        return "\n".join(map(promise_text, value)) if path == "promises" else _members(path, value, names)
    return _one(path, value, names)


def _members(path: str, value: list[Any], names: Names) -> str:
    if path in PHOTO_FIELDS:
        return f"{len(value)} 张"
    if path == "not_duplicate_of":
        return f"{len(value)} 次家访"
    return "、".join(_one(path, each, names) for each in value)


def _one(path: str, value: Any, names: Names) -> str:
    field = path.rsplit("/", 1)[-1]
    if field == "pledge" and value is True:
        return "本次遵守"
    if isinstance(value, bool):
        return "是" if value else "否"
    if field in STAFF_FIELDS | STUDENT_FIELDS | OTHER_FIELDS:
        return names.of(value)
    if field in DAY_FIELDS:
        return day_text(value)
    return notice().label(field, str(value))


def promise_text(promise: Any) -> str:
    """Write one promise: who, what, until when, and whether it is done."""
    if not isinstance(promise, Mapping):
        return str(promise)
    who = notice().label("who", str(promise.get("who") or ""))
    due = f"（{day_text(promise['due'])}前）" if promise.get("due") else ""
    done = "　已做到" if promise.get("done") is True else ""
    return f"{who}：{promise.get('what') or ''}{due}{done}"


def day_text(value: object) -> str:
    """Write an ISO day as 10月15日, with its year where that is not this one; what is no day stands as it is."""
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        return str(value)
    year = "" if day.year == shanghai_day(utc_now()).year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"
