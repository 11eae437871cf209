"""回应公示: what was said in general and what was done, for everybody; a person publishes it, after a look for names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.actor import Actor
from server.db import transaction
from server.errors import Clash, Unprocessable
from server.schools.settings import settings_of
from server.suggestions.circles import on_board, to_lead
from server.suggestions.models import Suggestion
from server.suggestions.naming import recognisable_in
from server.suggestions.roster import roster_for
from server.suggestions.service import note
from server.times import shanghai_day, utc_now

SHOWN = 50


@dataclass(frozen=True)
class Told:
    """One answer for everybody: about what, what was said in general, what was done, and in which month."""

    topic: str
    said: str
    done: str
    month: date


def publish(actor: Actor, suggestion_id: str, said: str, done: str) -> None:
    """Put an answer on the public page.

    Raises: NotFound, if it is not this person's to publish. Clash, if it is not answered yet, is praise, or the school publishes
    nothing. Unprocessable, if the words name anybody of the school, a class or a number. Nothing is changed then.
    """
    with transaction() as session:
        each = to_lead(session, actor, suggestion_id)
        if not settings_of(session, each.school_id).publishes:
            raise Clash(message="回应公示现在关着，没有公示。要公示，请先到“设置”里打开。")
        if each.replied_at is None or each.kind == "praise":
            raise Clash(message="答复过的建议和问题才能公示。")
        found = recognisable_in(roster_for(session, each.school_id, f"{said}\n{done}"), f"{said}\n{done}")
        if found:
            told = f"这些会让人认出是谁，请换个说法再公示：{'、'.join(found)}"
            raise Unprocessable(message=told, details={"field": "public_text"})
        each.public_text, each.public_done, each.published_at = said, done, utc_now()
        note(session, each, "published", actor.staff_id, f"{said}\n{done}")


def take_down(actor: Actor, suggestion_id: str) -> None:
    """Take an answer off the public page; its words stay for another time."""
    with transaction() as session:
        each = to_lead(session, actor, suggestion_id)
        if each.published_at is not None:
            each.published_at = None
            note(session, each, "unpublished", actor.staff_id)


def published(session: Session, school_id: str) -> Sequence[Told]:
    """Give the newest answers on a school's public page; none, if the school publishes nothing.

    Raises: NotFound, if there is no such school.
    """
    if not settings_of(session, school_id).publishes:
        return []
    shown = on_board(school_id) & Suggestion.published_at.is_not(None)
    query = select(Suggestion).where(shown).order_by(Suggestion.published_at.desc(), Suggestion.id).limit(SHOWN)
    return [
        Told(each.topic, each.public_text, each.public_done, shanghai_day(each.published_at).replace(day=1))
        for each in session.scalars(query)
        if each.published_at
    ]
