"""The wire between phones and school: it loses, doubles, delays and reorders, and remembers what was said on it."""

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.torture.house import House
from tests.torture.phone import Profile
from tests.torture.stores import Answer, Killed, NoAnswerError, ProtocolError

FAULTS = (
    *("request_lost", "answer_lost", "twice", "request_late", "answer_late", "portal", "busy"),
    *("server_killed", "server_killed", "phone_killed", "phone_killed", "phone_killed"),
)
FORGER = "nobody's phone"
FINAL = {"applied", "conflict", "erased"}
Json = dict[str, Any]


def canonical(edit: Json) -> str:
    """Write an edit as its hash is taken: the same text means the same edit."""
    return json.dumps(edit, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True)
class Finished:
    """One edit that somebody finished; `student` is whose family it tells about, as far as the writer knew."""

    staff: str
    profile: str
    edit: Json
    student: str | None
    visit: str | None = None


@dataclass
class Ledger:
    """What the torturer knows beside the system: every edit ever finished and every final outcome ever told."""

    finished: list[Finished] = field(default_factory=list)
    student_of: dict[str, str] = field(default_factory=dict)  # visit id → student id
    finals: dict[tuple[str, str], tuple[Json, str]] = field(default_factory=dict)  # (staff, edit text) → outcome, epoch
    erased: set[str] = field(default_factory=set)  # students
    put_right: set[str] = field(default_factory=set)  # visits that the office put right to another student
    forgotten: set[str] = field(
        default_factory=set
    )  # texts of edits whose copies a phone let go as it must, before a restore
    words: int = 0

    def word(self) -> str:
        """Make a text that nobody wrote before, so that it can be found again or proved gone."""
        self.words += 1
        return f"话{self.words}。"

    def write(self, profile: Profile, edit: Json) -> None:
        """Remember a finished edit and whose family it tells about."""
        kind, _, name = edit["record"].partition(":")
        student = edit["changes"].get("student_id", {}).get("new")
        if kind == "visit" and student:
            self.student_of.setdefault(name, student)
        visit = name if kind in ("visit", "visit_private") else edit["changes"].get("visit_id", {}).get("new")
        visit = visit or next(
            (f.edit["changes"]["visit_id"]["new"] for f in self.of(edit["record"]) if "visit_id" in f.edit["changes"]),
            None,
        )
        self.finished.append(Finished(profile.staff, profile.name, edit, self.student_of.get(visit or ""), visit))

    def of(self, record: str) -> list[Finished]:
        """List what was finished of one record."""
        return [each for each in self.finished if each.edit["record"] == record]

    def hear(self, staff: str, epoch: str, edit: Json, outcome: Json) -> None:
        """Hold the server to its word: once final, an outcome is told in the same words for ever."""
        told = {key: outcome.get(key) for key in ("status", "custody", "rev", "conflicts")}
        before, when = self.finals.get((staff, canonical(edit)), (told, epoch))
        if when == epoch and told != before and told["status"] != "erased":
            raise ProtocolError(f"{edit['id']}: told {before}, then {told}")
        if told["status"] in FINAL:
            self.finals[staff, canonical(edit)] = (told, epoch)


@dataclass
class Wire:
    """Carries requests between the phones and one house."""

    house: House
    ledger: Ledger
    witness: Callable[[Profile, Json, Json], None]  # looks at every answer the server gives
    log: list[tuple[Profile, Json]] = field(default_factory=list)  # answered since the last restore
    late_requests: list[tuple[Profile, Json]] = field(default_factory=list)
    late_answers: list[tuple[Profile, Json, Answer]] = field(default_factory=list)

    def deliver(self, profile: Profile, asked: Json) -> Answer:
        """Bring one request to the server; the witness hears the answer even if the phone never does."""
        answer = self.house.post(profile.token, asked)
        self.log.append((profile, asked))
        if answer.status >= 500 and answer.status != 503:
            raise ProtocolError(f"the server failed: {answer}")
        if answer.json is not None and "outcomes" in answer.json:
            for edit, outcome in zip(asked["edits"], answer.json["outcomes"], strict=True):
                self.ledger.hear(profile.staff, answer.json["epoch"], edit, outcome)
            self.witness(profile, asked, answer.json)
        return answer

    def talk(self, profile: Profile, limit: int | None, fault: str = "", at: int = 0) -> None:
        """Let a phone do one round with one fault; `at` says after how many steps (commits) the phone (server) dies."""
        asked = profile.request(limit)
        profile.fuse = at if fault == "phone_killed" else None
        try:
            profile.step()
            profile.take(asked, self._carry(profile, asked, fault, at))
        except NoAnswerError:
            pass
        except Killed:
            profile.batch = 50  # what was only in memory is gone
        finally:
            profile.fuse = None

    def _carry(self, profile: Profile, asked: Json, fault: str, at: int) -> Answer:
        if fault == "request_late":
            self.late_requests.append((profile, asked))
        if fault in ("request_late", "request_lost"):
            raise NoAnswerError
        if fault == "portal":
            return Answer(200, None)
        if fault == "busy":
            return Answer(503, {"error": "busy"})
        if fault == "twice":
            self.deliver(profile, asked)
        if fault == "server_killed":
            self.house.commits_left = at
        answer = self.deliver(profile, asked)
        if fault == "answer_late":
            self.late_answers.append((profile, asked, answer))
        if fault in ("answer_lost", "answer_late"):
            raise NoAnswerError
        return answer

    def arrive(self, pick: int) -> None:
        """Let something late arrive: a request at the server, or an answer at a phone that asked again since."""
        waiting = len(self.late_requests) + len(self.late_answers)
        if not waiting:
            return
        place = pick % waiting
        if place < len(self.late_requests):
            self.deliver(*self.late_requests.pop(place))
            return
        profile, asked, answer = self.late_answers.pop(place - len(self.late_requests))
        with contextlib.suppress(NoAnswerError):
            profile.take(asked, answer)
