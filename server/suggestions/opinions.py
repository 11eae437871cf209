"""The opinions that teachers wrote down in a home, taken up as they arrive; told by `visits`, heard through `app.py`."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.campaign.listening import listening
from server.records.store import RecordState
from server.suggestions.models import ERASED, FROM_VISIT, Suggestion, SuggestionEvent
from server.suggestions.service import NewSuggestion, clean, follow, note, take_up, withdraw
from server.suggestions.tying import let_go
from server.visits.finishing import RecordsChanged

SOURCE = FROM_VISIT
WITHHELD = "withheld"
WORDLESS: dict[str, Any] = {
    **dict.fromkeys(("content", "later", "redacted", "measures", "result", "reply", "public_text", "public_done"), ""),
    **dict.fromkeys(("contact", "code_hash", "published_at"), None),
    "about_staff": [],
    "about_duties": [],
}


def hear(session: Session, news: RecordsChanged) -> None:
    """Take up each opinion among the records that changed, follow one that is known, take off the board what is taken back.

    不转达 stays with its author: such words are never copied here.
    """
    for record in news.records:
        if record.kind != "opinion" or record.state != "live":
            continue
        said = _said(record)
        if said is None:
            withdraw(session, SOURCE, record.id)
        elif not take_up(session, said).fresh:
            follow(session, said)


def erase_family(session: Session, student_id: str, told: Mapping[str, Collection[str]]) -> None:
    """Leave only ids of what came from a family: no word of it, of what was done about it, or of the reply stays.

    What was answered together with it keeps the reply that its own writers read, and no copy of what was written down about it.

    `told`: by source, the names under which its words were taken up.
    """
    theirs = Suggestion.student_id == student_id
    for source, refs in told.items():
        theirs |= (Suggestion.source == source) & Suggestion.ref.in_(sorted(refs))
    theirs &= Suggestion.state != ERASED
    ids = session.scalars(select(Suggestion.id).where(theirs).with_for_update()).all()
    tied = (Suggestion.tied_to.in_(ids)) & Suggestion.id.not_in(ids)
    session.execute(
        update(Suggestion).where(tied).values(measures="", result="")
    )  # copies of what was done for the family
    let_go(session, ids)
    session.execute(update(Suggestion).where(Suggestion.id.in_(ids)).values(state=ERASED, **WORDLESS))
    session.execute(update(SuggestionEvent).where(SuggestionEvent.suggestion_id.in_(ids)).values(words=""))
    for each in session.scalars(select(Suggestion).where(Suggestion.id.in_(ids))):
        note(session, each, "erased", None)


def _said(record: RecordState) -> NewSuggestion | None:
    """Read an opinion's record; None, if it says nothing or is not to be passed on."""
    fields = record.fields
    text = clean(str(fields.get("text") or ""))
    if not text or fields.get("pass_on") == WITHHELD:
        return None
    return NewSuggestion(
        school_id=record.school_id,
        source=SOURCE,
        ref=record.id,
        text=text,
        kind=_known("kind", fields.get("kind"), "suggestion"),
        asker=_known("asker", fields.get("from"), "family"),
        about_teacher=bool(fields.get("about_staff")),
        named=fields.get("pass_on") == "named",
        class_id=record.class_id,
        student_id=record.student_id,
        visit_id=record.visit_id,
        author_id=record.author_id,
    )


def _known(field: str, code: object, otherwise: str) -> str:
    """Give a choice of ours; a phone's form may know more of them than we do."""
    return next((each.code for each in listening().codes[field] if each.code == code), otherwise)
