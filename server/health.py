"""Whether the system can serve right now, and its API in the words of OpenAPI."""

import os
from pathlib import Path

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from server.api import contract
from server.config import Config
from server.db import new_id, reading
from server.records.models import Epoch
from server.web import public

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """Answer 200 when the database and the photo store work, else 503 with what does not."""
    config: Config = current_app.config["JIAFANG"]
    parts = {"database": _database_works(), "storage": _storage_works(config.data_dir)}
    well = all(parts.values())
    return {"status": "ok" if well else "failing", **parts}, 200 if well else 503


@bp.get("/api/v1/openapi.json")
@public
def openapi() -> ResponseReturnValue:
    """Give the contract of the API, made from the schemas."""
    return contract(current_app)


def _database_works() -> bool:
    try:
        with reading() as session:
            session.execute(select(Epoch.id).limit(1))
    except SQLAlchemyError:
        return False
    return True


def _storage_works(folder: Path) -> bool:
    """Write one byte and take it away again: a full or read-only disk shows only so."""
    probe = folder / f"healthz-{new_id()}"
    try:
        with probe.open("xb") as file:
            file.write(b"1")
            file.flush()
            os.fsync(file.fileno())
        probe.unlink()
    except OSError:
        probe.unlink(missing_ok=True)
        return False
    return True
