"""When the visit of a reported page arrives or changes, whoever went along may be whom the report is about."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.confidence.cases import widen
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
    """Let these reports know their visits: which family it is, and who went along (any phone may name a code: all of them)."""
    for each in reports:
        query = (
            select(Record)
            .join(VisitTicket, (VisitTicket.visit_id == Record.id) & (VisitTicket.ticket_id == each.ticket_id))
            .where(Record.kind == "visit", Record.state == "live", Record.school_id == each.school_id)
        )
        for visit in session.scalars(query.order_by(Record.id)):
            each.visit_id, each.student_id, each.class_id = visit.id, visit.student_id, visit.class_id
            widen(session, each, {visit.author_id, *visit.fields.get("visitors", ())})
