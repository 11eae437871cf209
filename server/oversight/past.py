"""What became of a visit's records over time, for people: who changed what when, both texts side by side."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from server.consents.service import Standing
from server.oversight.words import Names, field_name, ids_in, value_text
from server.records.edits import Ref
from server.visits.history import Version, before_merging, history_of, merge_of, seen_by_office
from server.visits.settlements import Settlement, settlements_of, told_once
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
    """One field that a change touched, as it was and as it became; of a settlement what was left out, whose, and what stands."""

    label: str
    before: str
    after: str
    whose: str = ""


@dataclass(frozen=True)
class PastLine:
    """One change: `begun` for the first writing, which is told in one line; `said` is what the school said, and no change.

    `aside` tells a change of which there is nothing to show: the family does not let it be shown, or only ids changed.
    """

    at: datetime
    who: str
    what: str
    begun: bool
    said: str
    aside: str
    fields: Sequence[Changed]
    settled: bool = False  # two people wrote one field differently, and this was decided
    merged: bool = False  # it took over what another record held
    elsewhere: bool = False  # in a record that was merged into this one afterwards


def past_of(
    session: Session, school_id: str | None, refs: Sequence[Ref], standing: Standing, merged: Mapping[Ref, Standing]
) -> list[PastLine]:
    """Give the changes of one visit's records, and what was written before in those `merged` into them, newest first: of an
    opinion only what the office may read, and of all of them only what the family lets be shown.
    """
    may_show = {**dict.fromkeys(refs, standing), **merged}
    settled = [(ref, each) for ref in may_show for each in _settled_of(session, ref, may_show[ref])]
    histories = {ref: history_of(session, *ref) for ref in may_show}
    found = [
        (ref, version)
        for ref, history in histories.items()
        for version in told_once(
            seen_by_office(ref.kind, before_merging(history)), [each for of, each in settled if of == ref]
        )
    ]
    told = [(ref, replace(each, changes=shown_fields(ref.kind, each.changes, may_show[ref]))) for ref, each in found]
    hidden = {
        (*ref, each.rev)
        for (ref, each), (_, seen) in zip(found, told, strict=True)
        if each.changes.keys() - UNSEEN and not seen.changes.keys() - UNSEEN
    }
    merges = {(ref.kind, merge_of(histories[ref])) for ref in merged}
    names = Names.load(session, school_id, _ids(told, settled))
    told.sort(key=lambda each: (each[1].at, each[0], each[1].rev), reverse=True)
    lines = [replace(_settled_line(ref, each, names), elsewhere=ref in merged) for ref, each in reversed(settled)]
    for ref, version in told:
        line = _line(ref, version, names, hidden=(*ref, version.rev) in hidden)
        taken = bool(version.edit) and (ref.kind, version.edit) in merges
        lines.append(replace(line, merged=taken, elsewhere=ref in merged))
    return sorted(lines, key=lambda each: each.at, reverse=True)


def _settled_of(session: Session, ref: Ref, standing: Standing) -> list[Settlement]:
    """Give a record's settlements; none of an opinion, since what its writer did not keep was never said to the office."""
    if ref.kind == "opinion":
        return []
    return [each for each in settlements_of(session, *ref, standing) if each.field not in UNSEEN]


def _ids(told: Iterable[tuple[Ref, Version]], settled: Iterable[tuple[Ref, Settlement]]) -> set[str]:
    ids: set[str] = set()
    for _, version in told:
        ids.add(str(version.by))
        for side in (0, 1):
            ids |= ids_in({name: pair[side] for name, pair in version.changes.items()})
    for _, each in settled:
        ids |= {str(each.by), *(str(left.by) for left in each.left)}
        for value in (each.kept, *(left.value for left in each.left)):
            ids |= ids_in({each.field: value})
    return ids


def _settled_line(ref: Ref, each: Settlement, names: Names) -> PastLine:
    label, kept = field_name(each.field), value_text(each.field, each.kept, names)
    return PastLine(
        at=each.at,
        who=names.of(each.by) if each.by else "系统",
        what=KIND_WORDS.get(ref.kind, ref.kind),
        begun=False,
        said="",
        aside="",
        fields=[
            Changed(label, value_text(each.field, left.value, names), kept, names.of(left.by) if left.by else "学校")
            for left in each.left
        ],
        settled=True,
    )


def _line(ref: Ref, version: Version, names: Names, *, hidden: bool) -> PastLine:
    begun = version.rev == 1
    said = _said(version.changes) if ref.kind == "review" and not version.changes.keys() <= {"visit_id"} else ""
    fields = [] if begun or said else list(_changed(version.changes, names))
    return PastLine(
        at=version.at,
        who=names.of(version.by) if version.by else "系统",
        what=_what(ref.kind, version.changes),
        begun=begun,
        said=said,
        aside="" if fields else "改了收起来的内容" if hidden else _aside(version.changes),
        fields=fields,
    )


def _what(kind: str, changes: Mapping[str, tuple[Any, Any]]) -> str:
    """Name what a change is about; a reflection by its fields, for it need not hold a word of 家访体会."""
    touched = [path for path in changes if path not in UNSEEN]
    if kind != "reflection" or touched in ([], ["reflection"]):
        return KIND_WORDS.get(kind, kind)
    return "、".join(f"“{field_name(path)}”" for path in touched)


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
