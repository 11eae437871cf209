"""When the visit of a reported page arrives or changes, whoever went along may be whom the report is about."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.confidence.cases import note, said, widen
from server.confidence.models import Report
from server.records.models import Record
from server.visits.finishing import RecordsChanged
from server.visits.models import VisitTicket


def hear(session: Session, news: RecordsChanged) -> None:
    """Join reports to the visits that name their codes."""
    tickets = {id_ for each in news.records if each.kind == "visit" for id_ in each.fields.get("tickets", ())}
    if tickets:
        ours = select(Report).where(Report.ticket_id.in_(sorted(tickets))).order_by(Report.id).with_for_update()
        join(session, session.scalars(ours).all())


def join(session: Session, reports: Iterable[Report]) -> None:
    """Let these reports know their visits: which family it is, and who went along (any phone may name a code: all of them).

    The family is that of the visit that named the code first. Another visit that names it, too, is noted for the handler.
    """
    for each in reports:
        query = (
            select(Record)
            .join(VisitTicket, (VisitTicket.visit_id == Record.id) & (VisitTicket.ticket_id == each.ticket_id))
            .where(Record.kind == "visit", Record.state == "live", Record.school_id == each.school_id)
        )
        for visit in session.scalars(query.order_by(Record.created_at, Record.id)):
            if _is_first(session, each, visit):
                each.visit_id, each.student_id, each.class_id = visit.id, visit.student_id, visit.class_id
            else:
                _note_claim(session, each, visit)
            widen(session, each, {visit.author_id, *visit.fields.get("visitors", ())})


def _is_first(session: Session, each: Report, visit: Record) -> bool:
    """Tell whether a visit is the one that a report is bound to, or there is none (any more)."""
    bound = session.get(Record, ("visit", each.visit_id)) if each.visit_id else None
    return bound is None or bound.state != "live" or bound.id == visit.id


def _note_claim(session: Session, each: Report, visit: Record) -> None:
    words = f"家访日期 {visit.fields.get('visit_date') or '没有写'}"
    if words not in said(session, each, "claimed"):
        note(session, each, "claimed", None, words)
