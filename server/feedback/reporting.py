"""What a family reports in confidence on its page, handed on to who handles it."""

from server.confidence.service import NewReport, Reported
from server.feedback.models import Feedback, Ticket
from server.feedback.telling import SOURCE


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
