"""Three phones, a wire that fails in every way, an office that moves people: random histories, then healing, then the invariants."""

import copy
from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from tests.torture import invariants, office, opening, photos, plain
from tests.torture.house import PHONES, House, token_of
from tests.torture.phone import Profile
from tests.torture.stores import Outbox, ProtocolError, Records
from tests.torture.wire import FAULTS, Ledger, Wire, canonical
from tests.torture.writing import Writing, chosen

HEALING_ROUNDS = 40
LIMITS = (500, None, 500, 2, 7)
NUMBER = st.integers(0, 2**16)
SEATS = [(phone, login) for phone, logins in PHONES.items() for login in logins]
EVENTS = (
    *(
        ["write_a_visit"] * 5
        + ["write_apart"] * 3
        + ["open_a_form", "finish_a_form", "finish_a_form", "write_beside_a_visit"]
    ),
    *(["settle_a_conflict"] * 3 + ["merge_two_visits", "write_poison", "forge_an_edit"]),
    *(["sync"] * 4 + ["sync_with_a_fault"] * 5 + ["sync_everybody"] * 3),
    *(["send_a_photo"] * 3 + ["put_a_visit_right", "name_who_went_along", "a_sibling_moves"]),
    *(["something_late_arrives", "replay_a_prefix"] + ["the_office_acts"] * 5),
)
Json = dict[str, Any]


class Torture(Writing):
    """The state machine; `house` and `first_pull` are set by the test that runs it."""

    house: ClassVar[House]
    first_pull: ClassVar[dict[tuple[str, str], tuple[Outbox, Records]]]

    def __init__(self) -> None:
        super().__init__()
        self.house.reset()
        self.ledger = Ledger()
        self.wire = Wire(self.house, self.ledger, self.see_nothing_foreign)
        self.photo_wire = photos.PhotoWire(self.house)
        self.profiles = [self.seat(*seat) for seat in SEATS]
        self.office = office.Office(self.house, self.ledger)

    def seat(self, phone: str, login: str) -> Profile:
        """Give a person their part of a phone, with everything pulled once."""
        staff, device = self.house.world.staff[login], self.house.devices[phone, login]
        profile = Profile(f"{phone}/{login}", staff, device, token_of(phone, login), self.new_id)
        if hasattr(self, "first_pull"):
            profile.outbox, profile.records = copy.deepcopy(self.first_pull[phone, login])
        return profile

    def see_nothing_foreign(self, profile: Profile, asked: Json, body: Json) -> None:
        """Look at an answer on the wire: nothing outside the person's scopes may be on it, whoever reads it."""
        with self.house.look() as session:
            held = plain.scopes_of(session, profile.staff, profile.device)
        named = {change["scope"] for change in body.get("changes", [])} | set(body.get("scopes") or {})
        if not named <= held:
            raise ProtocolError(f"{profile.name} was sent {named - held}")
        kept = {outcome["id"] for outcome in body["outcomes"] if outcome["custody"]}
        with self.house.look() as session:
            assert kept <= office.ids_in_custody(session), f"custody was promised too early: {asked['edits']}"

    @rule(what=st.sampled_from(EVENTS), seat=st.integers(0, len(SEATS) - 1), a=NUMBER, b=NUMBER)
    def something_happens(self, what: str, seat: int, a: int, b: int) -> None:
        """Let one event happen to one person on one phone. (One rule for all: the machine would switch whole rules off.)"""
        getattr(self, what)(self.profiles[seat], a, b)

    # The wire -----------------------------------------------------------------------------------------------------

    def sync(self, profile: Profile, a: int, _b: int) -> None:
        """Do one round that nothing disturbs, with a page of any size."""
        self.wire.talk(profile, chosen(LIMITS, a))

    def sync_with_a_fault(self, profile: Profile, a: int, b: int) -> None:
        """Do one round in which something breaks."""
        self.wire.talk(profile, chosen(LIMITS, a // 6), chosen(FAULTS, b), at=a % 6)

    def something_late_arrives(self, _profile: Profile, a: int, _b: int) -> None:
        """Let a request or an answer arrive late and out of order."""
        self.wire.arrive(a)

    def replay_a_prefix(self, _profile: Profile, a: int, _b: int) -> None:
        """Replaying any prefix of requests changes nothing."""
        self.office.sweep()
        with self.house.look() as session:
            before = set(invariants.text_of_store(session, office.NOTES).split("\n"))
        for profile, asked in self.wire.log[: a % 12 + 1]:
            self.wire.deliver(profile, asked)
            self.wire.log.pop()
        with self.house.look() as session:
            now = set(invariants.text_of_store(session, office.NOTES).split("\n"))
        assert now == before, f"a replay changed the store: {sorted(now - before)}"

    # The house ----------------------------------------------------------------------------------------------------

    def the_office_acts(self, profile: Profile, a: int, b: int) -> None:
        """Move a student, end or give a duty, decide a case, erase a family, put a backup back, sign a phone out or in."""
        seat, act = self.profiles.index(profile), chosen(office.ACTS, a)
        acts: dict[str, Callable[[], None]] = {
            "sign_out": lambda: self.sign(seat, signed_in=False),
            "sign_in": lambda: self.sign(seat, signed_in=True),
            "session_ends": lambda: self.house.sign(*SEATS[seat], signed_in=False),
            "restore": self.restore,
        }
        acts.get(act, lambda: self.office.act(act, SEATS[seat][1], b))()

    def put_a_visit_right(self, profile: Profile, a: int, b: int) -> None:
        """Let the office put a visit right that was begun for the wrong child, together with what was written behind it."""
        self.begin_for_the_wrong_child(profile, a, b)
        self.office.act("put_right", profile.name, b)

    def a_sibling_moves(self, profile: Profile, a: int, b: int) -> None:
        """Write a visit that tells of a brother or sister as well, and let that child change class."""
        for student in self.tell_of_a_sibling(profile, a, b):
            self.office.move_child(student, b)

    def sign(self, seat: int, *, signed_in: bool) -> None:
        """Sign a person in on a phone, or out."""
        self.house.sign(*SEATS[seat], signed_in=signed_in)
        if signed_in:
            self.profiles[seat].reads = True
        else:
            self.profiles[seat].sign_out()

    def restore(self) -> None:
        """Put the last backup back; what a phone had to let go before cannot come back from it."""
        if not self.office.restore():
            return
        kept = {(each.name, edit_id) for each in self.profiles for edit_id in each.outbox.sent | each.outbox.edits}
        gone = [each for each in self.ledger.finished if (each.profile, each.edit["id"]) not in kept]
        self.ledger.forgotten |= {canonical(each.edit) for each in gone}
        self.wire.log.clear()

    @invariant()
    def nothing_is_lost(self) -> None:
        """At every step."""
        with self.house.look() as session:
            invariants.every_finished_edit_is_in_an_outbox_or_in_the_inbox(
                session, self.ledger, self.profiles, self.house.epoch()
            )

    # The end ------------------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        """Heal everything, then look at each invariant."""
        self.heal()
        with self.house.look() as session:
            self.look_at_the_end(session)

    def heal(self) -> None:
        """Let everything late arrive, sign everybody in, and sync until nothing waits, in bounded rounds."""
        while self.wire.late_requests or self.wire.late_answers:
            self.wire.arrive(0)
        for seat in range(len(SEATS)):
            if not self.house.signed_in(*SEATS[seat]) or not self.profiles[seat].reads:
                self.sign(seat, signed_in=True)
        for days in (0, 6, 6):
            self.office.sweep(days)
            for profile in self.profiles:
                self.settle_down(profile)
                for sha in [sha for sha, state in profile.outbox.photos.items() if state == "waiting"]:
                    self.photo_wire.send(profile, sha)

    def settle_down(self, profile: Profile) -> None:
        """Sync one phone until it has nothing to send and nothing to read."""
        for _round in range(HEALING_ROUNDS):
            self.wire.talk(profile, 500)
            if profile.current and not profile.outbox.edits:
                return
        raise ProtocolError(f"{profile.name} does not come to rest: {list(profile.outbox.edits)}")

    def look_at_the_end(self, session: Any) -> None:
        """Check the invariants one by one."""
        ledger, profiles = self.ledger, self.profiles
        invariants.everything_but_the_poisoned_edit_reached_custody(profiles)
        invariants.one_id_has_one_effect(session)
        invariants.every_value_is_in_the_record_its_versions_or_a_conflict(session, ledger)
        invariants.no_words_are_silently_replaced(session, ledger)
        invariants.edits_of_one_record_from_one_phone_apply_in_order(session, ledger)
        invariants.no_row_is_outside_the_held_scopes(session, profiles)
        invariants.phones_agree_with_each_other_and_with_a_plain_query(session, profiles)
        invariants.conflicts_close_only_by_a_recorded_decision(session)
        invariants.erased_stays_erased(session, ledger, profiles)
        opening.nobody_opens_what_they_may_not_read(session)
        photos.delivered_photos_are_stored(session, self.office.photo_desk.store, profiles)
        photos.no_photo_is_missing_that_a_phone_has(session, profiles)


def prepared(house: House) -> type[Torture]:
    """Give the machine for one house, its phones filled by a first pull; what that wrote (tickets) is part of the first day."""
    bare = type("Bare", (Torture,), {"house": house})
    machine = bare()
    for profile in machine.profiles:
        machine.settle_down(profile)
    house.keep_as_first_day()
    first = {seat: (each.outbox, each.records) for seat, each in zip(SEATS, machine.profiles, strict=True)}
    return type("Tortured", (Torture,), {"house": house, "first_pull": first})
