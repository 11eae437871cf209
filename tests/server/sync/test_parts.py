"""A phone that let go of a refused family's words sends what is left after a restore: one id, one effect, no case."""

from sqlalchemy import func, select

from server.accounts.devices import actor_of_token
from server.db import reading
from server.sync import erasure
from server.sync.models import Case, InboxEdit
from tests.server.sync.phone import edit, id_of, new_visit


def cut(made, *names):
    changes = {name: change for name, change in made["changes"].items() if name not in names}
    return {**made, "changes": changes, "members": {n: m for n, m in made["members"].items() if n not in names}}


def count(model):
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_what_is_left_of_an_edit_is_answered_as_the_edit_and_changes_nothing(phone, world):
    made = new_visit(world, strengths="爱笑", purpose=["praise"])
    (first,) = phone.push(made)
    assert phone.push(cut(made, "strengths", "purpose")) == [{**first, "replayed": True}]
    assert phone.push(cut(made, "strengths"), made) == [{**first, "replayed": True}] * 2
    assert phone.row("visit", id_of(made))["strengths"] == "爱笑"
    assert (count(InboxEdit), count(Case)) == (1, 0)


def test_what_the_backup_lacks_is_taken_in_and_its_successors_follow(phone, world):
    made = new_visit(world, strengths="爱笑")
    words = edit(made["record"], {"at_home": (None, "做饭")}, after=made["id"])
    own = edit(f"visit_private:{id_of(made)}", {"child_voice": (None, "想打球")}, after=made["id"])
    last = edit(made["record"], {"visit_form": ("home", "phone")}, after=words["id"])
    left = [cut(made, "strengths"), cut(words, "at_home"), cut(own, "child_voice"), last]
    assert [each["status"] for each in phone.push(*left)] == ["applied"] * 4
    assert phone.row("visit", id_of(made))["visit_form"] == "phone"
    assert count(Case) == 0


def test_of_an_erased_family_nothing_is_kept_of_what_is_left_either(app, phone, world):
    made = new_visit(world, strengths="爱笑", issues="作业")
    phone.push(made)
    erasure.erase(app.extensions["jiafang.photos"], world.students["1/0/0"], actor_of_token(world.tokens["head1"]))
    (said,) = phone.push(cut(made, "strengths"))
    assert said["status"] == "erased"
    with reading() as session:
        assert set(session.scalars(select(InboxEdit.body))) == {None}


def test_another_persons_edit_and_other_words_are_recognised_in_nothing(phone, other, world):
    made = new_visit(world, strengths="爱笑")
    phone.push(made)
    (theirs,) = other.push(cut(made, "strengths"))
    (changed,) = phone.push({**made, "changes": {**made["changes"], "strengths": {"old": None, "new": "别的"}}})
    assert [each["reason"] for each in (theirs, changed)] == ["id_reused", "id_reused"]
