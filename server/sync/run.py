"""One set-wise application of stored edits, wave by wave: each, then what was waiting for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from server.records.edits import Edit, Ref
from server.sync import about, case_rows, entries, upcast
from server.sync.entries import (
    ERASED,
    FINAL,
    HELD,
    INBOX,
    LETS_FOLLOW,
    NEW,
    NEWER_SERVER,
    PREDECESSOR,
    QUARANTINED,
    RETURNED,
    Entry,
)
from server.visits import reasons, service
from server.visits.context import Context

Key = tuple[str, str]
Raws = Mapping[Key, Mapping[str, Any]]


@dataclass(frozen=True)
class Terms:
    """How edits are to be applied: `waited` ones no longer wait for their predecessor; granted cases the office accepted."""

    waited: frozenset[Key] = frozenset()
    granted_cases: frozenset[str] = frozenset()
    put_right: Mapping[Key, Mapping[str, Any]] = field(default_factory=dict)  # the office's reading of the edit


PLAIN = Terms()


@dataclass
class Run:
    """One set-wise application: the entries it has locked, and the context of records that it changes."""

    session: Session
    now: datetime
    raws: dict[Key, Mapping[str, Any]]
    terms: Terms
    known: dict[Key, Entry]
    context: Context = field(init=False)
    opened: list[case_rows.Opened] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)  # ids of the records that the office's yes is about

    def __post_init__(self) -> None:
        """Begin with nothing loaded."""
        self.context = Context(self.session, self.now)

    def apply(self, batch: Iterable[Entry]) -> None:
        """Apply these, then whatever was waiting for them, wave by wave."""
        self._in_waves([entry for entry in self._without_reused(batch) if self._is_due(entry)])

    def _in_waves(self, wave: list[Entry]) -> None:
        while wave:
            self._load_predecessors(wave)
            edits = self._understand(wave)
            self.context.prepare(list(edits.values()))
            for entry in wave:
                self._apply_one(entry, edits.get(entry.key))
            wave = self._followers(wave)

    def follow(self, moved: Sequence[Entry]) -> None:
        """Let what waits for these edits learn of their new state."""
        self._in_waves(self._followers(moved))

    def escalate(self, held: Iterable[Entry]) -> None:
        """Show edits that have waited for long to the office: each in the case of the one before it, or in its own."""
        self._load_predecessors(held)
        moved = []
        for entry in held:
            before = self._predecessor(entry)
            case_id = before.case_id if before and entry.holds == PREDECESSOR else None
            if entry.case_id is None and entry.status == HELD:
                case_id = case_id or case_rows.begin(self.opened, entry, entry.reason or reasons.WAITING, self.now)
                entry.case_id, entry.changed = case_id, True
                moved.append(entry)
        self.follow(moved)

    def finish(self) -> None:
        """Write all of it: records, cases, states, and the rows that tell the authors."""
        service.finish(self.context)
        case_rows.open_all(self.session, self.opened)
        case_rows.settle_by_themselves(self.session, self.known.values(), self.now)
        entries.write(self.session, list(self.known.values()))

    def quarantine(self, entry: Entry, reason: str) -> None:
        """Keep an edit for the office, in a case of its own: what it waited for before is another matter."""
        if self._is_about_erased(entry):
            entry.become(ERASED, self.now)
            return
        if (entry.status, entry.reason) == (QUARANTINED, reason):
            return
        if entry.status != QUARANTINED:
            entry.case_id = case_rows.begin(self.opened, entry, reason, self.now)
        entry.become(QUARANTINED, self.now, reason=reason)

    def _is_about_erased(self, entry: Entry) -> bool:
        """Tell whether a family's records were erased that an edit speaks of: none of its words may be kept then."""
        raw = self.raws.get(entry.key, {})
        names, before = about.names(entry, raw), self._predecessor(entry)
        if before is not None and before.status == ERASED and before.record_id in names:
            return True
        return self._just_refused(entry, names) or about.only_ids_left(self.session, entry, raw)

    def _just_refused(self, entry: Entry, names: set[str]) -> bool:
        """Tell whether a record that an edit speaks of came in this run, too late for its family, and was never begun."""
        return any(
            each.status == ERASED
            and each.record_id in names
            and each.school_id == entry.school_id
            and self.context.work.records.get(Ref(each.record_kind, each.record_id)) is None
            for each in self.known.values()
        )

    def _is_due(self, entry: Entry) -> bool:
        if entry.status == NEW or entry.key in self.terms.waited:
            return True
        granted = entry.case_id in self.terms.granted_cases and entry.status == QUARANTINED
        return granted or (entry.status == HELD and entry.holds == NEWER_SERVER)

    def _without_reused(self, batch: Iterable[Entry]) -> list[Entry]:
        """Keep one edit of each id; another one that came under the same id later is the office's."""
        groups: dict[str, list[Entry]] = {}
        for entry in batch:
            groups.setdefault(entry.edit_id, []).append(entry)
        places = {key: place for place, key in enumerate(self.raws)}
        due = []
        for group in groups.values():
            first = min(group, key=lambda e: (e.status == NEW or e.reused, e.received_at, places.get(e.key, -1)))
            for entry in group:
                if entry is first or entry.status != NEW:
                    due.append(entry)
                else:
                    self.quarantine(entry, reasons.ID_REUSED)
        return due

    def _load_predecessors(self, wave: Iterable[Entry]) -> None:
        ids = {edit_id for edit_id, _ in self.known}
        missing = {entry.after_id for entry in wave if entry.after_id and entry.after_id not in ids}
        if missing:
            self.known.update({entry.key: entry for entry in entries.lock_ids(self.session, missing)})

    def _predecessor(self, entry: Entry) -> Entry | None:
        """Find the person's own edit that this one follows; another person's id counts as unknown."""
        same_id = (e for e in self.known.values() if e.edit_id == entry.after_id and e.staff_id == entry.staff_id)
        return min(same_id, key=lambda e: e.reused, default=None)

    def _understand(self, wave: Sequence[Entry]) -> dict[Key, Edit]:
        """Read the raw edits; one that cannot be read is held or quarantined here."""
        unread = [entry for entry in wave if entry.key not in self.raws]
        for key, body in entries.bodies(self.session, unread).items():
            if body is not None:
                self.raws.setdefault(key, orjson.loads(body))
        edits = {}
        for entry in wave:
            raw = self.terms.put_right.get(entry.key) or self.raws.get(entry.key)
            if raw is None:
                continue
            try:
                edits[entry.key] = upcast.read(entry, raw, granted=self._is_granted(entry, raw))
            except upcast.NewerServerNeededError:
                self._hold(entry, NEWER_SERVER, None)
            except upcast.MeaninglessError:
                self.quarantine(entry, reasons.INVALID)
        return edits

    def _is_granted(self, entry: Entry, raw: Mapping[str, Any]) -> bool:
        """Tell whether the office's yes reaches an edit: it is of the case, and about the record that the case is about.

        `after` may name anything: an edit of another visit behind an accepted one is judged by its author's own rights.
        """
        if entry.case_id not in self.terms.granted_cases:
            return False
        if entry.key not in self.terms.waited and not about.records(entry, raw) & self.reached:
            return False
        self.reached.add(entry.record_id)
        return True

    def _apply_one(self, entry: Entry, edit: Edit | None) -> None:
        if edit is None:
            if entry.key not in self.raws:  # only erasure takes a body away
                entry.become(ERASED, self.now)
            return
        if not self._may_go(entry):
            return
        effect = service.apply_edit(self.context, edit)
        if effect.status == QUARANTINED:
            self.quarantine(entry, effect.reason or reasons.FAILED)
            return
        entry.become(
            effect.status,
            self.now,
            rev=effect.rev,
            conflicts=list(effect.conflicts) or None,
            student_id=effect.student_id or entry.student_id,
        )

    def _may_go(self, entry: Entry) -> bool:
        """Tell whether nothing stands before this edit; if something does, it waits with it or shares its end."""
        if entry.after_id is None or entry.key in self.terms.waited:
            return True
        before = self._predecessor(entry)
        if before is not None and before.status in LETS_FOLLOW:
            return True
        if before is not None and before.status == RETURNED:
            entry.become(RETURNED, self.now, reason=before.reason, case_id=before.case_id)
        else:
            self._hold(entry, PREDECESSOR, before.case_id if before else None)
        return False

    def _hold(self, entry: Entry, holds: str, case_id: str | None) -> None:
        if (entry.status, entry.holds, entry.case_id) == (HELD, holds, case_id or entry.case_id):
            return
        if self._is_about_erased(entry):
            entry.become(ERASED, self.now)
            return
        reason = reasons.WAITING if holds == PREDECESSOR else reasons.NEWER_SERVER
        entry.become(HELD, self.now, holds=holds, reason=reason, case_id=case_id or entry.case_id)

    def _followers(self, wave: Sequence[Entry]) -> list[Entry]:
        """Find what waits for edits whose state has changed in this wave."""
        moved = {entry.edit_id for entry in wave if entry.changed and (entry.status != HELD or entry.case_id)}
        if not moved:
            return []
        waiting = INBOX.c.after_id.in_(sorted(moved)) & INBOX.c.status.in_((NEW, HELD))
        done = {entry.key for entry in wave}
        follow = [e for e in self._lock(waiting) if e.key not in done and self._would_move(e)]
        return follow + [entry for entry in self._kept_merges(wave) if entry.key not in done]

    def _kept_merges(self, wave: Sequence[Entry]) -> list[Entry]:
        """Find merges kept for the office that somebody else's merge of the same visits may have brought about."""
        merges = [entry for entry in wave if entry.op == "merge" and entry.changed and entry.status in LETS_FOLLOW]
        if not merges:
            return []
        visits = {id_ for entry in merges for id_ in about.names(entry, self.raws.get(entry.key, {}))}
        kept = (INBOX.c.record_kind == "visit") & INBOX.c.record_id.in_(sorted(visits)) & (INBOX.c.op == "merge")
        kept &= (INBOX.c.status == QUARANTINED) & (INBOX.c.reason == reasons.MERGE_OPENS)
        return [entry for entry in self._lock(kept) if entry.status == QUARANTINED]

    def _lock(self, condition: ColumnElement[bool]) -> list[Entry]:
        """Lock inbox rows; gives those already at hand as they are in this run."""
        return [self.known.setdefault(entry.key, entry) for entry in entries.lock(self.session, condition)]

    def _would_move(self, entry: Entry) -> bool:
        """Tell whether looking at a waiting edit again would change its state."""
        before = self._predecessor(entry)
        if entry.status not in (NEW, HELD) or entry.holds == NEWER_SERVER or before is None:
            return entry.status == NEW and before is not None
        return before.status in FINAL or (before.case_id is not None and before.case_id != entry.case_id)
