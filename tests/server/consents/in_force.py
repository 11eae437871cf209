"""Which words about a student count today."""

from server.consents.service import words_said


def words_in_force(session, student_id):
    """List those that nobody took back or replaced."""
    return [each for each in words_said(session, student_id) if each.withdrawn_at is None]
