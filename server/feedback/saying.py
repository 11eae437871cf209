"""What a family says in an answer, and how it is put in place of what it said before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from server.feedback.joining import audience, tell
from server.feedback.models import NOT_COME, Feedback
from server.feedback.telling import SOURCE, suggested
from server.suggestions.service import clean, follow, take_up, withdraw

CONTACT_MAX_CHARS = 32


@dataclass(frozen=True)
class Said:
    """What a family wrote: codes by question, and its words with whom they are for."""

    answers: Mapping[str, Any]
    text: str = ""
    text_kind: str = "suggestion"
    topic: str = "other"
    visible_to: str = "school"
    contact: str = ""


def rewrite(session: Session, each: Feedback, said: Said) -> None:
    """Let an answer say something else, and its words with it; whoever may read it is told."""
    before = audience(each)
    was, now = (one.answers.get("visit_happened") for one in (each, said))
    if now != was:
        each.checked_at = None
        each.told_before = (each.told_before or was) if now == NOT_COME else None
    write(each, said)
    each.rev += 1
    session.flush()
    if not each.text:
        withdraw(session, SOURCE, each.id)
    elif not take_up(session, suggested(each)).fresh:
        follow(session, suggested(each))
    tell(session, each, before)


def write(each: Feedback, said: Said) -> None:
    """Write what was said into its row."""
    for name, value in _kept(each, said).items():
        setattr(each, name, value)


def differs(each: Feedback, said: Said) -> bool:
    """Tell whether something else was said than stands in the row."""
    return any(getattr(each, name) != value for name, value in _kept(each, said).items())


def _kept(each: Feedback, said: Said) -> dict[str, Any]:
    return {
        "answers": {name: value for name, value in said.answers.items() if value},
        "text": clean(said.text),
        "text_kind": said.text_kind,
        "topic": said.topic,
        "visible_to": said.visible_to,
        "contact": None if each.contact_forgotten else clean(said.contact)[:CONTACT_MAX_CHARS] or None,
    }
