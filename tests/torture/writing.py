"""What people write on their phones: visits, what belongs beside them, settlements, and what no server can apply."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from sqlalchemy import select

from server.sync.models import InboxEdit
from tests.torture.house import PHONES, House, today
from tests.torture.phone import Profile
from tests.torture.poison import FORGERIES, MADE_AT, POISONS, forge, write_poison
from tests.torture.wire import FORGER, Finished, Ledger, Wire

SEATS = [(phone, login) for phone, logins in PHONES.items() for login in logins]
PICK = st.integers(0, 99)
SEAT = st.integers(0, len(SEATS) - 1)
TEXT_OF = {"visit_private": "child_voice", "reflection": "reflection", "opinion": "text"}
Json = dict[str, Any]


class Writing(RuleBasedStateMachine):
    """The rules by which edits come into being."""

    house: House
    ledger: Ledger
    wire: Wire
    profiles: list[Profile]
    ids = 0

    def new_id(self) -> str:
        """Make a UUIDv7 that is the same in every replay of this history."""
        self.ids += 1
        return f"0199aaaa-0000-7000-8000-{self.ids:012x}"

    @rule(seat=SEAT, pick=PICK, field=PICK, value=PICK)
    def write_a_visit(self, seat: int, pick: int, field: int, value: int) -> None:
        """Write a new visit, or more of one that this phone shows."""
        profile = self.profiles[seat]
        record = self.choose(profile, "visit", pick)
        profile.open(record)
        self.finish(profile, record, field, value)

    @rule(seat=SEAT, pick=PICK)
    def open_a_form(self, seat: int, pick: int) -> None:
        """Open a form and leave it open while the world goes on."""
        profile = self.profiles[seat]
        profile.open(self.choose(profile, "visit", pick))

    @precondition(lambda self: any(profile.outbox.drafts for profile in self.profiles))
    @rule(seat=SEAT, field=PICK, value=PICK)
    def finish_a_form(self, seat: int, field: int, value: int) -> None:
        """Finish a form that was opened before."""
        profile = self.profiles[seat]
        for record in list(profile.outbox.drafts):
            self.finish(profile, record, field, value)

    @rule(seat=SEAT, pick=PICK, kind=st.sampled_from(["visit_private", "reflection", "opinion"]))
    def write_beside_a_visit(self, seat: int, pick: int, kind: str) -> None:
        """Write what fewer may see: the child's voice, a reflection, an opinion."""
        profile = self.profiles[seat]
        visits = self.visits_on(profile)
        if not visits:
            return
        visit = visits[pick % len(visits)]
        mine = [each.edit["record"] for each in self.ledger.finished if each.staff == profile.staff]
        known = [record for record in mine if record.startswith(f"{kind}:") and profile.visit_of(record) == visit]
        record = f"visit_private:{visit}" if kind == "visit_private" else (known or [f"{kind}:{self.new_id()}"])[0]
        profile.open(record)
        wrote: Json = {TEXT_OF[kind]: self.ledger.word()}
        if kind != "visit_private" and record not in known:
            wrote["visit_id"] = visit
        self.ledger.write(profile, profile.finish(record, wrote, {}, MADE_AT))

    def visits_on(self, profile: Profile) -> list[str]:
        """List the visits that this person can open on this phone."""
        rows = [row["id"] for row in profile.seen("visit") if "merged_into" not in row["row"]]
        waiting = [
            edit["record"].partition(":")[2]
            for edit in profile.outbox.edits.values()
            if edit["record"].startswith("visit:")
        ]
        return sorted({*rows, *waiting})

    def choose(self, profile: Profile, kind: str, pick: int) -> str:
        """Choose a visit on this phone, or a new one; few of them, so that people meet."""
        visits = self.visits_on(profile)
        if len(visits) < 2 or pick % 5 == 0:
            return f"{kind}:{self.new_id()}"
        return f"{kind}:{visits[pick % len(visits)]}"

    def finish(self, profile: Profile, record: str, field: int, value: int) -> None:
        """Finish a draft with one or two fields changed; a new visit says whom it is about."""
        wrote: Json = {}
        if not profile.outbox.drafts[record].get("student_id"):
            students = profile.seen("student")
            if not students:
                del profile.outbox.drafts[record]
                return
            wrote = {"student_id": students[value % len(students)]["id"], "visit_date": today().isoformat()}
            wrote |= {"visit_form": "home", "visit_result": "done"}
        more, add = self.some_fields(profile, field, value)
        self.ledger.write(profile, profile.finish(record, wrote | more, add, MADE_AT))

    def some_fields(self, profile: Profile, field: int, value: int) -> tuple[Json, dict[str, list[str]]]:
        """Write a text, a choice, a list, a set's element, an element's own field, or several at once."""
        texts = {"at_home": self.ledger.word(), "strengths": self.ledger.word()}
        photo = f"{value % 3:064x}"
        changes: list[Json] = [
            {"at_home": texts["at_home"]},
            texts,
            {"visit_form": ["home", "phone", "video"][value % 3]},
            {"promises": [{"who": "teacher", "what": texts["at_home"], "due": None, "done": False}]},
            {f"photos/{photo}/caption": texts["at_home"]},
            {"void_reason": texts["at_home"], "at_home": texts["strengths"]},
            {"strengths": texts["strengths"]},
        ]
        sets: list[dict[str, list[str]]] = [{}, {"face_four": [str(value % 4 + 1)]}, {"photos": [photo]}]
        sets += [{"visitors": [profile.staff]}, {"face_four": ["1"], "bring_seven": ["2", "7"]}]
        wrote, add = changes[field % len(changes)], sets[value % len(sets)]
        return wrote, {"photos": [photo]} | add if any(name.startswith("photos/") for name in wrote) else add

    # Settling -----------------------------------------------------------------------------------------------------

    @rule(seat=SEAT, pick=PICK, choice=st.sampled_from(["head", "alternative", "both", "written"]))
    def settle_a_conflict(self, seat: int, pick: int, choice: str) -> None:
        """Settle a conflict that this phone shows, perhaps after somebody else did."""
        profile = self.profiles[seat]
        conflicts = [row["row"] for row in profile.seen("conflict") if row["row"]["status"] == "open"]
        if not conflicts:
            return
        conflict = conflicts[pick % len(conflicts)]
        record = profile.row(conflict["record"])
        args: Json = {"seen_rev": record["rev"] if record else conflict["head"]["rev"], "choice": choice}
        if choice == "written":
            args["value"] = self.ledger.word()
        self.ledger.write(profile, profile.put(f"conflict:{conflict['id']}", "resolve", MADE_AT, args=args))

    @rule(seat=SEAT, pick=PICK)
    def merge_two_visits(self, seat: int, pick: int) -> None:
        """Say that two visits to one student are the same one."""
        profile = self.profiles[seat]
        by_student: dict[str, list[str]] = {}
        for row in profile.seen("visit"):
            if row["row"].get("student_id"):
                by_student.setdefault(row["row"]["student_id"], []).append(row["id"])
        pairs = [visits for visits in by_student.values() if len(visits) > 1]
        if pairs:
            visits = pairs[pick % len(pairs)]
            losing, into = visits[pick % len(visits)], visits[(pick + 1) % len(visits)]
            self.ledger.write(profile, profile.put(f"visit:{losing}", "merge", MADE_AT, args={"into": into}))

    # Poison -------------------------------------------------------------------------------------------------------

    @rule(seat=SEAT, kind=st.sampled_from(POISONS))
    def write_poison(self, seat: int, kind: str) -> None:
        """Write what cannot be applied: it must neither be lost nor hold up its neighbours."""
        profile = self.profiles[seat]
        self.ledger.write(profile, write_poison(profile, kind, self.ledger, self.house.world))

    @rule(seat=SEAT, pick=PICK, kind=st.sampled_from(FORGERIES))
    def forge_an_edit(self, seat: int, pick: int, kind: str) -> None:
        """Send, past any phone, another edit under a used id, or a batch in which an edit has no readable id."""
        profile = self.profiles[seat]
        with self.house.look() as session:  # an id is random: nobody knows it before it was sent
            known = set(session.scalars(select(InboxEdit.edit_id)))
        sent = [each for each in self.ledger.finished if each.edit["id"] in known and each.profile != FORGER]
        victims = [each for each in sent if (each.staff != profile.staff) == (kind == "stolen")]
        if not victims:
            return
        victim = victims[pick % len(victims)]
        batch = forge(kind, profile, victim.edit, self.ledger)
        answer = self.wire.deliver(profile, profile.request(None) | {"edits": batch})
        if kind == "unreadable":
            with self.house.look() as session:
                assert answer.status == 422
                assert session.scalar(select(InboxEdit).where(InboxEdit.edit_id == batch[0]["id"])) is None
            return
        assert answer.status == 200, answer
        self.ledger.finished.append(Finished(profile.staff, FORGER, batch[0], victim.student))
