"""The floor: what any Flask server must do for one entry. One JSON parse and one row; a photo is one file and its
fsync; a form is validated and answered with a page.

Served by gunicorn with the product's own settings, so that the difference is the product's work and nothing else.
"""

import hashlib
import json
import os
import sqlite3
import threading
import uuid
from pathlib import Path

from flask import Flask, render_template_string, request
from wtforms import Form, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

DATA = Path(os.environ["JIAFANG_DATA"])
PAGE = "<!doctype html><title>收到</title><p>{{ form.text.data }}</p>{{ form.who.errors | join }}"
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


class BareForm(Form):
    """What a family's form holds at the least: three choices and words."""

    who = RadioField(choices=[SelectChoice("mother", "母亲"), SelectChoice("father", "父亲")])
    visit_happened = RadioField(choices=[SelectChoice("agreed", "约好来的"), SelectChoice("not", "没来")])
    overall = RadioField(choices=[SelectChoice("satisfied", "满意"), SelectChoice("not", "不满意")])
    text = TextAreaField(validators=[Length(max=400)])


@app.post("/form")
def form() -> tuple[str, int]:
    """Take one form: validate it, one row, and a page that says so."""
    said = BareForm(request.form)
    if not said.validate():
        return render_template_string(PAGE, form=said), 422
    connection().execute("INSERT INTO entries VALUES (?, ?)", (str(uuid.uuid4()), json.dumps(said.data)))
    return render_template_string(PAGE, form=said), 200


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
