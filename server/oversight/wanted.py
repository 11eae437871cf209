"""What somebody wants to see of the visits that came in: a range of days, and what narrows it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, not_, select
from sqlalchemy.orm import aliased

from server.consents.service import NO
from server.photos.models import PhotoUse
from server.visits.models import VisitFacts
from server.visits.reviews import MORE, READ, changed_since
from server.visits.siblings import some_child

UNREAD, ADDED = "unread", "added"
READING = {UNREAD: "未阅", READ: "已阅", MORE: "请补充", ADDED: "补充了"}


@dataclass(frozen=True)
class Wanted:
    """The days of arrival, both included, and what narrows them; None and False narrow nothing."""

    first: date
    last: date
    class_id: str | None = None
    teacher_id: str | None = None
    result: str | None = None
    form: str | None = None
    reading: str | None = None  # one of READING
    incomplete: bool = False
    late: bool = False
    photos: bool = False

    @property
    def one_day(self) -> bool:
        """Tell whether it is one day."""
        return self.first == self.last

    @property
    def narrowed(self) -> bool:
        """Tell whether anything but the days is asked for."""
        return self != Wanted(self.first, self.last)


def matching(school_id: str, wanted: Wanted) -> ColumnElement[bool]:
    """Give the condition on `visit_facts` that a school's wanted visits meet."""
    facts = VisitFacts
    same = {
        facts.class_id: wanted.class_id,
        facts.author_id: wanted.teacher_id,
        facts.visit_result: wanted.result,
        facts.visit_form: wanted.form,
    }
    conditions = [
        facts.school_id == school_id,
        facts.received_on.between(wanted.first, wanted.last),
        *(column == value for column, value in same.items() if value),
    ]
    if wanted.incomplete:
        conditions.append(and_(facts.lacking > 0, facts.counts, not_(_refused("may_record"))))  # else nothing is asked
    if wanted.late:
        conditions.append(facts.late_entry.is_(True))
    if wanted.photos:
        conditions.append(_has_photos())
    if wanted.reading:
        conditions.append(_reading(wanted.reading))
    return and_(*conditions)


def _has_photos() -> ColumnElement[bool]:
    use = aliased(PhotoUse)  # the count looks at photo_uses as well
    named = (use.kind == "visit") & (use.record_id == VisitFacts.visit_id) & use.named
    return and_(select(use.sha256).where(named).exists(), shows_photos())


def shows_photos() -> ColumnElement[bool]:
    """Give the condition that no guardian of a child that a visit tells of has refused photos, or the record with them."""
    return not_(_refused("may_photo"))


def _refused(what: str) -> ColumnElement[bool]:
    return some_child(VisitFacts.visit_id, VisitFacts.student_id, lambda child: getattr(child, what) == NO)


def _reading(reading: str) -> ColumnElement[bool]:
    facts = VisitFacts
    if reading == UNREAD:
        return facts.review.is_(None)
    if reading == READ:
        return facts.review == READ
    answered: ColumnElement[bool] = changed_since(facts.visit_id, facts.reviewed_revs)
    return (facts.review == MORE) & (answered if reading == ADDED else not_(answered))
