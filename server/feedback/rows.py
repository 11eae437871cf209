"""What the phones of a class get of a family's answer: that the visit took place, what the family knows and wishes, and its
words where it lets teachers read them. Satisfaction, tone and telephone number never leave the school's pages.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.feedback.models import Feedback
from server.feedback.telling import SOURCE
from server.suggestions.service import readable_by_teachers
from server.times import on_the_wire

TOLD = ("know_purpose", "know_child", "know_teachers", "next_form", "next_time")


def feedback_rows(session: Session, ids: Sequence[str]) -> Mapping[str, dict[str, Any]]:
    """Give answers, for the teachers of a class.

    Shapes: id, visit_id, confirmed (the family says that the visit took place), know_purpose … next_time (codes of F2),
    text ("" where its writer does not let teachers read it, or has said since that the teacher did not come), by_phone (the
    school typed it for the family), sent_at (ISO 8601).
    """
    query = select(Feedback).where(Feedback.id.in_(ids), Feedback.state == "live", Feedback.visit_id.is_not(None))
    found = session.scalars(query).all()
    readable = readable_by_teachers(session, SOURCE, [each.id for each in found])
    told = {each.id for each in found if each.id in readable and not each.told_before}
    return {each.id: _row(each, each.text if each.id in told else "") for each in found}


def _row(each: Feedback, text: str) -> dict[str, Any]:
    told = {name: each.answers.get(name) for name in TOLD}
    confirmed = (each.told_before or each.answers.get("visit_happened")) in ("agreed", "unannounced")
    return {
        "id": each.id,
        "visit_id": each.visit_id,
        "confirmed": confirmed,
        **told,
        "text": text,
        "by_phone": each.entered_by is not None,
        "sent_at": on_the_wire(each.sent_at),
    }
