"""The office's inbox as a person reads it: the kept words of a case under the labels of the form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.consents.service import NO
from server.oversight.words import Names, field_name, ids_in, value_text
from server.records.edits import Ref
from server.records.models import Conflict, Record
from server.sync import cases
from server.sync.case_rows import CASES, OPEN
from server.sync.cases import KeptEdit, OneCase
from server.sync.kept_families import standing_of_kept
from server.visits.kinds import WRITTEN
from server.visits.reading import open_to_office
from server.visits.withheld import KEPT, shows

KIND_WORDS = {
    "visit": "家访记录",
    "visit_private": "成长环境、孩子的想法",
    "reflection": "家访体会",
    "opinion": "意见建议",
    "conflict": "选定哪一份",
}
KEPT_BACK = "这一条意见，老师选了不转达，或涉及教师本人：内容不在这里显示。"
NOT_KNOWN = "这一条属于哪类记录，系统还认不出，不知道谁可以看：内容先不在这里显示。"
REFUSED = "家长不同意记录：写的内容不在这里显示。"
PHOTOS_REFUSED = "家长不同意留照片：照片和说明不在这里显示。"
OF_WHOM = ("student_id", "visit_id")  # said above the words, by name
CHOICES = {"head": "用学校已收的那份", "alternative": "用另一份", "both": "两份都留", "written": "另写一份"}


@dataclass(frozen=True)
class Said:
    """One field of a kept edit, as the teacher wrote it."""

    label: str
    text: str
    words: bool = True  # written by hand; else chosen


@dataclass(frozen=True)
class Kept:
    """One edit of a case: what it is about, for whom, and its words."""

    about: str
    student: str | None
    made_at: str | None
    said: Sequence[Said]


@dataclass(frozen=True)
class CaseSheet:
    """One case to decide; `names_student`: it can be put right by another student."""

    case: OneCase
    kept: Sequence[Kept]
    names_student: bool


def count_open(session: Session, school_id: str | None) -> int:
    """Count what waits for a school's office."""
    waiting = (CASES.c.school_id == school_id) & (CASES.c.status == OPEN)
    return session.scalar(select(func.count()).select_from(CASES).where(waiting)) or 0


def case_sheet(session: Session, school_id: str, case_id: str) -> CaseSheet:
    """Read one case of a school.

    Raises: NotFound, if the school has no such case.
    """
    case = cases.read_case(session, school_id, case_id)
    ids = {edit.student_id for edit in case.edits if edit.student_id}
    names = Names.load(session, school_id, ids.union(*(_ids(edit) for edit in case.edits)))
    root = case.edits[0] if case.edits else None
    can_move = root is not None and cases.begins_visit(session, root.op, _ref(root), root.status)
    about = {edit.id: _about(session, edit) for edit in case.edits}
    unread = {edit.id: _unread(session, about[edit.id]) for edit in case.edits}
    let = [_as_let(session, edit) for edit in case.edits]
    return CaseSheet(case, [_kept(edit, names, unread[edit.id], said) for edit, said in let], can_move)


def _ids(edit: KeptEdit) -> set[str]:
    found = ids_in(edit.changes)
    for name, change in edit.members.items():
        if isinstance(change, Mapping):
            found |= ids_in({name: [*_list(change.get("add")), *_list(change.get("remove"))]})
    return found


def _as_let(session: Session, edit: KeptEdit) -> tuple[KeptEdit, str | None]:
    """Leave out of an edit what its family refuses (ADR 0018); beside it the sentence that says so, None if all is there."""
    standing = standing_of_kept(session, edit)
    conflict = session.get(Conflict, _ref(edit).id) if _kind(edit) == "conflict" else None
    kind = conflict.record_kind if conflict else _kind(edit)
    if kind not in KEPT:
        return edit, None
    hidden = {
        path for path in {**edit.changes, **edit.members} if path not in OF_WHOM and not shows(kind, path, standing)
    }
    args = dict(edit.args)
    if conflict and "value" in args and not shows(kind, conflict.field, standing):
        hidden.add(conflict.field)
        del args["value"]
    if not hidden:
        return edit, None
    changes = {path: value for path, value in edit.changes.items() if path not in hidden}
    members = {path: value for path, value in edit.members.items() if path not in hidden}
    said = REFUSED if standing.record == NO else PHOTOS_REFUSED
    return replace(edit, changes=changes, members=members, args=args), said


def _kept(edit: KeptEdit, names: Names, unread: str | None, refused: str | None) -> Kept:
    said = [] if unread else [*_changes(edit, names), *_members(edit, names), *_args(edit)]
    if refused and not unread:
        said.append(Said("内容", refused))
    about = KIND_WORDS.get(_kind(edit), "一条记录")
    if edit.op == "merge":
        about = "合并两次家访"
    student = names.of(edit.student_id) if edit.student_id else None
    return Kept(about, student, edit.made_at, said or [Said("内容", unread or "没有文字。")])


def _about(session: Session, edit: KeptEdit) -> Ref:
    """Name the record whose words an edit holds: that of its conflict, where it settles one."""
    named = _ref(edit)
    conflict = session.get(Conflict, named.id) if named.kind == "conflict" else None
    return Ref(conflict.record_kind, conflict.record_id) if conflict else named


def _unread(session: Session, ref: Ref) -> str | None:
    """Say why the office does not read an edit's words; None if it does.

    All that its writer has said of an opinion counts, in whatever case or state it lies: the record, the other side of its
    open conflicts, and every edit of it that was not applied. One edit rarely says all of it, and a faulty phone may send
    each of them alone.
    """
    if ref.kind not in WRITTEN:
        return NOT_KNOWN
    stored = session.get(Record, ref)
    kept = [each.changes for each in cases.kept_edits(session, [ref])]
    said = [*kept, *([stored.fields] if stored else []), *_other_sides(session, ref)]
    return None if all(open_to_office(ref.kind, fields) for fields in said) else KEPT_BACK


def _other_sides(session: Session, ref: Ref) -> list[Mapping[str, Any]]:
    ours = (Conflict.record_kind == ref.kind) & (Conflict.record_id == ref.id) & (Conflict.status == "open")
    return [{each.field: each.alternative.get("value")} for each in session.scalars(select(Conflict).where(ours))]


def _changes(edit: KeptEdit, names: Names) -> list[Said]:
    shown = (item for item in edit.changes.items() if item[0] not in OF_WHOM)
    kind = WRITTEN.get(_kind(edit))
    return [
        Said(field_name(name), value_text(name, value, names), words=kind is None or kind.shape_of(name) == "text")
        for name, value in shown
    ]


def _members(edit: KeptEdit, names: Names) -> list[Said]:
    said = []
    for name, change in edit.members.items():
        parts = change if isinstance(change, Mapping) else {}
        for key, word in (("add", "添"), ("remove", "去")):
            if elements := _list(parts.get(key)):
                said.append(Said(f"{field_name(name)}（{word}）", value_text(name, elements, names), words=False))
    return said


def _args(edit: KeptEdit) -> list[Said]:
    if edit.op != "resolve":
        return []
    choice = CHOICES.get(str(edit.args.get("choice")), str(edit.args.get("choice")))
    written = edit.args.get("value")
    return [Said("选择", choice, words=False), *([Said("写的是", str(written))] if written else [])]


def _kind(edit: KeptEdit) -> str:
    return _ref(edit).kind


def _ref(edit: KeptEdit) -> Ref:
    kind, _, id_ = edit.record.partition(":")
    return Ref(kind, id_)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
