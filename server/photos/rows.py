"""How photo rows are put in where another request may have put them in already."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from server.db import Model


def insert_new(session: Session, model: type[Model], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows; one whose key is there already stays as it is."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.connection().execute(insert(model).on_conflict_do_nothing(), list(rows))
