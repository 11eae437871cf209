"""Short questions to the store."""

from sqlalchemy import func, select

from server.db import reading


def rows(query):
    with reading() as session:
        return [tuple(row) for row in session.execute(query)]


def count(model, *where):
    ((found,),) = rows(select(func.count()).select_from(model).where(*where))
    return found
