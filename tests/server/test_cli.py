"""The commands, as an operator gives them."""

import json
import sys
from collections.abc import Iterator

import pytest
from flask import Flask

from server import cli
from server.accounts.models import Staff
from server.config import Config, ConfigRefused
from server.db import Model, db, transaction
from server.demo.service import is_empty, refuse_in_production
from server.schools.service import add_centre

STRONG = "s" * 40


@pytest.fixture
def app(tmp_path, monkeypatch) -> Iterator[Flask]:
    monkeypatch.setenv("JIAFANG_DATA", str(tmp_path))
    monkeypatch.setenv("ARGON2_MEMORY_KIB", "8")
    monkeypatch.setenv("ARGON2_PASSES", "1")
    for name in ("DATABASE_URL", "JIAFANG_ENV", "SECRET_KEY", "PUBLIC_URL", "JIAFANG_DEMO"):
        monkeypatch.delenv(name, raising=False)
    app = cli.create_app()
    with app.app_context():
        Model.metadata.create_all(db.engine)
    return app


def run(app, *command):
    done = app.test_cli_runner().invoke(args=list(command))
    return done.exit_code, done.output


def test_publish_says_how_many_texts_changed(app):
    assert run(app, "publish") == (0, "0 texts published\n")


def test_demo_fills_an_empty_store_and_no_other(app):
    assert run(app, "demo") == (0, "demo data is in\n")
    assert run(app, "demo", "--if-empty") == (0, "")
    code, said = run(app, "demo")
    assert code == 1
    assert "not empty" in said
    assert run(app, "publish") == (0, "0 texts published\n")


def test_prepare_makes_an_empty_store_ready_and_a_second_time_changes_nothing(tmp_path, monkeypatch):
    for name, value in {"DATA": tmp_path / "new", "DEMO": "1"}.items():
        monkeypatch.setenv(f"JIAFANG_{name}", str(value))
    monkeypatch.setenv("ARGON2_MEMORY_KIB", "8")
    monkeypatch.setenv("ARGON2_PASSES", "1")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    fresh = cli.create_app()
    code, said = run(fresh, "prepare")
    assert (code, "demo data is in" in said) == (0, True)
    code, said = run(fresh, "prepare")
    assert (code, "demo data is in" in said) == (0, False)
    assert run(fresh, "publish") == (0, "0 texts published\n")


def test_prepare_puts_no_demo_data_where_none_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.setenv("JIAFANG_DATA", str(tmp_path / "new"))
    for name in ("DATABASE_URL", "JIAFANG_DEMO", "JIAFANG_ENV"):
        monkeypatch.delenv(name, raising=False)
    fresh = cli.create_app()
    assert run(fresh, "prepare")[0] == 0
    with fresh.app_context():
        assert is_empty()


def test_openapi_prints_the_contract(app):
    code, said = run(app, "openapi")
    assert code == 0
    assert json.loads(said)["info"]["title"] == "家访手记"


def test_check_is_content_with_a_fresh_store(app):
    assert run(app, "check") == (0, "ok\n")


@pytest.mark.parametrize("secret", ["", "short", "only-for-development"])
def test_a_production_start_refuses_a_secret_that_is_none(app, monkeypatch, secret):
    monkeypatch.setenv("JIAFANG_ENV", "production")
    monkeypatch.setenv("SECRET_KEY", secret)
    with pytest.raises(ConfigRefused, match="SECRET_KEY"):
        Config.from_env()


def test_a_production_start_refuses_demo_data(app, monkeypatch):
    monkeypatch.setenv("JIAFANG_ENV", "production")
    monkeypatch.setenv("SECRET_KEY", STRONG)
    production = cli.create_app()
    assert run(production, "check") == (0, "ok\n")
    assert run(production, "demo")[0] == 1
    with production.app_context(), transaction() as session:
        centre = add_centre(session, "中心")
        session.add(Staff(id="p", centre_id=centre, login="x", name="x", password_hash="!", demo=True))
    code, said = run(production, "check")
    assert code == 1
    assert "demo accounts" in said
    with pytest.raises(ConfigRefused, match="demo accounts"):
        _wsgi()


def test_a_production_start_that_asks_for_demo_data_is_refused(tmp_path):
    with pytest.raises(ConfigRefused, match="JIAFANG_DEMO"):
        refuse_in_production(Config(data_dir=tmp_path, production=True, demo=True))


def _wsgi():
    """Load what gunicorn loads."""
    sys.modules.pop("server.wsgi", None)
    import server.wsgi  # noqa: F401  # loading it is the test


def test_password_gives_one_that_opens_nothing_by_itself(app):
    assert run(app, "demo")[0] == 0
    code, said = run(app, "password", "head1")
    assert code == 0
    client, body = app.test_client(), {"login": "head1", "password": said.strip()}
    assert client.post("/api/v1/session", json=body).json["error"] == "password_once"
    assert client.post("/api/v1/session", json=body | {"new_password": "quiet-river-7"}).status_code == 200
    assert run(app, "password", "nobody")[0] == 1
