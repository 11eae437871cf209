"""The server under torture: the real application on a real store that is set back to its first day for every example."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import URL, Connection, create_engine, event, make_url, select, text
from sqlalchemy.orm import Session

from server.accounts import service as accounts
from server.accounts.models import Device, Duty, SignInSession
from server.app import create_app
from server.config import Config
from server.db import Model, db, new_id, reading, transaction
from server.records.models import Epoch
from server.sync import erased
from server.times import shanghai_day, utc_now
from tests.server.world import World, build_world
from tests.torture.stores import Answer, NoAnswerError

# Three phones; on two of them two persons, and two persons with a phone of their own beside a shared one.
PHONES = {"a": ("t101", "t102"), "b": ("t102", "t103"), "c": ("head1",)}
STUDENTS_PER_CLASS = 3


class ServerKilled(BaseException):
    """The server's process is gone in the middle of a request."""


def token_of(phone: str, login: str) -> str:
    """Name the device token of one person on one phone."""
    return f"phone-{phone}-{login}"


def today() -> date:
    """Tell the day it is at the school."""
    return shanghai_day(utc_now())


@dataclass
class House:
    """One application and its store; `reset` gives the first day back, `post` is the wire."""

    config: Config
    app: Flask
    world: World
    devices: dict[tuple[str, str], str]  # (phone, login) → device id
    template: Path | URL
    commits_left: int | None = None  # commits until the server's process is killed

    def reset(self) -> None:
        """Put the store back to its first day."""
        self.commits_left = None
        for folder in ("photos", "thumbs", "partials"):
            shutil.rmtree(self.config.data_dir / folder, ignore_errors=True)
        erased.path_of(self.app.extensions["jiafang.photos"].store).unlink(missing_ok=True)
        with self.app.app_context():
            db.engine.dispose()
            if isinstance(self.template, URL):
                _copy_postgres(self.template, make_url(self.config.sqlalchemy_url))
            else:
                _copy_sqlite(self.template, _file_of(self.config))

    def keep_as_first_day(self) -> None:
        """Let the store as it is now be its first day."""
        with self.app.app_context():
            db.engine.dispose()
            self.template = _keep_template(self.config)

    def post(self, token: str, body: dict[str, Any]) -> Answer:
        """Send one round; raises NoAnswerError when the server dies in the middle."""
        headers = {"Authorization": f"Device {token}"}
        try:
            reply = self.app.test_client().post("/api/v1/sync", json=body, headers=headers)
        except ServerKilled:
            raise NoAnswerError from None
        finally:
            self.commits_left = None
        return Answer(reply.status_code, reply.get_json(silent=True))

    @contextmanager
    def look(self) -> Iterator[Session]:
        """Look into the store, in one snapshot."""
        with self.app.app_context(), reading() as session:
            yield session

    @contextmanager
    def act(self) -> Iterator[Session]:
        """Change the store by one transaction, as the school's office does."""
        with self.app.app_context(), transaction() as session:
            yield session

    def epoch(self) -> str:
        """Tell the store's present life."""
        with self.look() as session:
            return session.scalar(select(Epoch.value))

    def sign(self, phone: str, login: str, *, signed_in: bool) -> None:
        """End or renew the session that a phone's token reads by."""
        with self.act() as session:
            mine = session.get_one(Device, self.devices[phone, login])
            mine.session_id = _add_session(session, mine.staff_id) if signed_in else None

    def signed_in(self, phone: str, login: str) -> bool:
        """Tell whether a phone's token may read now."""
        with self.look() as session:
            return session.get_one(Device, self.devices[phone, login]).session_id is not None

    def set_duty(self, staff: str, kind: str, class_id: str, *, on: bool) -> None:
        """Give somebody a duty, or end it (yesterday was its last day)."""
        yesterday = today() - timedelta(days=1)
        with self.act() as session:
            mine = (Duty.staff_id == staff, Duty.kind == kind, Duty.class_id == class_id, Duty.to_on.is_(None))
            known = session.scalar(select(Duty.id).where(*mine))
            if known is None and on:
                accounts.give_duty(session, staff, accounts.NewDuty(kind, yesterday, class_id=class_id))
            elif known is not None and not on:
                accounts.end_duty(session, known, yesterday)


def build_house(config: Config) -> House:
    """Make the application and its first day, and keep a copy of that day."""
    app = create_app(config)
    app.testing = True
    with app.app_context():
        Model.metadata.create_all(db.engine)
        world = build_world(app, students_per_class=STUDENTS_PER_CLASS)
        devices = _add_phones(world)
        engine = db.engine
        engine.dispose()
    house = House(config, app, world, devices, _keep_template(config))
    event.listen(engine, "commit", lambda connection: _count_commit(house, connection))
    return house


def _count_commit(house: House, connection: Connection) -> None:
    """Kill the server instead of its next commit, when its time has come."""
    if house.commits_left is not None:
        house.commits_left -= 1
        if house.commits_left < 0:
            house.commits_left = None
            connection.invalidate()  # a dead process keeps no connection
            raise ServerKilled


def _add_phones(world: World) -> dict[tuple[str, str], str]:
    devices = {}
    with transaction() as session:
        for phone, logins in PHONES.items():
            for login in logins:
                devices[phone, login], staff = new_id(), world.staff[login]
                device = Device(id=devices[phone, login], staff_id=staff, name=phone, created_at=utc_now())
                device.token_hash, device.session_id = _hash(token_of(phone, login)), _add_session(session, staff)
                session.add(device)
    return devices


def _add_session(session: Session, staff: str) -> str:
    now, sign_in = utc_now(), new_id()
    row = SignInSession(id=sign_in, staff_id=staff, token_hash=_hash(sign_in), created_at=now)
    row.expires_at = now + timedelta(days=30)
    session.add(row)
    session.flush()
    return sign_in


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _file_of(config: Config) -> Path:
    return config.data_dir / "jiafang.sqlite3"


def _keep_template(config: Config) -> Path | URL:
    if config.database_url:
        source = make_url(config.sqlalchemy_url)
        template_url = source.set(database=f"{source.database}_first_day")
        _copy_postgres(source, template_url)
        return template_url
    template = config.data_dir / "first_day.sqlite3"
    shutil.copyfile(_file_of(config), template)
    return template


def _copy_sqlite(source: Path, target: Path) -> None:
    for beside in ("-wal", "-shm"):
        target.with_name(target.name + beside).unlink(missing_ok=True)
    shutil.copyfile(source, target)


def _copy_postgres(source: URL, target: URL) -> None:
    """Copy one whole database over another; nobody is connected to either."""
    admin = create_engine(source.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{target.database}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{target.database}" TEMPLATE "{source.database}"'))
    admin.dispose()
