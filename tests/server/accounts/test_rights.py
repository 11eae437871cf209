"""Every route with every role, against the one table of rights; a route or a right outside the table fails."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from werkzeug.routing import Rule

from server.accounts.devices import actor_of_token
from server.accounts.gate import COOKIE_KEY
from server.accounts.models import Device, Duty, SignInSession
from server.accounts.rights import RIGHTS, may_see_care, may_see_class
from server.accounts.sessions import open_session
from server.actor import Actor
from server.db import new_id, transaction
from server.times import shanghai_day, utc_now
from tests.server.accounts.samples import SAMPLES, make_things
from tests.server.world import LONG_AGO, _add_person

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
SIGNED_IN = {
    "head1": {"head", "leader"},
    "desk1": {"desk"},
    "ethics1": {"ethics"},
    "t101": {"homeroom"},
    "t102": {"subject"},
    "t103": {"homeroom"},
    "grade1": {"grade_head"},
    "leader1": {"leader"},
    "former1": set(),
    "centre": {"centre"},
    "head2": {"head", "leader"},
    "desk2": {"desk"},
    "t201": {"homeroom"},
}


@dataclass(frozen=True)
class Asker:
    """Somebody who asks: with which credential, and the roles they have today."""

    login: str
    credential: str  # nobody, cookie, device, signed_out (a device), revoked (a device)
    roles: frozenset[str]


@pytest.fixture(params=["sqlite"])
def config(config):
    """Rights are the same on every database: one is enough for the walk."""
    return config


@pytest.fixture
def world(world):
    made = world
    with transaction() as session:
        for login, duty in (("grade1", "grade_head"), ("leader1", "leader"), ("former1", "homeroom")):
            person = _add_person(session, made, login, made.schools[1], login)
            ended = shanghai_day(utc_now()) - timedelta(days=1) if login == "former1" else None
            class_id = made.classes["1/1"] if duty != "grade_head" else None
            session.add(
                Duty(id=new_id(), staff_id=person, kind=duty, class_id=class_id, grade=7, from_on=LONG_AGO, to_on=ended)
            )
        for login in ("out1", "revoked1"):
            _add_person(session, made, login, made.schools[1], login)
    with transaction() as session:
        out = SignInSession.staff_id == made.staff["out1"]
        session.execute(update(SignInSession).where(out).values(expires_at=utc_now()))
        gone = Device.staff_id == made.staff["revoked1"]
        session.execute(update(Device).where(gone).values(revoked_at=utc_now()))
    return made


def askers() -> Iterator[Asker]:
    yield Asker("", "nobody", frozenset())
    yield Asker("out1", "signed_out", frozenset())
    yield Asker("revoked1", "revoked", frozenset())
    for login, roles in SIGNED_IN.items():
        yield Asker(login, "device", frozenset(roles))  # first: signing out ends a phone's reading
        yield Asker(login, "cookie", frozenset(roles))


def routes(app) -> list[tuple[Rule, str]]:
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        for method in METHODS
        if method in rule.methods and not (method == "HEAD" and "GET" in rule.methods)
    ]


class Door:
    """One asker's way in: a client with their credential."""

    def __init__(self, app, world, asker):
        self.app, self.asker, self.person = app, asker, world.staff.get(asker.login)
        self.client, self.headers = app.test_client(), {}
        if asker.credential == "cookie":
            self.sign_in()
        elif asker.credential != "nobody":
            self.headers |= world.headers(asker.login)

    def sign_in(self):
        with transaction() as session:
            session.execute(delete(SignInSession).where(SignInSession.staff_id == self.person))
            token = open_session(session, self.person, days=30)
        with self.client.session_transaction() as cookie:
            cookie[COOKIE_KEY] = token
        self.headers["X-CSRFToken"] = self.client.get("/api/v1/session").json["csrf"]

    def knock(self, path, method):
        answer = self.client.open(path, method=method, headers=self.headers)
        if self.asker.credential == "cookie" and answer.status_code < 400 and is_sign_out(path, method):
            self.sign_in()
        return answer


def is_sign_out(path, method):
    return path == "/school/sign-out" or (path, method) == ("/api/v1/session", "DELETE")


def knows(right, asker):
    """Tell whether the credential is one that this right is asked with."""
    shown = {"cookie": "cookie", "device": "device", "signed_out": "device"}.get(asker.credential)
    return shown is not None and right.by in (shown, "either")


def refused(answer):
    """Name how an answer shuts the door: sign_in (also by leading there), not_allowed, or None."""
    if answer.status_code == 302 and "/school/sign-in" in answer.headers["Location"]:
        return "sign_in"
    return {401: "sign_in", 403: "not_allowed"}.get(answer.status_code)


def expected(right, asker):
    if right is None:
        return None
    if not knows(right, asker) or (right.reads and asker.credential == "signed_out"):
        return "sign_in"
    return None if not right.roles or right.roles & asker.roles else "not_allowed"


def test_every_route_opens_to_exactly_the_roles_of_the_table(app, world):
    wrong, things = [], make_things(app, world)
    for asker in askers():
        door = Door(app, world, asker)
        for rule, method in routes(app):
            name = app.view_functions[rule.endpoint].right
            sample = SAMPLES[rule.rule](things) if rule.arguments else None
            path = rule.build(dict(sample.values), append_unknown=False)[1] if sample else rule.rule
            answer = door.knock(path, method)
            right = RIGHTS[name] if name else None
            found = refused(answer)
            if found != expected(right, asker):
                wrong.append((asker.login, asker.credential, method, path, name, answer.status_code))
            finders = sample.finders if sample else None
            allowed = right is not None and right.reach != "own" and found is None
            if allowed and finders is not None and (answer.status_code != 404) != (asker.login in finders):
                wrong.append((asker.login, asker.credential, method, path, "reach", answer.status_code))
    assert not wrong


def test_every_route_with_a_parameter_has_a_sample(app):
    assert not {rule.rule for rule, _ in routes(app) if rule.arguments} - set(SAMPLES)


def test_every_right_that_a_view_names_stands_in_the_table(app):
    named = {app.view_functions[rule.endpoint].right for rule, _ in routes(app)} - {None}
    assert not named - set(RIGHTS)


def test_no_role_reads_beyond_its_class_and_school():
    def actor(school, roles, classes):
        return Actor("s", "n", "c", school, frozenset(roles), classes)

    subject = actor("one", {"subject"}, {"a": frozenset({"subject"})})
    homeroom = actor("one", {"homeroom"}, {"a": frozenset({"homeroom"})})
    desk, other_desk = actor("one", {"desk"}, {}), actor("two", {"desk"}, {})
    centre, ethics = actor(None, {"centre"}, {}), actor("one", {"ethics"}, {})
    assert [may_see_class(each, "a", "one") for each in (subject, homeroom, desk)] == [True] * 3
    assert [may_see_class(each, "b", "one") for each in (subject, homeroom, desk)] == [False, False, True]
    assert not any(may_see_class(each, "a", "one") for each in (other_desk, centre, ethics))
    assert [may_see_care(each, "a", "one") for each in (subject, homeroom, desk)] == [False, True, True]
    assert not any(may_see_care(each, "a", "one") for each in (other_desk, centre, ethics))
    assert not may_see_class(centre, None, None)


@pytest.mark.parametrize(
    ("from_on", "to_on", "runs"),
    [(0, None, True), (1, None, False), (-5, 0, True), (-5, -1, False), (-5, 5, True)],
)
def test_a_duty_gives_its_scopes_from_its_first_day_to_its_last(app, world, from_on, to_on, runs):
    today = shanghai_day(utc_now())
    days = {"from_on": today + timedelta(days=from_on), "to_on": None if to_on is None else today + timedelta(to_on)}
    with transaction() as session:
        session.execute(update(Duty).where(Duty.staff_id == world.staff["t101"]).values(**days))
    actor = actor_of_token(world.tokens["t101"])
    assert (actor.classes != {}) == runs
    assert (actor.roles == {"homeroom"}) == runs


def test_the_world_has_every_role():
    roles = set().union(*SIGNED_IN.values())
    assert roles == {"homeroom", "subject", "grade_head", "leader", "head", "desk", "ethics", "centre"}
