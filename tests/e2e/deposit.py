"""What another phone of the same person would send: edits deposited under the token that a test's phone holds."""

import json
import urllib.request
import uuid
from collections.abc import Mapping
from typing import Any

from tests.e2e.conftest import Phone, Server

Json = dict[str, Any]
TOKEN = """() => new Promise((done, failed) => {
  const opening = indexedDB.open("outbox");
  opening.onerror = () => failed(opening.error);
  opening.onsuccess = () => {
    const all = opening.result.transaction("persons").objectStore("persons").getAll();
    all.onsuccess = () => { opening.result.close(); done(all.result.find(each => each.signedIn)); };
  };
})"""


class Depositor:
    """One person's other phone: it needs the first one only to learn the token."""

    def __init__(self, phone: Phone, server: Server) -> None:
        person = phone.page.evaluate(TOKEN)
        self.staff, self.token = person["id"], person["token"]
        self.url = f"http://127.0.0.1:{server.port}/api/v1/sync"

    def push(self, *edits: Json) -> list[Json]:
        """Send edits past the wire that the test may have cut; returns the outcomes."""
        body = json.dumps({"edits": edits}).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Device {self.token}"}
        with urllib.request.urlopen(urllib.request.Request(self.url, body, headers), timeout=20) as answer:
            return json.load(answer)["outcomes"]

    def write(self, record: str, **fields: Any) -> Json:
        """Write fields of a record as one who saw none of them; `visit_date=("2026-10-14", "2026-10-15")` saw the first."""
        sets = {name: list(value) for name, value in fields.items() if isinstance(value, frozenset)}
        changes = {
            name: {"old": value[0], "new": value[1]} if isinstance(value, tuple) else {"old": None, "new": value}
            for name, value in fields.items()
            if name not in sets
        }
        members = {name: {"add": value, "remove": []} for name, value in sets.items()}
        (outcome,) = self.push(edit(record, changes=changes, members=members))
        return outcome


def edit(record: str, op: str = "edit", **more: Any) -> Json:
    """Make an edit as it goes on the wire."""
    plain: Mapping[str, Any] = {"changes": {}, "members": {}, "args": {}, "after": None}
    made = "2026-11-24T20:00:00+08:00"
    return {"id": str(uuid.uuid4()), "record": record, "op": op, "v": 1, "made_at": made, **plain, **more}
