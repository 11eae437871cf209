"""Duties in words, as a desk says them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from server.accounts.models import Duty
from server.schools.service import GRADES

KIND_WORDS = {
    "homeroom": "班主任",
    "subject": "科任老师",
    "grade_head": "年级组长",
    "leader": "校领导（联系班级）",
    "desk": "德育处",
    "ethics": "师德专员",
    "head": "校长",
}
OF_A_CLASS = ("homeroom", "subject", "leader")


@dataclass(frozen=True)
class DutyLine:
    """One duty: what it is, its days, and whether it runs today, is still to come, or is over."""

    id: str
    kind: str
    words: str
    from_on: date
    to_on: date | None
    state: str  # runs, comes, over


def line_of(duty: Duty, classes: Mapping[str, str], today: date) -> DutyLine:
    """Put a duty into words. `classes`: {id: name}."""
    over = duty.to_on is not None and duty.to_on < today
    state = "over" if over else "comes" if duty.from_on > today else "runs"
    return DutyLine(duty.id, duty.kind, words_of(duty, classes), duty.from_on, duty.to_on, state)


def words_of(duty: Duty, classes: Mapping[str, str]) -> str:
    """Say a duty shortly: 七年级1班班主任, 七年级1班数学, 联系七年级1班, 七年级组长, 德育处."""
    room = classes.get(duty.class_id or "", "")
    if duty.kind == "homeroom":
        return f"{room}班主任"
    if duty.kind == "subject":
        return f"{room}{duty.subject or '科任'}"
    if duty.kind == "leader":
        return f"校领导，联系{room}" if room else "校领导"
    if duty.kind == "grade_head":
        return f"{GRADES.get(duty.grade or 0, '年级')}组长"
    return KIND_WORDS.get(duty.kind, duty.kind) + ("（副手）" if duty.deputy else "")
