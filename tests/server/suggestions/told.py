"""What was told, for the tests: opinions on a phone's wire, words taken up by hand, and looks into the table."""

from sqlalchemy import select

from server.accounts.devices import actor_of_token
from server.db import new_id, reading, transaction
from server.suggestions.models import Suggestion, SuggestionEvent
from server.suggestions.service import NewSuggestion, last_done, take_up
from tests.server.sync.phone import edit, id_of


def opinion(visit, text, id_=None, **fields):
    """Make the edit that writes an opinion down at a visit."""
    values = {"visit_id": id_of(visit), "text": text, "from": "family", "kind": "suggestion", **fields}
    values = {name: value for name, value in values.items() if value is not None}
    changes = {name: (None, value) for name, value in values.items()}
    return edit(f"opinion:{id_ or new_id()}", changes, after=visit["id"])


def change(made, name, old, new):
    """Make the edit that changes one field of an opinion."""
    return edit(made["record"], {name: (old, new)})


def tell(world, text="食堂的汤常是凉的", *, school=1, **more):
    """Take a word up, from the box unless said otherwise; gives what became of it."""
    values = {"source": "box", "ref": new_id(), "kind": "suggestion", **more}
    with transaction() as session:
        return take_up(session, NewSuggestion(school_id=world.schools[school], text=text, **values))


def all_of(ref=None):
    """Give the rows, or those of one ref."""
    with reading() as session:
        query = select(Suggestion).order_by(Suggestion.id)
        return session.scalars(query.where(Suggestion.ref == ref) if ref else query).all()


def one(ref):
    (found,) = all_of(ref)
    return found


def events(suggestion_id):
    with reading() as session:
        query = select(SuggestionEvent.what).where(SuggestionEvent.suggestion_id == suggestion_id)
        return list(session.scalars(query.order_by(SuggestionEvent.id)))


def by(world, login):
    """Give who signs in by this name, as the services ask for them."""
    return actor_of_token(world.tokens[login])


def seen(id_):
    """Name the last thing that was done about one, as its page does."""
    with reading() as session:
        return last_done(session, id_)
