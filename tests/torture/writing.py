"""What people write on their phones: visits, what belongs beside them, settlements, and what no server can apply."""

import contextlib
from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy import select

from server.sync.models import InboxEdit
from tests.torture import photos
from tests.torture.house import House, today
from tests.torture.phone import Profile
from tests.torture.poison import FORGERIES, MADE_AT, POISONS, forge, write_poison
from tests.torture.stores import NoAnswerError
from tests.torture.wire import FORGER, Finished, Ledger, Wire

TEXT_OF = {"visit_private": "child_voice", "reflection": "reflection", "opinion": "text"}
ENDS: tuple[dict[str, int], ...] = ({}, {"pieces": 1}, {"pieces": 2}, {"commits": 0}, {"commits": 1})
CHOICES = ("head", "alternative", "both", "written", "alternative")
Json = dict[str, Any]
Option = TypeVar("Option")


def people_of(visit: Json) -> set[str]:
    """Tell who took part in a visit, as its row says."""
    return {visit["author_id"], *(visit.get("visitors") or [])}


def chosen(options: Sequence[Option], number: int) -> Option:
    """Choose one of the options by a number of any size."""
    return options[number % len(options)]


class Writing(RuleBasedStateMachine):
    """The events in which edits come into being; `a` and `b` decide what exactly happens."""

    house: House
    ledger: Ledger
    wire: Wire
    photo_wire: photos.PhotoWire
    profiles: list[Profile]
    ids = 0

    def new_id(self) -> str:
        """Make a UUIDv7 that is the same in every replay of this history."""
        self.ids += 1
        return f"0199aaaa-0000-7000-8000-{self.ids:012x}"

    def write_a_visit(self, profile: Profile, a: int, b: int) -> None:
        """Write a new visit, or more of one that this phone shows."""
        record = self.choose_visit(profile, a)
        profile.open(record)
        self.finish(profile, record, a, b)

    def write_apart(self, profile: Profile, a: int, b: int) -> None:
        """Let everybody who sees one visit write the same fields of it, each without knowing of the others."""
        record = self.choose_visit(profile, a)
        for each in self.profiles:
            if each is profile or each.row(record):
                each.open(record)
                self.finish(each, record, a, b)

    def open_a_form(self, profile: Profile, a: int, _b: int) -> None:
        """Open a form and leave it open while the world goes on."""
        profile.open(self.choose_visit(profile, a))

    def finish_a_form(self, profile: Profile, a: int, b: int) -> None:
        """Finish the forms that were opened before."""
        for record in list(profile.outbox.drafts):
            self.finish(profile, record, a, b)

    def write_beside_a_visit(self, profile: Profile, a: int, b: int) -> None:
        """Write what fewer may see: the child's voice, a reflection, an opinion."""
        visits = self.visits_on(profile)
        if not visits:
            return
        visit, kind = chosen(visits, a), chosen(sorted(TEXT_OF), b)
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
        waiting = [edit["record"].partition(":") for edit in profile.outbox.edits.values()]
        return sorted({*rows, *(name for kind, _, name in waiting if kind == "visit")})

    def choose_visit(self, profile: Profile, a: int) -> str:
        """Choose a visit on this phone, or a new one; few of them, so that people meet."""
        visits = self.visits_on(profile)
        fresh = len(visits) < 2 or (len(visits) < 6 and a % 5 == 0)
        return f"visit:{self.new_id() if fresh else chosen(visits, a)}"

    def finish(self, profile: Profile, record: str, a: int, b: int) -> None:
        """Finish a draft with some fields changed; a new visit says whom it is about."""
        wrote: Json = {}
        if not profile.outbox.drafts[record].get("student_id"):
            students = [row["id"] for row in profile.seen("student")]
            if not students:
                del profile.outbox.drafts[record]
                return
            wrote = {"student_id": chosen([students[0], chosen(students, b)], a), "visit_date": today().isoformat()}
            wrote |= {"visit_form": "home", "visit_result": "done"}
        took_part = {profile.outbox.drafts[record].get("author_id", profile.staff)}
        took_part |= set(profile.outbox.drafts[record].get("visitors") or [])
        own = wrote.get("student_id") or profile.outbox.drafts[record].get("student_id")
        more, members = self.some_fields(profile, own, a, b)
        if profile.staff not in took_part and b % 3:
            members.pop("visitors", None)  # mostly they know that it is not theirs to say
        self.ledger.write(profile, profile.finish(record, wrote | more, members, MADE_AT))

    def some_fields(self, profile: Profile, own: str, a: int, b: int) -> tuple[Json, Json]:
        """Write a text, a choice, a list, a set's element, an element's own field, or several at once."""
        word, other, photo = self.ledger.word(), self.ledger.word(), chosen(photos.NAMES, b)
        promise = {"who": "teacher", "what": word, "due": None, "done": False}
        wrote: Json = chosen(
            [
                {"at_home": word},
                {"at_home": word, "strengths": other},
                {"visit_form": chosen(["home", "phone", "video"], b)},
                {"promises": [promise]},
                {f"photos/{photo}/caption": word},
                {"void_reason": word, "at_home": other},
                {"at_home": word},
            ],
            b,
        )
        members: Json = chosen(
            [
                {},
                {"face_four": {"add": [str(b % 4 + 1)], "remove": []}},
                {"photos": {"add": [photo], "remove": []}},
                {"visitors": {"add": [chosen(self.colleagues(profile), b)], "remove": []}},
                {"visitors": {"add": [], "remove": [profile.staff]}},
                {"face_four": {"add": ["1"], "remove": ["2"]}, "bring_seven": {"add": ["2", "7"], "remove": []}},
                {"also_for": {"add": self.a_child(profile, own, b), "remove": []}},
                {"also_for": {"add": [], "remove": self.a_child(profile, own, b)}},
            ],
            a,
        )
        shows = any(name.startswith("photos/") for name in wrote)
        return wrote, {"photos": {"add": [photo], "remove": []}} | members if shows else members

    def name_who_went_along(self, profile: Profile, a: int, b: int) -> None:
        """Name a colleague, or oneself, in a visit that one reads and was not at: the school has to ask whose word that is."""
        rows = [row for row in profile.seen("visit") if "merged_into" not in row["row"]]
        visits = [row for row in rows if profile.staff not in people_of(row["row"])]
        if visits:
            record, who = f"visit:{chosen(visits, a)['id']}", chosen(self.colleagues(profile), b)
            profile.open(record)
            joins: Json = {"visitors": {"add": [who], "remove": []}}
            self.ledger.write(profile, profile.finish(record, {}, joins, MADE_AT))

    def tell_of_a_sibling(self, profile: Profile, a: int, b: int) -> list[str]:
        """Let a visit on this phone tell of a brother or sister as well, and send it; gives whom it tells of."""
        rows = [row["row"] for row in profile.seen("visit") if row["row"].get("student_id")]
        if not rows:
            return []
        visit = chosen(rows, a)
        child = self.a_child(profile, visit["student_id"], b)
        record = f"visit:{visit['id']}"
        profile.open(record)
        also: Json = {"also_for": {"add": child, "remove": []}}
        self.ledger.write(profile, profile.finish(record, {}, also, MADE_AT))
        self.wire.talk(profile, None)
        return child

    def a_child(self, profile: Profile, own: str, b: int) -> list[str]:
        """Choose another child of whom the visit tells: mostly a brother or sister of its own, now and then anybody."""
        rows = [row["row"] for row in profile.seen("student")]
        household = {row["household_id"] for row in rows if row["id"] == own}
        family = [row["id"] for row in rows if row["household_id"] in household and row["id"] != own]
        students = family if family and b % 4 else [row["id"] for row in rows]
        return [chosen(students, b)] if students else []

    def colleagues(self, profile: Profile) -> list[str]:
        """List who may have gone along: the person, and the others of the school who have a phone."""
        return [profile.staff, *sorted({each.staff for each in self.profiles} - {profile.staff})]

    def send_a_photo(self, profile: Profile, a: int, b: int) -> None:
        """Send a photo that waits, in pieces; mostly something dies on the way, and the next try goes on from there."""
        waiting = sorted(sha for sha, state in profile.outbox.photos.items() if state == "waiting")
        if not waiting:
            return
        with contextlib.suppress(NoAnswerError):
            self.photo_wire.send(profile, chosen(waiting, a), **chosen(ENDS, b))

    def settle_a_conflict(self, profile: Profile, a: int, b: int) -> None:
        """Settle a conflict that this phone shows, perhaps after somebody else did; where there is none, make one."""
        conflicts = [row["row"] for row in profile.seen("conflict") if row["row"]["status"] == "open"]
        if not conflicts:
            self.write_apart(profile, a, b)
            self.sync_everybody(profile, a, b)
            return
        conflict, choice = chosen(conflicts, a), chosen(CHOICES, b)
        record = profile.row(conflict["record"])
        args: Json = {"seen_rev": record["rev"] if record else conflict["head"]["rev"], "choice": choice}
        args["seen_alternative"] = conflict["alternative"]["edit"]
        if choice == "written":
            args["value"] = self.ledger.word()
        self.ledger.write(profile, profile.put(f"conflict:{conflict['id']}", "resolve", MADE_AT, args=args))

    def merge_two_visits(self, profile: Profile, a: int, b: int) -> None:
        """Say that two visits to one student are the same one."""
        by_student: dict[str, list[str]] = {}
        for row in profile.seen("visit"):
            if row["row"].get("student_id"):
                by_student.setdefault(row["row"]["student_id"], []).append(row["id"])
        pairs = [visits for visits in by_student.values() if len(visits) > 1]
        if pairs:
            visits = chosen(pairs, a)
            losing, into = chosen(visits, b), chosen(visits, b + 1)
            self.ledger.write(profile, profile.put(f"visit:{losing}", "merge", MADE_AT, args={"into": into}))

    def sync_everybody(self, _profile: Profile, _a: int, _b: int) -> None:
        """Let every phone do one whole round: so that people see each other's words."""
        for each in self.profiles:
            self.wire.talk(each, 500)

    def write_poison(self, profile: Profile, a: int, _b: int) -> None:
        """Write what cannot be applied: it must neither be lost nor hold up its neighbours."""
        self.ledger.write(profile, write_poison(profile, chosen(POISONS, a), self.ledger, self.house.world))

    def begin_for_the_wrong_child(self, profile: Profile, _a: int, _b: int) -> None:
        """Begin a visit for a child of another school, and send it: the office has to put it right."""
        self.ledger.write(profile, write_poison(profile, "foreign_class", self.ledger, self.house.world))
        self.wire.talk(profile, None)

    def forge_an_edit(self, profile: Profile, a: int, b: int) -> None:
        """Send, past any phone, another edit under a used id, or a batch in which an edit has no readable id."""
        kind = chosen(FORGERIES, a)
        with self.house.look() as session:  # an id is random: nobody knows it before it was sent
            known = set(session.scalars(select(InboxEdit.edit_id)))
        sent = [each for each in self.ledger.finished if each.edit["id"] in known and each.profile != FORGER]
        victims = [each for each in sent if (each.staff != profile.staff) == (kind == "stolen")]
        if not victims:
            return
        victim = chosen(victims, b)
        batch = forge(kind, profile, victim.edit, self.ledger)
        answer = self.wire.deliver(profile, profile.request(None) | {"edits": batch})
        if kind == "unreadable":
            with self.house.look() as session:
                assert answer.status == 422
                assert session.scalar(select(InboxEdit).where(InboxEdit.edit_id == batch[0]["id"])) is None
            return
        assert answer.status == 200, answer
        self.ledger.finished.append(Finished(profile.staff, FORGER, batch[0], victim.student, victim.visit))
