"""Whether the system can serve right now, and its API in the words of OpenAPI."""

import os
import threading
import time
from dataclasses import dataclass, field
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

PROOF_SECONDS = 5


@dataclass
class Proof:
    """When this process last wrote to the storage and saw that it works: whoever may ask must not wear out the disk.

    Only a success is kept, and for 5 seconds: a failure is asked again each time, so its end is seen at once.
    """

    until: float = -1.0  # of the monotonic clock
    asking: threading.Lock = field(default_factory=threading.Lock)

    def holds(self, folder: Path) -> bool:
        """Tell whether the storage works, or did so a few seconds ago."""
        with self.asking:
            if time.monotonic() < self.until:
                return True
            works = _storage_works(folder)
            self.until = time.monotonic() + PROOF_SECONDS if works else -1.0
            return works


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """Answer 200 when the database and the photo store work, else 503 with what does not."""
    config: Config = current_app.config["JIAFANG"]
    proof: Proof = current_app.extensions.setdefault("jiafang.proof", Proof())
    parts = {"database": _database_works(), "storage": proof.holds(config.data_dir)}
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
