"""What of an answer goes on to be worked with: its words, as a suggestion with a life of its own."""

from server.feedback.models import Feedback
from server.suggestions.service import NewSuggestion

SOURCE = "link"


def suggested(each: Feedback) -> NewSuggestion:
    """Write an answer's words as a suggestion. The visited teacher is not thereby named: only the words name anybody."""
    return NewSuggestion(
        school_id=each.school_id,
        source=SOURCE,
        ref=each.id,
        text=each.text,
        kind=each.text_kind,
        topic=each.topic,
        visible_to=each.visible_to,
        named=False,
        class_id=each.class_id,
        student_id=each.student_id,
        visit_id=each.visit_id,
        author_id=each.entered_by,
        contact=each.contact,
    )
