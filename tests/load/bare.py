"""The floor: what any Flask server must do for one entry. One JSON parse and one row; a photo is one file and its fsync.

Served by gunicorn with the product's own settings, so that the difference is the product's work and nothing else.
"""

import hashlib
import json
import os
import sqlite3
import threading
from pathlib import Path

from flask import Flask, request

DATA = Path(os.environ["JIAFANG_DATA"])
app = Flask(__name__)
kept = threading.local()


def connection() -> sqlite3.Connection:
    """Give this thread's connection, opened once: WAL and full sync, as the product has."""
    if not hasattr(kept, "connection"):
        kept.connection = sqlite3.connect(DATA / "bare.sqlite3", timeout=10, isolation_level=None)
        kept.connection.execute("PRAGMA journal_mode=WAL")
        kept.connection.execute("PRAGMA synchronous=FULL")
    return kept.connection


@app.get("/healthz")
def healthz() -> dict[str, bool]:
    """Make the table and say yes."""
    connection().execute("CREATE TABLE IF NOT EXISTS entries (id TEXT PRIMARY KEY, body TEXT)")
    return {"ok": True}


@app.post("/entry")
def entry() -> dict[str, bool]:
    """Take one entry."""
    body = json.loads(request.get_data())
    connection().execute("INSERT INTO entries VALUES (?, ?)", (body["id"], json.dumps(body, ensure_ascii=False)))
    return {"ok": True}


@app.put("/photo/<name>")
def photo(name: str) -> dict[str, bool]:
    """Take one photo: check its hash, write, fsync file and folder."""
    data = request.get_data()
    path = DATA / hashlib.sha256(data).hexdigest()
    with path.open("wb") as file:
        file.write(data)
        os.fsync(file.fileno())
    folder = os.open(DATA, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    return {"ok": path.name == name}
