"""A phone as the protocol asks for it, in Python and small: the server is tortured with it.

A kill can only happen at a `step`, and no step lies inside a change of the two databases: each change is one
transaction of the real phone.
"""

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.torture.stores import Answer, Json, Killed, NoAnswerError, Outbox, ProtocolError, Records, Sent, on_top

WAIT, PAUSE, HALVE = {408, 429, 502, 503, 504}, {401, 403}, 413
CHILDREN = ("visit_private", "reflection", "opinion")


@dataclass
class Profile:
    """Everything of one person on one phone: token, edits, rows. Nothing of it is seen by the phone's next person."""

    name: str
    staff: str
    device: str
    token: str
    new_id: Callable[[], str]
    outbox: Outbox = field(default_factory=Outbox)
    records: Records = field(default_factory=Records)
    reads: bool = True  # signed in, as far as the phone knows
    batch: int = 50
    fuse: int | None = None  # steps left until the process is killed
    current: bool = False  # the last answer left nothing to read
    mismatches: list[str] = field(default_factory=list)  # digests that did not fit: a row was missed

    def step(self) -> None:
        """Pass a point at which the process may die."""
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse < 0:
                self.fuse = None
                raise Killed

    # What the teacher does ----------------------------------------------------------------------------------------

    def open(self, record: str) -> None:
        """Open the form: the draft keeps what it shows, whatever is pulled meanwhile."""
        self.outbox.drafts.setdefault(record, self.shown(record))

    def finish(self, record: str, wrote: Mapping[str, Any], members: Json, made_at: str) -> Json:
        """Finish the draft as one edit, in one transaction."""
        shown = self.outbox.drafts.pop(record)
        changes = {name: {"old": shown.get(name), "new": new} for name, new in wrote.items()}
        return self.put(record, "edit", made_at, changes=changes, members=members)

    def put(self, record: str, op: str, made_at: str, **content: Any) -> Json:
        """Write one edit to the outbox, behind this person's latest edit of the same record."""
        edit: Json = {"id": self.new_id(), "record": record, "after": self._after(record), "op": op, "v": 1}
        edit |= {"made_at": made_at, "changes": {}, "members": {}, "args": {}} | content
        self.outbox.edits[edit["id"]] = copy.deepcopy(edit)
        for sha in edit["members"].get("photos", {}).get("add", ()):
            self.outbox.photos.setdefault(sha, "waiting")
        self.outbox.heads[record] = edit["id"]
        return edit

    def _after(self, record: str) -> str | None:
        if record in self.outbox.heads:
            return self.outbox.heads[record]
        visit = self.visit_of(record)
        return self.outbox.heads.get(f"visit:{visit}") if visit else None

    def visit_of(self, record: str) -> str | None:
        """Tell which visit a private record, a reflection or an opinion belongs to."""
        kind, _, name = record.partition(":")
        if kind not in CHILDREN:
            return None
        draft = self.outbox.drafts.get(record, {})
        return name if kind == "visit_private" else draft.get("visit_id") or self.shown(record).get("visit_id")

    # What the teacher sees ----------------------------------------------------------------------------------------

    def row(self, record: str) -> Json | None:
        """Find the newest row of a record in any scope."""
        key = tuple(record.split(":", 1))
        found = [rows[key] for rows in self.records.rows.values() if key in rows]
        return max(found, key=lambda row: row["seq"], default=None)

    def shown(self, record: str) -> Json:
        """Show a record: its row, and on top of it what this person wrote since."""
        row = self.row(record)
        shown = dict(row["row"]) if row else {}
        for edit in self._newer(record, row["rev"] if row else 0):
            on_top(shown, edit)
        return shown

    def _newer(self, record: str, rev: int) -> Iterator[Json]:
        for sent in self.outbox.sent.values():
            waits = sent.outcome["status"] == "held"
            ahead = sent.outcome["status"] in ("applied", "conflict") and (sent.outcome.get("rev") or 0) > rev
            if sent.edit["record"] == record and sent.edit["op"] == "edit" and (waits or ahead):
                yield sent.edit
        for edit in self.outbox.edits.values():
            if edit["record"] == record and edit["op"] == "edit":
                yield edit

    def seen(self, kind: str) -> list[Json]:
        """List the rows of one kind, each record once, in a steady order."""
        keys = {key for rows in self.records.rows.values() for key in rows if key[0] == kind}
        return [row for key in sorted(keys) if (row := self.row(":".join(key)))]

    # One round ----------------------------------------------------------------------------------------------------

    def request(self, limit: int | None) -> Json:
        """Build one round: the oldest edits, and, with a limit, a page of the feed."""
        queue = sorted(self.outbox.edits.values(), key=lambda edit: self.outbox.failures.get(edit["id"], 0))
        if queue and self.outbox.failures.get(queue[0]["id"], 0):
            queue = queue[:1]  # only edits that failed before are left: each goes alone
        body: Json = {"device": self.device, "epoch": self.outbox.epoch, "app": "1.0.0"}
        body |= {"clock": {"now": "2026-09-30T20:05:02+08:00", "offset_ms": -1840}}
        body |= {"pending": {"edits": len(queue), "photos": 0, "bytes": 0}, "edits": queue[: self.batch]}
        if limit is not None:
            body["pull"] = {"limit": limit, "scopes": dict(self.records.cursors)}
        return copy.deepcopy(body)

    def take(self, asked: Json, answer: Answer) -> None:
        """Take one answer: rows and cursors first, then the edits; a kill in between only sends them again."""
        self.step()
        if asked["epoch"] != self.outbox.epoch:
            return  # a late answer of a store that was since replaced by its backup: its word is void
        if answer.status != 200:
            self.refuse(asked["edits"], answer.status)
            return
        body = answer.json
        if not isinstance(body, dict) or "outcomes" not in body:
            raise NoAnswerError  # a captive portal answers 200 with a page
        if self.outbox.epoch is None:
            self.outbox.epoch = body["epoch"]
        self.take_pull(asked, body)
        self.step()
        for sha in self.outbox.photos.keys() & set(body.get("missing_photos") or ()):
            self.outbox.photos[sha] = "waiting"
        self.take_outcomes(asked["edits"], body["outcomes"])
        self.step()
        if not self.outbox.edits:
            self.let_go(body.get("revoked", []))

    def refuse(self, edits: list[Json], status: int) -> None:
        """Only decide when, and in how small a batch, to try again; a status moves no edit."""
        if not edits or status in WAIT | PAUSE:
            return
        self.batch = max(1, len(edits) // 2)
        if len(edits) > 1:
            return
        if status == HALVE:
            self.outbox.parked[edits[0]["id"]] = self.outbox.edits.pop(edits[0]["id"])
        else:
            self.outbox.failures[edits[0]["id"]] = self.outbox.failures.get(edits[0]["id"], 0) + 1

    def take_outcomes(self, asked: list[Json], outcomes: list[Json]) -> None:
        """Move what the school has in custody to the sent log."""
        self.batch = min(50, self.batch * 2)
        if [edit["id"] for edit in asked] != [outcome["id"] for outcome in outcomes]:
            raise ProtocolError(f"{self.name}: asked about other edits than were answered")
        for outcome in outcomes:
            edit = self.outbox.edits.pop(outcome["id"], None)
            if edit is None:
                continue  # the other engine of this phone was faster
            self.outbox.failures.pop(outcome["id"], None)
            if outcome["status"] == "refused":
                self.outbox.parked[outcome["id"]] = edit
            elif outcome["custody"] is not True:
                self.outbox.edits[outcome["id"]] = edit
            elif outcome["status"] != "erased":
                self.outbox.sent[outcome["id"]] = Sent(edit, outcome)

    # The feed -----------------------------------------------------------------------------------------------------

    def take_pull(self, asked: Json, body: Json) -> None:
        """Take the pulled half of an answer."""
        self.current = False
        if "pull" not in asked or body["pull"] == "signed_out" or not self.reads:
            return
        if body["pull"] == "restart":
            self.start_again(body["epoch"])
            return
        for scope, state in body["scopes"].items():
            before = asked["pull"]["scopes"].get(scope, 0)
            if self.records.cursors.get(scope, 0) == before:  # else another answer came first
                rows = [change for change in body["changes"] if change["scope"] == scope]
                self.take_page(scope, state, rows)
        self.current = not any(state["more"] for state in body["scopes"].values())

    def start_again(self, epoch: str) -> None:
        """Heal the server after a backup was put back: the sent log goes out again, then everything is read afresh."""
        again = {edit_id: sent.edit for edit_id, sent in self.outbox.sent.items()}
        self.outbox.edits, self.outbox.sent = again | self.outbox.edits, {}
        self.outbox.epoch = epoch  # in the same transaction, or a kill would send them to nobody
        self.step()
        self.records = Records()

    def take_page(self, scope: str, state: Json, rows: list[Json]) -> None:
        """Write one scope's page and its cursor in one transaction."""
        self.check_page(scope, state, rows)
        if state["reset"]:
            self.records.rows[scope] = {}
        self.write_rows(scope, rows)
        self.records.cursors[scope] = state["cursor"]
        if not state["more"]:
            self.check_digest(scope, state["digest"])

    def check_page(self, scope: str, state: Json, rows: list[Json]) -> None:
        """Refuse a page that goes backwards or is out of order."""
        cursor = 0 if state["reset"] else self.records.cursors.get(scope, 0)
        seqs = [row["seq"] for row in rows]
        if seqs != sorted(set(seqs)) or (seqs and not cursor < seqs[0] <= seqs[-1] <= state["cursor"]):
            raise ProtocolError(f"{scope}: page {seqs} after {cursor}, to {state['cursor']}")
        if state["cursor"] < cursor:
            raise ProtocolError(f"{scope}: cursor went back from {cursor} to {state['cursor']}")

    def write_rows(self, scope: str, rows: list[Json]) -> None:
        """Put and remove rows; the story of a held edit goes on in the sent log."""
        held = self.records.rows.setdefault(scope, {})
        for change in rows:
            key = (change["kind"], change["id"])
            if change["op"] == "remove":
                held.pop(key, None)
                self.forget_copy(f"{change['kind']}:{change['id']}")
                continue
            held[key] = change
            if change["kind"] == "edit" and change["id"] in self.outbox.sent:
                self.outbox.sent[change["id"]].outcome |= change["row"]
                if change["row"]["status"] == "erased":
                    del self.outbox.sent[change["id"]]

    def check_digest(self, scope: str, digest: Json) -> None:
        """Compare what is held with what the server says: a difference is reported, and the scope read afresh."""
        seqs = [row["seq"] for row in self.records.rows[scope].values()]
        if (len(seqs), str(sum(seqs))) != (digest["n"], digest["seqs"]):
            self.mismatches.append(f"{scope}: holds {len(seqs)}, {sum(seqs)}; the server {digest}")
            del self.records.rows[scope], self.records.cursors[scope]

    def let_go(self, revoked: list[str]) -> None:
        """Purge the scopes that this person no longer holds, once nothing of theirs is on its way."""
        for scope in revoked:
            rows = self.records.rows.pop(scope, {})
            self.records.cursors.pop(scope, None)
            for kind, name in rows:
                self.forget_copy(f"{kind}:{name}")
        if self.current:  # what was sent of a record that this person no longer reads is shown to nobody
            for sent in list(self.outbox.sent.values()):
                if sent.outcome["status"] in ("applied", "conflict"):
                    self.forget_copy(sent.edit["record"])

    def forget_copy(self, record: str) -> None:
        """Delete the sent copies of a record that no scope of this phone holds any more."""
        if self.row(record) is None:
            gone = [edit_id for edit_id, sent in self.outbox.sent.items() if sent.edit["record"] == record]
            for edit_id in gone:
                del self.outbox.sent[edit_id]

    def sign_out(self) -> None:
        """Drop the read copies; the outbox stays and is still delivered."""
        self.records, self.reads = Records(), False
