"""Words of an answer that the class's teachers could read, and that now only others may: their phones take them away."""

from sqlalchemy.orm import Session

from server.feedback.joining import audience, tell
from server.feedback.models import Feedback
from server.feedback.telling import SOURCE
from server.suggestions.happened import WordsMoved


def hear(session: Session, news: WordsMoved) -> None:
    """Let the phones that hold an answer fetch it anew; it comes without its words."""
    each = session.get(Feedback, news.ref, with_for_update=True) if news.source == SOURCE else None
    if each is not None and each.state == "live":
        each.rev += 1
        tell(session, each, audience(each))
