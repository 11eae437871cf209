"""Runs migrations on the application's own engine, in one writing transaction."""

from typing import Any, Literal

from alembic import context
from flask import current_app

from server.db import Json, Model, Utc


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our column types as what they are in the database, so that a migration never changes with the code."""
    if kind == "type" and isinstance(item, Utc):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Json):
        return "sa.Text()"
    return False


engine = current_app.extensions["migrate"].db.engine.execution_options(jiafang_writes=True)
with engine.connect() as connection:
    context.configure(
        connection=connection, target_metadata=Model.metadata, render_item=render_item, render_as_batch=True
    )
    with context.begin_transaction():
        context.run_migrations()
