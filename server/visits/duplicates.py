"""What lists and counts ask of visits, and which visits may be one visit told twice."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from server.records.store import RecordState
from server.times import shanghai_day
from server.visits.consenting import has_consent
from server.visits.context import Context
from server.visits.kinds import DONE, incomplete
from server.visits.models import VisitFacts

FACTS = cast("Table", VisitFacts.__table__)
ONE_DAY = timedelta(days=1)
Facts = dict[str, Any]


def renew_facts(context: Context, changed: Sequence[RecordState]) -> set[str]:
    """Bring the facts of changed visits up to date, and the possible duplicates of the visits around them.

    Returns: ids of visits whose row looks different because of it, changed themselves or not.
    """
    if not changed:
        return set()
    stored = _load_around(context.session, changed)
    facts = {id_: dict(known) for id_, known in stored.items()}
    for visit in changed:
        facts[visit.id] = _facts(context, visit, stored.get(visit.id))
    renewed = _renew_pairs(facts, [visit.id for visit in changed])
    _write(context, stored, facts)
    return renewed


def _load_around(session: Session, changed: Sequence[RecordState]) -> dict[str, Facts]:
    """Load the facts of these visits, of their students' visits around the same days, and of their former duplicates."""
    days = [day for visit in changed if (day := _day(visit.fields.get("visit_date")))]
    theirs: ColumnElement[bool] = FACTS.c.visit_id.in_([visit.id for visit in changed])
    if days:
        first, last = max(min(days), date.min + ONE_DAY) - ONE_DAY, min(max(days), date.max - ONE_DAY) + ONE_DAY
        students = {visit.student_id for visit in changed if visit.student_id}
        theirs |= FACTS.c.student_id.in_(sorted(students)) & FACTS.c.visit_date.between(first, last)
    facts = _load(session, theirs)
    former = {id_ for visit in changed if visit.id in facts for id_ in facts[visit.id]["possible_duplicates"]}
    return facts | (
        _load(session, FACTS.c.visit_id.in_(sorted(former - facts.keys()))) if former - facts.keys() else {}
    )


def _load(session: Session, condition: ColumnElement[bool]) -> dict[str, Facts]:
    names = FACTS.c.keys()
    return {row.visit_id: dict(zip(names, row, strict=True)) for row in session.execute(select(FACTS).where(condition))}


def _facts(context: Context, visit: RecordState, known: Facts | None) -> Facts:
    fields = visit.fields
    visit_date = _day(fields.get("visit_date"))
    written_on = known["written_on"] if known else _written_on(context, visit)
    received_at = visit.created_at
    return {
        "visit_id": visit.id,
        "school_id": visit.school_id,
        "class_id": visit.class_id,
        "student_id": visit.student_id,
        "author_id": visit.author_id,
        "visit_date": visit_date,
        "visit_form": _code(fields.get("visit_form")),
        "visit_result": _code(fields.get("visit_result")),
        "counts": visit.state == "live" and not fields.get("void_reason"),
        "received_at": received_at,
        "received_on": shanghai_day(received_at),
        "written_on": written_on,
        "late_entry": bool(visit_date and written_on and written_on - visit_date > ONE_DAY),
        "lacking": len(incomplete("visit", fields, agreed=has_consent(context, visit))),
        **_review(context, visit, known),
        "not_duplicate_of": sorted(fields.get("not_duplicate_of", ())),
        "possible_duplicates": known["possible_duplicates"] if known else [],
    }


def _review(context: Context, visit: RecordState, known: Facts | None) -> Facts:
    """Tell what the office last said: a merge brings along what it said of the other visit."""
    records = (each for each in context.work.records.values() if each and each.kind == "review" and each.fields)
    if found := [each.fields for each in records if each.visit_id == visit.id]:
        last = max(found, key=lambda fields: str(fields["at"]))
        revs = (known and known["reviewed_revs"]) or 0  # of what came by a merge nothing here was read
        said = {"review": last["state"], "reviewed_at": datetime.fromisoformat(last["at"]), "reviewed_revs": revs}
    else:
        said = {name: known[name] if known else None for name in ("review", "reviewed_at", "reviewed_revs")}
    if said["reviewed_revs"] is not None:
        said["reviewed_revs"] += _codes_shown(context, visit)
    return said


def _codes_shown(context: Context, visit: RecordState) -> int:
    """Count the changes that only name a family's code: its teacher has written nothing then (as the phone says, reviews.ts)."""
    mine = [each for each in context.work.versions if (each["kind"], each["record_id"]) == ("visit", visit.id)]
    return sum(each["rev"] > 1 and each["after"].keys() == {"tickets"} for each in mine)


def _written_on(context: Context, visit: RecordState) -> date | None:
    """Tell the day on which the phone wrote the visit first, its clock set right by the offset it had measured."""
    for version in context.work.versions:
        if (version["kind"], version["record_id"], version["rev"]) == ("visit", visit.id, 1):
            return _shifted(version["made_at"], version["offset_ms"])
    return None


def _shifted(made_at: str | None, offset_ms: int | None) -> date | None:
    try:
        at = datetime.fromisoformat(made_at or "") - timedelta(milliseconds=offset_ms or 0)
        return shanghai_day(at) if at.tzinfo else at.date()
    except (ValueError, OverflowError):
        return None  # a phone's clock may say anything


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _code(value: object) -> str | None:
    length = FACTS.c.visit_form.type.length  # type: ignore[attr-defined]
    return value.replace("\0", "")[:length] if isinstance(value, str) else None


def _renew_pairs(facts: Mapping[str, Facts], changed: Iterable[str]) -> set[str]:
    """Set the possible duplicates of changed visits anew, on both sides; returns the visits whose list has changed."""
    by_student: dict[str, list[Facts]] = defaultdict(list)
    for each in facts.values():
        by_student[each["student_id"]].append(each)
    renewed: set[str] = set()
    for id_ in changed:
        one = facts[id_]
        before = set(one["possible_duplicates"])
        now = {other["visit_id"] for other in by_student[one["student_id"]] if _may_be_one(one, other)}
        for other_id in before ^ now:
            _pair(one, other_id, together=other_id in now)
            _pair(facts[other_id], id_, together=other_id in now)
            renewed |= {id_, other_id}
    return renewed


def _pair(facts: Facts, other_id: str, *, together: bool) -> None:
    known = set(facts["possible_duplicates"]) - {other_id}
    facts["possible_duplicates"] = sorted(known | ({other_id} if together else set()))


def _may_be_one(one: Facts, other: Facts) -> bool:
    if one["author_id"] == other["author_id"] or not (one["counts"] and other["counts"]):
        return False
    if one["visit_id"] in other["not_duplicate_of"] or other["visit_id"] in one["not_duplicate_of"]:
        return False
    if one["visit_result"] != DONE or other["visit_result"] != DONE or one["visit_form"] != other["visit_form"]:
        return False
    days = (one["visit_date"], other["visit_date"])
    return None not in days and abs(days[0] - days[1]) <= ONE_DAY


def _write(context: Context, stored: dict[str, Facts], facts: dict[str, Facts]) -> None:
    fresh = [each for id_, each in facts.items() if id_ not in stored]
    known = [{**each, "at_id": id_} for id_, each in facts.items() if id_ in stored and each != stored[id_]]
    if fresh:
        context.session.execute(insert(FACTS), fresh)
    if known:
        context.session.execute(update(FACTS).where(FACTS.c.visit_id == bindparam("at_id")), known)
