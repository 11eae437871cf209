"""A phone that only reads, as the protocol asks for it, and records to read."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select, update

from server.accounts.devices import actor_of_token
from server.accounts.models import Duty
from server.db import RowChange, note_change, transaction
from server.records.models import Record
from server.sync import pull
from server.times import utc_now


@dataclass
class Reader:
    """Rows by (scope, kind, id), cursors by scope; checks every page that it takes."""

    token: str
    rows: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)
    cursors: dict[str, int] = field(default_factory=dict)
    epoch: str | None = None

    def ask(self, limit: int = 500) -> dict[str, Any]:
        return pull.answer(actor_of_token(self.token), {"limit": limit, "scopes": dict(self.cursors)}, self.epoch)

    def take(self, answer: dict[str, Any]) -> None:
        if answer["pull"] == "restart":
            self.rows, self.cursors, self.epoch = {}, {}, answer["epoch"]
            return
        self.epoch = answer["epoch"]
        for scope, state in answer["scopes"].items():
            self._take_scope(scope, state, [each for each in answer["changes"] if each["scope"] == scope])
        for scope in answer["revoked"]:
            self.drop(scope)
            del self.cursors[scope]

    def _take_scope(self, scope, state, changes):
        before = self.cursors.get(scope, 0)
        seqs = [change["seq"] for change in changes]
        assert seqs == sorted(set(seqs))
        assert all(before < seq <= state["cursor"] for seq in seqs)
        assert state["cursor"] >= before
        if state["reset"]:
            self.drop(scope)
        for change in changes:
            key = (scope, change["kind"], change["id"])
            self.rows.pop(key, None)
            if change["op"] == "put":
                self.rows[key] = change
        self.cursors[scope] = state["cursor"]
        if not state["more"]:
            held = [change["seq"] for key, change in self.rows.items() if key[0] == scope]
            assert state["digest"] == {"n": len(held), "seqs": str(sum(held))}

    def drop(self, scope: str) -> None:
        self.rows = {key: row for key, row in self.rows.items() if key[0] != scope}

    def read_all(self, limit: int = 500) -> int:
        """Pull until there is no more; returns how many rounds it took."""
        for rounds in range(1, 1000):
            answer = self.ask(limit)
            assert len(answer["changes"]) <= limit
            self.take(answer)
            if answer["pull"] == "ok" and not any(state["more"] for state in answer["scopes"].values()):
                return rounds
        raise AssertionError("a pull that never ends")

    def ids(self, kind: str) -> set[str]:
        return {id_ for _, kind_, id_ in self.rows if kind_ == kind}


def write_visit(world, id_: str, class_id: str | None, people=(), *, leaves=(), text="在家") -> None:
    """Write a visit, or write it again, in one transaction; `leaves` are the scopes that lose it."""
    with transaction() as session:
        rev = (session.scalar(select(Record.rev).where(Record.kind == "visit", Record.id == id_)) or 0) + 1
        if rev == 1:
            session.execute(insert(Record.__table__), [_visit(world, id_, class_id, text)])
        else:
            change = update(Record).where(Record.kind == "visit", Record.id == id_)
            session.execute(change.values(rev=rev, fields={"at_home": text}))
        scopes = (*([f"class:{class_id}"] if class_id else []), *(f"self:{person}" for person in people))
        note_change(session, RowChange(world.schools[1], "visit", id_, rev, scopes, tuple(leaves)))


def _visit(world, id_, class_id, text):
    now = utc_now()
    return {
        "kind": "visit",
        "id": id_,
        "visit_id": id_,
        "school_id": world.schools[1],
        "class_id": class_id,
        "student_id": world.students["1/0/0"],
        "author_id": world.staff["t101"],
        "rev": 1,
        "fields": {"at_home": text},
        "state": "live",
        "created_at": now,
        "updated_at": now,
    }


def set_duty(world, login: str, class_key: str, **values) -> None:
    """Change this person's duty for a class."""
    with transaction() as session:
        where = (Duty.staff_id == world.staff[login], Duty.class_id == world.classes[class_key])
        session.execute(update(Duty).where(*where).values(**values))
