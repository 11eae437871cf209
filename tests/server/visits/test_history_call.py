"""The phone's question how a record became what it is: only for those who may read the record, and written down."""

from sqlalchemy import select

from server.accounts.models import AccessLog
from server.db import new_id, reading
from server.visits import views
from tests.server.sync.phone import edit, id_of, new_visit


def ask(who, record):
    kind, id_ = record.split(":")
    return who.client.get(f"/api/v1/records/{kind}/{id_}/history", headers=who.world.headers(who.login))


def versions(who, record):
    answer = ask(who, record)
    assert answer.status_code == 200, answer.text
    return answer.json["versions"]


def test_the_newest_change_comes_first_with_what_it_replaced(phone, other, world):
    visit = new_visit(world, at_home="先写作业")
    phone.push(visit)
    other.push(edit(visit["record"], {"at_home": ("先写作业", "先看书")}))
    newest, first = versions(phone, visit["record"])
    assert (newest["rev"], newest["by"]) == (2, world.staff["t102"])
    assert newest["changes"] == [{"field": "at_home", "old": "先写作业", "new": "先看书"}]
    assert {"field": "at_home", "old": None, "new": "先写作业"} in first["changes"]
    assert first["at"] <= newest["at"]


def test_a_history_is_closed_to_whoever_may_not_read_the_record(phone, other, stranger, world):
    visit = new_visit(world, at_home="先写作业")
    private = edit(f"visit_private:{id_of(visit)}", {"child_voice": (None, "想当医生")}, after=visit["id"])
    reflection = edit(
        f"reflection:{new_id()}", {"visit_id": (None, id_of(visit)), "reflection": (None, "要多听")}, after=visit["id"]
    )
    phone.push(visit, private, reflection)
    assert ask(phone, private["record"]).status_code == 200
    assert ask(phone, reflection["record"]).status_code == 200
    for who, record in ((other, private), (other, reflection), (stranger, visit), (stranger, private)):
        assert ask(who, record["record"]).status_code == 404
    assert ask(phone, f"visit:{new_id()}").status_code == 404
    assert ask(phone, f"student:{world.students['1/0/0']}").status_code == 404


def test_reading_a_history_is_written_down(phone, other, world):
    visit = new_visit(world)
    phone.push(visit)
    ask(other, visit["record"])
    with reading() as session:
        lines = session.execute(
            select(AccessLog.staff_id, AccessLog.subject).where(AccessLog.action == "history")
        ).all()
    assert [tuple(line) for line in lines] == [(world.staff["t102"], visit["record"])]


def test_a_long_history_gives_its_newest_and_says_that_there_is_more(phone, world, monkeypatch):
    monkeypatch.setattr(views, "MOST_VERSIONS", 2)
    visit = new_visit(world, at_home="一")
    second = edit(visit["record"], {"at_home": ("一", "二")}, after=visit["id"])
    phone.push(visit, second, edit(visit["record"], {"at_home": ("二", "三")}, after=second["id"]))
    answer = ask(phone, visit["record"]).json
    assert [each["rev"] for each in answer["versions"]] == [3, 2]
    assert answer["more"] is True
