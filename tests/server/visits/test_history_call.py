"""The phone's question how a record became what it is: only for those who may read the record, and written down."""

from sqlalchemy import select

from server.accounts.models import AccessLog
from server.db import new_id, reading
from server.visits import views
from tests.server.sync.phone import edit, id_of, merge, new_visit


def visitors(add=(), remove=()):
    return {"visitors": {"add": list(add), "remove": list(remove)}}


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


def test_whoever_is_added_later_reads_what_changed_since(phone, other, stranger, world):
    """The words of a child that were taken back before somebody came along are not theirs to read."""
    visit = new_visit(world, visitors=[world.staff["t101"]])
    private = f"visit_private:{id_of(visit)}"
    first = edit(private, {"child_voice": (None, "怕爸爸")}, after=visit["id"])
    second = edit(private, {"child_voice": ("怕爸爸", "想画画")}, after=first["id"])
    phone.push(visit, first, second)
    phone.push(edit(visit["record"], members=visitors(add=[other.staff, stranger.staff]), after=second["id"]))
    assert ask(other, private).json == {"versions": [], "settled": [], "more": True}
    third = edit(private, {"child_voice": ("想画画", "想唱歌")}, after=second["id"])
    phone.push(third)
    for who in (other, stranger):
        [seen] = versions(who, private)
        assert seen["changes"] == [{"field": "child_voice", "old": "想画画", "new": "想唱歌"}]
    assert ask(other, private).json["more"] is True
    assert [each["rev"] for each in versions(phone, private)] == [3, 2, 1]
    assert ask(phone, private).json["more"] is False


def test_whoever_was_out_for_a_while_does_not_read_that_while(phone, other, world):
    visit = new_visit(world, visitors=[world.staff["t101"], world.staff["t102"]])
    private = f"visit_private:{id_of(visit)}"
    said = edit(private, {"child_voice": (None, "一")}, after=visit["id"])
    phone.push(visit, said)
    assert len(versions(other, private)) == 1
    phone.push(edit(visit["record"], members=visitors(remove=[other.staff])))
    phone.push(edit(private, {"child_voice": ("一", "二")}, after=said["id"]))
    assert ask(other, private).status_code == 404
    phone.push(edit(visit["record"], members=visitors(add=[other.staff])))
    phone.push(edit(private, {"child_voice": ("二", "三")}))
    assert [each["rev"] for each in versions(other, private)] == [3, 1]
    assert len(versions(phone, private)) == 3


def test_the_class_teacher_who_was_not_there_reads_all_of_it(phone, other, world):
    visit = new_visit(world, visitors=[world.staff["t102"]])
    private = f"visit_private:{id_of(visit)}"
    first = edit(private, {"child_voice": (None, "一")}, after=visit["id"])
    other.push(visit, first, edit(private, {"child_voice": ("一", "二")}, after=first["id"]))
    other.push(edit(visit["record"], members=visitors(add=[phone.staff])))
    assert [each["rev"] for each in versions(phone, private)] == [2, 1]


def test_who_wrote_the_other_of_two_merged_visits_reads_on_from_the_merge(phone, other, world):
    lost, kept = new_visit(world, visit_result="done"), new_visit(world, visit_result="done")
    private = f"visit_private:{id_of(kept)}"
    first = edit(private, {"child_voice": (None, "先前的话")}, after=kept["id"])
    phone.push(kept, first, edit(private, {"child_voice": ("先前的话", "后来的话")}, after=first["id"]))
    other.push(lost)
    phone.push(merge(lost["record"], kept["record"]))
    assert "先前的话" not in str(versions(other, private))


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
