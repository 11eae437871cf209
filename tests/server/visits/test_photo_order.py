"""Photos stand as a person put them, and whoever adds one disturbs no order."""

from server.db import reading
from server.records.models import Record
from server.visits.photo_order import in_order
from tests.server.sync.phone import Phone, edit, id_of, merge, new_visit

A, B, C = "a" * 64, "b" * 64, "c" * 64


def order(*photos):
    return [{"photo": photo} for photo in photos]


def test_the_order_travels_and_a_photo_added_meanwhile_comes_last(client, world):
    phone, other = Phone(client, world, "t101"), Phone(client, world, "t102")
    made = new_visit(world, photos=[A, B])
    phone.push(made)
    other.push(edit(made["record"], members={"photos": {"add": [C]}}))
    (said,) = phone.push(edit(made["record"], {"photo_order": (None, order(B, A))}))
    assert said["status"] == "applied"
    with reading() as session:
        fields = session.get(Record, ("visit", id_of(made))).fields
        assert in_order(fields) == [B, A, C]


def test_a_merge_asks_nobody_about_an_order(client, world):
    phone = Phone(client, world, "t101")
    one, two = new_visit(world, photos=[A, B]), new_visit(world, photos=[C])
    phone.push(one, two)
    phone.push(
        edit(one["record"], {"photo_order": (None, order(B, A))}),
        edit(two["record"], {"photo_order": (None, order(C))}),
    )
    (said,) = phone.push(merge(two["record"], one["record"]))
    assert (said["status"], said["conflicts"]) == ("applied", [])
    with reading() as session:
        assert in_order(session.get(Record, ("visit", id_of(one))).fields) == [B, A, C]


def test_what_is_no_longer_there_has_no_place():
    assert in_order({"photos": [A], "photo_order": order(C, A)}) == [A]
    assert in_order({}) == []
