"""What a person put right about a word stays, whatever the machine reads in it anew."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.suggestions.models import Suggestion, SuggestionEvent


def as_sorted(session: Session, each: Suggestion, reading: Mapping[str, Any]) -> dict[str, Any]:
    """Give a new reading of a word with the topic that a person chose, and with their words while it says the same."""
    ours = (SuggestionEvent.suggestion_id == each.id) & (SuggestionEvent.what == "sorted")
    if session.scalar(select(SuggestionEvent.id).where(ours).limit(1)) is None:
        return dict(reading)
    kept = {"topic": each.topic} | ({"redacted": each.redacted} if reading["content"] == each.content else {})
    return {**reading, **kept}
