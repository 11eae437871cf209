"""The server's half of the contract cases (tests/contract): asked so, it must answer so; the phone's half is vitest's."""

import json
from pathlib import Path

import orjson
import pytest
from sqlalchemy import select

from server.accounts.duties import actor_on
from server.accounts.models import SignInSession
from server.db import reading, transaction
from server.sync import cases, erasure
from server.times import shanghai_day, utc_now
from tests.server.sync.phone import Phone

FOLDER = Path(__file__).parents[2] / "contract"
CASES = {
    str(path.relative_to(FOLDER)): case
    for path in sorted(FOLDER.rglob("*.json"))
    if path.parent.name != "form"  # what the form asks: not pushes
    and not (case := json.loads(path.read_text(encoding="utf-8"))).get("phone_only")
}


def filled(value, names):
    """Put this world's ids in the place of the case's names ("$student:1/0/0", "conflict:$conflict")."""
    if isinstance(value, dict):
        return {key: filled(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each, names) for each in value]
    if isinstance(value, str) and "$" in value:
        for name, id_ in names.items():
            value = value.replace(name, id_)
    return value


def agrees(expected, actual):
    if expected == "$any":
        return bool(actual)
    if isinstance(expected, dict) and isinstance(actual, dict):
        return expected.keys() == actual.keys() and all(agrees(expected[key], actual[key]) for key in expected)
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(agrees, expected, actual))
    return expected == actual


def before(given, client, world, names):
    """Let the world be as the case says it was."""
    conflicts = []
    for step in given.get("rounds", ()):
        for outcome in Phone(client, world, step["as"]).push(*filled(step["edits"], names)):
            conflicts += outcome["conflicts"]
    if conflicts:
        names["$conflict"] = conflicts[0]
    if "returned" in given:
        with reading() as session:
            desk = actor_on(session, world.staff["desk1"], shanghai_day(utc_now()))
            (case,) = cases.open_cases(session, world.schools[1])
        cases.return_(desk, case.id, given["returned"])
    with transaction() as session:
        if "erased" in given:
            erasure.erase_student(session, world.students[given["erased"]], None)
        if given.get("signed_out"):
            for each in session.scalars(select(SignInSession)):
                session.delete(each)


@pytest.mark.parametrize("name", CASES)
def test_the_server_answers_as_the_contract_says(name, client, world):
    case = CASES[name]
    given = case.get("given", {})
    names = {f"$student:{place}": id_ for place, id_ in world.students.items()}
    names |= {f"$staff:{login}": id_ for login, id_ in world.staff.items()}
    names["$long"] = "好" * given.get("long", {}).get("chars", 0)
    before(given, client, world, names)
    body = orjson.dumps(filled(case["request"], names))
    login = given.get("as", "t101")
    headers = world.headers(login) if login else {"Authorization": "Device nobody"}
    response = client.post("/api/v1/sync", data=body, headers={"Content-Type": "application/json", **headers})
    assert response.status_code == case["status"], response.text
    assert agrees(filled(case["answer"], names), response.json), response.json


def test_there_is_a_case_for_each_outcome():
    seen = {outcome["status"] for case in CASES.values() for outcome in case["answer"].get("outcomes", ())}
    assert seen == {"applied", "conflict", "held", "quarantined", "returned", "erased", "refused"}
