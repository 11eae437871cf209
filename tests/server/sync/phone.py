"""A phone for the tests of the wire: it makes edits, sends rounds, and remembers nothing."""

from collections.abc import Mapping
from typing import Any

import orjson
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.db import new_id
from tests.server.world import World

Json = dict[str, Any]


class Phone:
    """One person's phone."""

    def __init__(self, client: FlaskClient, world: World, login: str) -> None:
        self.client, self.world, self.login = client, world, login
        self.staff = world.staff[login]

    def post(self, body: object, **headers: str) -> TestResponse:
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        sent = {"Content-Type": "application/json", **self.world.headers(self.login), **headers}
        return self.client.post("/api/v1/sync", data=data, headers=sent)

    def round(self, *edits: Json, pull: Json | None = None, **body: Any) -> Json:
        response = self.post({"edits": list(edits), **({"pull": pull} if pull else {}), **body})
        assert response.status_code == 200, response.text
        return orjson.loads(response.data)

    def push(self, *edits: Json) -> list[Json]:
        return self.round(*edits)["outcomes"]

    def rows(self) -> dict[tuple[str, str], Json]:
        """Pull everything from nothing; returns {(kind, id): row}, the same in every scope."""
        found: dict[tuple[str, str], Json] = {}
        for change in self.round(pull={"limit": 500, "scopes": {}})["changes"]:
            if change["op"] == "put":
                key = (change["kind"], change["id"])
                assert found.setdefault(key, change["row"]) == change["row"]
        return found

    def row(self, kind: str, id_: str) -> Json:
        return self.rows()[kind, id_]


def edit(
    record: str,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    *,
    after: str | None = None,
    members: Mapping[str, Json] | None = None,
    **more: Any,
) -> Json:
    """Make an edit; `changes` maps a field to (old, new)."""
    return {
        "id": new_id(),
        "record": record,
        "after": after,
        "op": "edit",
        "v": 1,
        "made_at": "2026-09-30T19:58:11+08:00",
        "changes": {name: {"old": old, "new": new} for name, (old, new) in (changes or {}).items()},
        "members": dict(members or {}),
        "args": {},
        **more,
    }


def new_visit(world: World, student: str = "1/0/0", **fields: Any) -> Json:
    """Make the edit that begins a visit; sets are given as lists."""
    values = {"student_id": world.students[student], "visit_date": "2026-09-30", "visit_form": "home", **fields}
    sets = {name: {"add": value, "remove": []} for name, value in values.items() if isinstance(value, list)}
    plain = {name: (None, value) for name, value in values.items() if not isinstance(value, list)}
    return edit(f"visit:{new_id()}", plain, members=sets)


def resolve(conflict: str, seen_rev: int, choice: str, value: Any = None, **more: Any) -> Json:
    """Make the edit that settles a conflict."""
    args = {"seen_rev": seen_rev, "choice": choice, **({"value": value} if value is not None else {}), **more}
    return edit(f"conflict:{conflict}", op="resolve", args=args)


def merge(losing: str, into: str) -> Json:
    """Make the edit that merges one visit into another."""
    return edit(losing, op="merge", args={"into": into.partition(":")[2]})


def id_of(made: Json) -> str:
    """Give the id of the record that an edit names."""
    return made["record"].partition(":")[2]
