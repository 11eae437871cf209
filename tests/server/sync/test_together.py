"""Real connections at the same time: page and worker send one edit, two phones write one record, a chain arrives split."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from server.db import reading
from server.records.models import Record, RecordVersion
from server.sync.models import InboxEdit
from tests.server.sync.phone import Phone, edit, id_of, new_visit

HANDS = 4


def together(app, jobs):
    """Run every job at the same moment in a thread of its own; returns what they gave, in their order."""
    barrier = Barrier(len(jobs))

    def run(job):
        barrier.wait(timeout=30)
        return job(app.test_client())

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(timeout=120) for future in [pool.submit(run, job) for job in jobs]]


def test_one_edit_sent_by_many_hands_has_one_effect(app, world):
    made = new_visit(world)
    batch = [made, edit(made["record"], {"at_home": (None, "一")}, after=made["id"])]
    said = together(app, [lambda client: Phone(client, world, "t101").push(*batch)] * HANDS)
    assert {tuple((each["status"], each["rev"]) for each in outcomes) for outcomes in said} == {
        (("applied", 1), ("applied", 2))
    }
    assert sum(not outcomes[0]["replayed"] for outcomes in said) == 1
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(RecordVersion)) == 2


def test_an_id_raced_for_by_two_contents_goes_to_one_of_them(app, world):
    made = new_visit(world)
    other = {**new_visit(world), "id": made["id"]}
    said = together(app, [lambda client, each=each: Phone(client, world, "t101").push(each) for each in (made, other)])
    assert sorted(outcomes[0]["status"] for outcomes in said) == ["applied", "quarantined"]
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Record)) == 1


def test_many_phones_on_one_record_lose_nothing(app, world):
    visit = f"visit:{id_of(new_visit(world))}"
    begin = {"student_id": (None, world.students["1/0/0"])}

    def writes(place):
        edits = [edit(visit, {**begin, "at_home": (None, f"{place}-{turn}")}) for turn in range(3)]
        login = ("t101", "t102", "head1")[place % 3]
        return lambda client: [Phone(client, world, login).push(each)[0] for each in edits]

    said = together(app, [writes(place) for place in range(HANDS)])
    assert {outcome["status"] for outcomes in said for outcome in outcomes} <= {"applied", "conflict"}
    rows = Phone(app.test_client(), world, "t101").rows()
    head = rows["visit", visit.partition(":")[2]]["at_home"]
    kept = {row["alternative"]["value"] for (kind, _), row in rows.items() if kind == "conflict"}
    assert {head} | kept == {f"{place}-{turn}" for place in range(HANDS) for turn in range(3)}
    with reading() as session:
        revs = session.scalars(select(RecordVersion.rev).where(RecordVersion.kind == "visit")).all()
    assert sorted(revs) == list(range(1, len(revs) + 1))


@pytest.mark.parametrize("turn", range(3))
def test_a_chain_that_arrives_in_pieces_at_once_ends_applied(app, world, turn):
    made = new_visit(world)
    chain = [made]
    for number in range(HANDS - 1):
        values = {"at_home": (None if number == 0 else f"{number - 1}", f"{number}")}
        chain.append(edit(made["record"], values, after=chain[-1]["id"]))
    pieces = chain[turn:] + chain[:turn]
    together(app, [lambda client, each=each: Phone(client, world, "t101").push(each) for each in pieces])
    with reading() as session:
        assert set(session.scalars(select(InboxEdit.status))) == {"applied"}
    assert Phone(app.test_client(), world, "t101").row("visit", id_of(made))["at_home"] == f"{HANDS - 2}"


def test_duplicates_written_at_once_see_each_other(app, world):
    visits = [new_visit(world, visit_result="done") for _ in range(2)]
    logins = ("t101", "t102")
    pairs = list(zip(logins, visits, strict=True))
    together(app, [lambda client, who=who, made=made: Phone(client, world, who).push(made) for who, made in pairs])
    rows = Phone(app.test_client(), world, "t101").rows()
    assert rows["visit", id_of(visits[0])]["possible_duplicates"] == [id_of(visits[1])]
    assert rows["visit", id_of(visits[1])]["possible_duplicates"] == [id_of(visits[0])]
