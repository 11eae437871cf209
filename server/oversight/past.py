"""What became of a visit's records over time, for people: who changed what when, both texts side by side."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from server.consents.service import Standing
from server.oversight.words import Names, field_name, ids_in, value_text
from server.records.edits import Ref
from server.visits.history import Version, history_of, seen_by_office
from server.visits.withheld import shown_fields

KIND_WORDS = {
    "visit": "手记",
    "visit_private": "成长环境和孩子的想法",
    "reflection": "家访体会",
    "opinion": "意见建议",
    "review": "德育处审阅",
}
UNSEEN = frozenset({"visit_id", "merged_into", "student_id", "class_id", "tickets", "by", "at"})
UNSEEN_WORDS = {"tickets": "给家长出了码", "visit_id": "随家访并到了这一条"}
STATE_WORDS = {"read": "已阅", "more": "请补充"}


@dataclass(frozen=True)
class Changed:
    """One field that a change touched, as it was and as it became."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class PastLine:
    """One change: `begun` for the first writing, which is told in one line; `said` is what the school said, and no change.

    `aside` tells a change of which there is nothing to show: the family does not let it be shown, or only ids changed.
    """

    at: datetime
    who: str
    what: str
    begun: bool
    merged: bool
    said: str
    aside: str
    fields: Sequence[Changed]


def past_of(session: Session, school_id: str | None, refs: Sequence[Ref], standing: Standing) -> list[PastLine]:
    """Give the changes of one visit's records, newest first: of an opinion only what the office may read, and of all of them
    only what the family lets be shown.
    """
    found = [(ref, version) for ref in refs for version in seen_by_office(ref.kind, history_of(session, *ref))]
    told = [(ref, replace(each, changes=shown_fields(ref.kind, each.changes, standing))) for ref, each in found]
    hidden = {
        (*ref, each.rev)
        for (ref, each), (_, seen) in zip(found, told, strict=True)
        if each.changes.keys() - UNSEEN and not seen.changes.keys() - UNSEEN
    }
    ids = {str(version.by) for _, version in told}
    for _, version in told:
        for side in (0, 1):
            ids |= ids_in({name: pair[side] for name, pair in version.changes.items()})
    names = Names.load(session, school_id, ids)
    told.sort(key=lambda each: (each[1].at, each[0], each[1].rev), reverse=True)
    return [_line(ref, version, names, hidden=(*ref, version.rev) in hidden) for ref, version in told]


def _line(ref: Ref, version: Version, names: Names, *, hidden: bool) -> PastLine:
    begun = version.rev == 1
    said = _said(version.changes) if ref.kind == "review" and not version.changes.keys() <= {"visit_id"} else ""
    fields = [] if begun or said else list(_changed(version.changes, names))
    return PastLine(
        at=version.at,
        who=names.of(version.by) if version.by else "系统",
        what=KIND_WORDS.get(ref.kind, ref.kind),
        begun=begun,
        merged="merged_into" in version.changes,
        said=said,
        aside="" if fields else "改了收起来的内容" if hidden else _aside(version.changes),
        fields=fields,
    )


def _changed(changes: Mapping[str, tuple[Any, Any]], names: Names) -> Iterator[Changed]:
    for path, (before, after) in changes.items():
        if path in UNSEEN:
            continue
        yield Changed(field_name(path), value_text(path, before, names), value_text(path, after, names))


def _aside(changes: Mapping[str, tuple[Any, Any]]) -> str:
    """Say what became of a record of which only ids have changed."""
    return next((words for name, words in UNSEEN_WORDS.items() if name in changes), "没有改内容")


def _said(changes: Mapping[str, tuple[Any, Any]]) -> str:
    """Tell what the school said: its verdict, and its words where there are any."""
    state, words = (changes.get(name, (None, None))[1] for name in ("state", "words"))
    return "：".join(
        str(each) for each in (STATE_WORDS.get(str(state), "补了一句" if words else "审阅"), words) if each
    )
