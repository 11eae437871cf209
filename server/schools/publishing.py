"""The campaign and its cards on their way to the phones: rows like any other, renewed only when their words change."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.campaign.notice import Card, notice
from server.campaign.writing import writing
from server.db import RowChange, new_id, note_change
from server.schools.models import Centre, PublishedText, School

Place = tuple[str, str]  # kind, key


def publish(session: Session) -> int:
    """Bring every school's texts up to the program's; gives how many rows changed. A second time it changes nothing."""
    changed = 0
    schools = (
        select(School.id, School.name, Centre.name).join(Centre, Centre.id == School.centre_id).order_by(School.id)
    )
    for school_id, school_name, centre_name in session.execute(schools).all():
        changed += _publish_to(session, school_id, dict(_texts(school_name, centre_name)))
    return changed


def _publish_to(session: Session, school_id: str, texts: dict[Place, dict[str, Any]]) -> int:
    query = select(PublishedText).where(PublishedText.school_id == school_id)
    kept = {(each.kind, each.key): each for each in session.scalars(query)}
    scope = (f"school:{school_id}",)
    changed = 0
    for place in dict.fromkeys((*texts, *kept)):
        row, body = kept.get(place), texts.get(place)
        if row is None:
            kind, key = place
            row = PublishedText(id=new_id(), school_id=school_id, kind=kind, key=key, withdrawn=True, rev=0, body={})
            session.add(row)
        if row.withdrawn == (body is None) and (body is None or row.body == body):
            continue
        row.body, row.withdrawn, row.rev = body or row.body, body is None, row.rev + 1
        places = {"scopes": (), "removed_from": scope} if body is None else {"scopes": scope}
        note_change(session, RowChange(school_id, row.kind, row.id, row.rev, **places))
        changed += 1
    return changed


def _texts(school_name: str, centre_name: str) -> Iterator[tuple[Place, dict[str, Any]]]:
    told = notice()
    yield (
        ("campaign", "notice"),
        {
            "school": school_name,
            "title": told.title,
            "theme": told.theme,
            "document": told.document,
            "dates": dict(told.dates),
            "codes": {
                field: [{"code": one.code, "label": one.label, "short": one.short} for one in choices]
                for field, choices in told.codes.items()
            },
            "fields": dict(told.fields),
            "writing": writing().on_the_wire(),
        },
    )
    for card in told.cards:
        yield ("card", card.key), _card(card, centre_name)


def _card(card: Card, centre_name: str) -> dict[str, Any]:
    text = card.text.replace("{centre}", centre_name)
    return {"group": card.group, "title": card.title, "text": text, "order": card.order}
