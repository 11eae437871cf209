"""What a family reports in confidence on its page, handed on to who handles it."""

from dataclasses import replace

from server.confidence.service import NewReport, Reported
from server.feedback.models import Feedback, Ticket
from server.feedback.saying import Said
from server.feedback.telling import SOURCE
from server.suggestions.service import clean


def apart(said: Said, reported: Reported) -> tuple[Said, Reported]:
    """Leave a number beside a report and no other words to the report's handler: the office has nothing to call about."""
    if not reported or clean(said.text):
        return said, reported
    return replace(said, contact=""), reported.reached_by(clean(said.contact))


def new_report(each: Feedback, ticket: Ticket, reported: Reported) -> NewReport:
    """Write it as `confidence` takes it in; the visited teacher is among those whom it may be about."""
    return NewReport(
        school_id=each.school_id,
        source=SOURCE,
        ref=each.form_id,
        reasons=reported.reasons,
        text=reported.text,
        to=reported.to,
        visited_staff_ids=(ticket.staff_id,),
        class_id=each.class_id,
        student_id=each.student_id,
        visit_id=each.visit_id,
        ticket_id=ticket.id,
        code_hash=each.code_hash,
        reply_wanted=reported.reply_wanted,
    )
