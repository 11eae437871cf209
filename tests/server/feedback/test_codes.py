"""查询码 are guessed by nobody, and nobody's guessing shuts a family out of its own answer."""

import pytest

from tests.server.feedback.families import Family, tickets_of


@pytest.fixture
def family(app, client, world):
    return Family(app, tickets_of(client, world)[0]["link"])


def test_guessing_codes_is_stopped_and_forgiven_to_who_knows_it(family):
    code = family.answer(text="话")
    for _ in range(12):
        assert family.post("/answer", code=code).status_code == 200
    statuses = [family.post("/answer", code=f"{n:08}").status_code for n in range(12)]
    assert statuses == [422] * 10 + [429] * 2
    assert family.post("/answer", code=code).status_code == 429


def test_who_guesses_for_a_nuisance_shuts_out_only_himself_and_many_addresses_are_stopped_too(family):
    code = family.answer(text="话")

    def tried(code, address):
        path, where = f"{family.link}/answer", {"REMOTE_ADDR": address}
        return family.client.post(path, data={"code": code}, environ_overrides=where).status_code

    assert [tried("00000000", "10.0.0.1") for _ in range(25)][-1] == 429
    assert tried(code, "10.0.0.2") == 200
    guesses = [tried("00000000", f"10.0.1.{n}") for n in range(40)]
    assert guesses.count(422) == 20  # with the ten before: thirty of one link
    assert tried(code, "10.0.0.3") == 429
