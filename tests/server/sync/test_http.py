"""Every HTTP status of a round: what is no round stores nothing, and says in Chinese what is next."""

import gzip

import orjson
import pytest
from sqlalchemy import func, select

from server.db import reading
from server.sync import push
from server.sync.models import InboxEdit
from tests.server.sync.phone import Phone, edit, id_of, new_visit


def stored():
    with reading() as session:
        return session.scalar(select(func.count()).select_from(InboxEdit))


def answered(response, status, code):
    body = orjson.loads(response.data)
    assert (response.status_code, body["error"]) == (status, code)
    assert any("一" <= letter <= "鿿" for letter in body["message"])
    return body


def test_without_credentials_nothing_is_looked_at(client):
    answered(client.post("/api/v1/sync", data=b"no json"), 401, "sign_in_needed")


def test_an_unknown_token_is_401(client, world):
    response = client.post("/api/v1/sync", json={}, headers={"Authorization": "Device nobody"})
    answered(response, 401, "sign_in_needed")


def test_get_is_405(client, world):
    answered(client.get("/api/v1/sync", headers=world.headers("t101")), 405, "method_not_allowed")


@pytest.mark.parametrize(
    ("data", "headers"),
    [
        (b"{", {}),
        (b'{"edits": "\xff"}', {}),
        (b"{}", {"Content-Type": "text/plain"}),
        (b"{}", {"Content-Encoding": "br"}),
        (b"{}", {"Content-Encoding": "gzip"}),
        (gzip.compress(b'{"edits": []}' * 50, mtime=0)[:-12], {"Content-Encoding": "gzip"}),
    ],
)
def test_what_cannot_be_read_is_400(phone, data, headers):
    answered(phone.post(data, **headers), 400, "bad_request")


@pytest.mark.parametrize("body", [[], "text", 7, {"edits": {}}, {"edits": "x"}, {"pull": []}])
def test_what_is_no_round_is_422(phone, body):
    answered(phone.post(body), 422, "unprocessable")


@pytest.mark.parametrize("nameless", [{}, {"id": 7}, {"id": "x"}, "text", None, {"id": "A" * 36}])
def test_an_edit_without_a_readable_id_makes_its_batch_422_and_nothing_is_stored(phone, world, nameless):
    body = answered(phone.post({"edits": [new_visit(world), nameless]}), 422, "unprocessable")
    assert body["details"] == {"edits_without_id": [1]}
    assert stored() == 0


def test_more_than_fifty_edits_or_256_kib_are_413(phone, world):
    answered(phone.post({"edits": [new_visit(world) for _ in range(51)]}), 413, "too_large")
    long = [new_visit(world, strengths="好" * 30_000) for _ in range(3)]
    answered(phone.post({"edits": long}), 413, "too_large")
    assert stored() == 0


def test_a_body_over_a_megabyte_is_413_plain_or_inflated(phone):
    big = orjson.dumps({"app": "x" * 1_100_000})
    answered(phone.post(big), 413, "too_large")
    answered(phone.post(gzip.compress(big, mtime=0), **{"Content-Encoding": "gzip"}), 413, "too_large")


def test_a_bomb_is_not_inflated(phone):
    bomb = gzip.compress(b" " * 200_000_000, mtime=0)
    answered(phone.post(bomb, **{"Content-Encoding": "gzip"}), 413, "too_large")


def test_ten_megabytes_are_answered_413(phone):
    answered(phone.post(b"x" * 10_000_000), 413, "too_large")


def test_gzip_is_read(phone, world):
    made = new_visit(world)
    body = gzip.compress(orjson.dumps({"edits": [made]}))
    response = phone.post(body, **{"Content-Encoding": "gzip"})
    assert orjson.loads(response.data)["outcomes"][0]["status"] == "applied"


def test_one_edit_too_large_is_refused_and_its_correction_keeps_the_id(phone, world):
    made = new_visit(world, strengths="好" * 50_000)
    more = edit(made["record"], {"issues": (None, "慢")}, after=made["id"])
    said = phone.push(made, more)
    assert [(each["status"], each["custody"]) for each in said] == [("refused", False), ("held", True)]
    assert said[0]["reason"] == "too_large"
    assert said[0]["message"]
    short = {**made, "changes": {**made["changes"], "strengths": {"old": None, "new": "好"}}}
    assert phone.push(short)[0]["status"] == "applied"
    assert phone.row("visit", id_of(made))["issues"] == "慢"


def test_a_locked_database_is_503_and_keeps_what_it_stored(phone, world, monkeypatch):
    from sqlalchemy.exc import OperationalError

    def locked(*_args):
        raise OperationalError("x", {}, Exception("database is locked"))

    made = new_visit(world)
    with monkeypatch.context() as patch:
        patch.setattr("server.sync.apply.apply_here", locked)
        response = phone.post({"edits": [made]})
    answered(response, 503, "busy")
    assert response.headers["Retry-After"]
    assert stored() == 1
    assert phone.push(made)[0]["status"] == "applied"


def test_a_signed_out_phone_delivers_and_reads_nothing(phone, world, app):
    from server.accounts.models import SignInSession
    from server.db import transaction

    with transaction() as session:
        for each in session.scalars(select(SignInSession)):
            session.delete(each)
    answer = phone.round(new_visit(world), pull={"limit": 500, "scopes": {}})
    assert (answer["pull"], answer["outcomes"][0]["status"]) == ("signed_out", "applied")
    assert (answer["scopes"], answer["changes"], answer["revoked"]) == ({}, [], [])


def test_either_half_may_be_absent(phone, world):
    answer = phone.round()
    assert answer.keys() == {
        "epoch",
        "server_time",
        "pull",
        "outcomes",
        "missing_photos",
        "scopes",
        "changes",
        "revoked",
    }
    assert (answer["outcomes"], answer["changes"]) == ([], [])


def test_odd_texts_and_numbers_break_nothing(phone, world):
    made = new_visit(world, strengths="一\0二")
    odd = {**edit("x" * 500, after="y" * 500, op="z" * 500, v=10**18), "made_at": "w" * 500}
    said = phone.push(made, odd, {**edit(made["record"]), "after": 7, "made_at": {}})
    assert [each["status"] for each in said] == ["applied", "held", "applied"]
    nul = "\0" * 36
    worse = [
        new_visit(world, student_id=nul),
        new_visit(world, visit_form=nul, visit_date=nul),
        edit(made["record"], members={name: {"add": [nul]} for name in ("also_for", "visitors", "photos", "purpose")}),
        edit(f"opinion:{made['id']}", {"visit_id": (None, nul), "text": (None, nul)}),
        edit(made["record"], {"class_id": (None, nul), "student_id": (None, nul)}),
    ]
    assert [each.get("reason") for each in phone.push(*worse)] == ["not_yours", None, "invalid", "not_yours", "foreign"]
    clock = {"offset_ms": 10**18}
    assert phone.round(new_visit(world), clock=clock, app=7, epoch=7, pending="x")["outcomes"][0]["status"] == "applied"


def test_limits_stand_as_the_protocol_says():
    assert (push.EDITS_MAX, push.EDITS_MAX_BYTES) == (50, 256 * 1024)


def test_the_next_person_on_the_phone_is_answered_for_themselves(client, world, phone):
    made = new_visit(world)
    phone.push(made)
    assert Phone(client, world, "t201").push(made)[0]["reason"] == "id_reused"


@pytest.mark.parametrize("levels", [230, 251])
def test_no_row_is_nested_too_deeply_to_be_read_by_the_class(phone, other, world, levels):
    made = new_visit(world, at_home="一")
    phone.push(made)
    odd = edit(made["record"], {"at_home": ("DEEP", "二")})
    answer = other.post(orjson.dumps({"edits": [odd]}).replace(b'"DEEP"', b"[" * levels + b"]" * levels))
    assert answer.status_code == 200
    assert ("visit", id_of(made)) in phone.rows()


def test_an_edit_nested_beyond_reading_is_refused_and_its_neighbours_are_not(phone, world):
    odd = new_visit(world, promises=None)
    plain = new_visit(world, "1/0/1")
    body = orjson.dumps({"edits": [odd, plain]}).replace(
        b'"promises":{"old":null,"new":null}', b'"promises":{"old":null,"new":' + b"[" * 900 + b"]" * 900 + b"}"
    )
    answer = phone.post(body)
    assert answer.status_code == 200, answer.text
    said = [(each["status"], each["custody"]) for each in orjson.loads(answer.data)["outcomes"]]
    assert said == [("refused", False), ("applied", True)]
