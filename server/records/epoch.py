"""The store's epoch: it changes when a backup is put back, and tells the phones to start their reading afresh."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.db import insert_into, new_id, reading, transaction
from server.records.models import Epoch


def current(session: Session) -> str | None:
    """Read the epoch; None in a store that has never been served."""
    return session.scalar(select(Epoch.value).where(Epoch.id == 1))


def ensure() -> str:
    """Read the epoch, and make it in a new store: whoever comes first decides."""
    with reading() as session:
        known = current(session)
    if known:
        return known
    with transaction() as session:
        session.execute(insert_into(session, Epoch.__table__).values(id=1, value=new_id()).on_conflict_do_nothing())
        return session.scalars(select(Epoch.value).where(Epoch.id == 1)).one()


def rotate(session: Session) -> str:
    """Begin a new epoch; the phones learn of it in their next round."""
    fresh = new_id()
    session.execute(insert_into(session, Epoch.__table__).values(id=1, value=fresh).on_conflict_do_nothing())
    session.execute(update(Epoch).where(Epoch.id == 1).values(value=fresh))
    return fresh
