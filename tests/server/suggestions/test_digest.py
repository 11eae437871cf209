"""回应公示: published by a person, after a look for names; nobody is recognisable on it."""

import pytest

from tests.server.suggestions.test_work import Office, row
from tests.server.suggestions.told import tell


@pytest.fixture(params=["sqlite"])
def config(config):
    """What these pages stand on is tried on both databases by its own tests."""
    return config


@pytest.fixture
def office(app, world):
    return Office(app, "desk1")


@pytest.fixture
def answered(office, world):
    id_ = tell(world, "食堂的汤常是凉的", kind="problem", topic="safety").id
    office.do(id_, "reply", reply="已换保温桶", reply_way="page")
    return id_


def test_an_answer_is_published_and_taken_down(client, office, answered, world):
    public = f"/box/{world.schools[1]}/answers"
    assert "还没有公示" in client.get(public).text
    page = office.do(answered, "publish", public_text="饭菜保温不好", public_done="换了保温桶").text
    assert "已公示" in page
    shown = client.get(public).text
    for words in ("安全后勤", "饭菜保温不好", "换了保温桶"):
        assert words in shown
    assert "食堂的汤" not in shown
    assert "饭菜保温不好" not in client.get(f"/box/{world.schools[2]}/answers").text
    office.do(answered, "take-down")
    assert "饭菜保温不好" not in client.get(public).text
    assert row(answered).public_text == "饭菜保温不好"


@pytest.mark.parametrize(
    ("said", "done", "named"),
    [
        ("学生100家说饭凉", "换了", "学生100"),
        ("饭凉", "老师desk1换了保温桶", "老师desk1"),
        ("七年级1班反映饭凉", "换了", "七年级1班"),
        ("班主任没管", "谈了话", "班主任"),
        ("饭凉", "请打13912345678", "13912345678"),
        ("家长1说饭凉", "换了", "家长1"),
    ],
)
def test_names_are_refused_and_every_word_stays(office, answered, said, done, named):
    answer = office.do(answered, "publish", public_text=said, public_done=done)
    assert answer.status_code == 422
    assert named in answer.text
    assert said in answer.text
    assert row(answered).published_at is None


def test_what_is_not_answered_is_not_published(office, world):
    id_ = tell(world).id
    assert office.do(id_, "publish", public_text="饭凉", public_done="换了").status_code == 409


def test_what_goes_to_the_ethics_officer_leaves_the_public_page(client, office, answered, world):
    office.do(answered, "publish", public_text="饭菜保温不好", public_done="换了保温桶")
    office.do(answered, "ethics")
    assert "饭菜保温不好" not in client.get(f"/box/{world.schools[1]}/answers").text


def test_the_boxs_code_is_there_to_print(office, world):
    page = office.read("/school/suggestions/box")
    assert "<svg" in page
    assert f"/box/{world.schools[1]}" in page
