"""Whether the system says truly if it works, and its API in the words of OpenAPI."""

from server.db import Model, db


def test_it_is_well_when_database_and_storage_work(client, world):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json["status"]) == (200, "ok")


def test_it_says_so_when_the_tables_are_missing(client, app):
    Model.metadata.drop_all(db.engine)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json == {"status": "failing", "database": False, "storage": True}


def test_it_says_so_when_nothing_can_be_stored(client, world, monkeypatch):
    monkeypatch.setattr("server.health.os.fsync", _no_room)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json["storage"] is False


def test_it_proves_the_storage_at_most_every_five_seconds(client, world, monkeypatch):
    clock, written = [1000.0], []
    monkeypatch.setattr("server.health.time.monotonic", lambda: clock[0])
    monkeypatch.setattr("server.health.os.fsync", written.append)
    assert [client.get("/healthz").status_code for _ in range(3)] == [200] * 3
    assert len(written) == 1
    clock[0] += 5
    assert client.get("/healthz").status_code == 200
    assert len(written) == 2


def test_a_storage_that_breaks_shows_within_five_seconds_and_its_mending_at_once(client, world, monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr("server.health.time.monotonic", lambda: clock[0])
    assert client.get("/healthz").status_code == 200
    with monkeypatch.context() as broken:
        broken.setattr("server.health.os.fsync", _no_room)
        clock[0] += 5
        assert [client.get("/healthz").status_code for _ in range(2)] == [503] * 2
    assert client.get("/healthz").status_code == 200


def _no_room(_file):
    raise OSError(28, "No space left on device")


def test_the_contract_names_every_call_of_the_api(client, app):
    contract = client.get("/api/v1/openapi.json").json
    assert contract["openapi"].startswith("3.1")
    calls = {
        (rule.rule.replace("<", "{").replace(">", "}"), method.lower())
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"OPTIONS", "HEAD"}
        if rule.rule.startswith("/api/v1/") and not rule.rule.endswith("openapi.json")
    }
    told = {(path, method) for path, item in contract["paths"].items() for method in item}
    assert calls <= told


def test_an_unknown_address_and_a_wrong_method_are_answered_in_our_words(client):
    unknown, wrong = client.get("/api/v1/nothing"), client.put("/api/v1/session")
    assert (unknown.status_code, unknown.json["error"]) == (404, "not_found")
    assert (wrong.status_code, wrong.json["error"]) == (405, "method_not_allowed")
    assert unknown.json["request_id"] != wrong.json["request_id"]
