"""What is about a teacher is answered by the 师德专员, what is the centre's by the centre; the school asks the centre and gets it back."""

import pytest

from server.db import reading
from server.suggestions.models import Suggestion
from server.suggestions.service import answer_to
from tests.server.oversight.conftest import Desk
from tests.server.suggestions.told import events, tell


@pytest.fixture
def desk(app, world):
    return Desk(app, "desk1")


@pytest.fixture
def ethics(app, world):
    return Desk(app, "ethics1")


@pytest.fixture
def centre(app, world):
    return Desk(app, "centre")


def row(id_):
    with reading() as session:
        return session.get_one(Suggestion, id_)


def do(desk, id_, step, **fields):
    """Do one thing as the page offers it."""
    at = f"/school/suggestions/{id_}"
    seen = desk.read(at).split('name="seen" value="')[1].split('"')[0]
    return desk.send(at, f"{at}/{step}", seen=seen, **fields)


def test_the_officer_decides_answers_and_closes(ethics, world):
    made = tell(world, "数学老师总拖堂", kind="problem", ref="r")
    assert "某老师总拖堂" in ethics.read("/school/ethics")
    do(ethics, made.id, "progress", decision="explain", measures="", result="")
    do(ethics, made.id, "reply", reply="已和老师说过", reply_way="page")
    assert do(ethics, made.id, "close").status_code == 200
    assert row(made.id).closed_at is not None
    with reading() as session:
        assert answer_to(session, "box", "r").reply == "已和老师说过"
    assert "办完的 1 件" in ethics.read("/school/ethics")


def test_who_answers_it_hands_nothing_out_and_publishes_nothing(ethics, world):
    made = tell(world, "数学老师总拖堂", kind="problem")
    page = ethics.read(f"/school/suggestions/{made.id}")
    for step in ("hand-out", "sort", "tie", "ethics", "publish"):
        assert f"{made.id}/{step}" not in page
        assert ethics.send("/school/ethics", f"/school/suggestions/{made.id}/{step}").status_code == 403


def test_the_centre_answers_what_was_told_to_it_alone(centre, world):
    made = tell(world, "学校收费不明白", visible_to="centre")
    assert "学校收费不明白" in centre.read("/centre/inbox")
    assert "第1中学" in centre.read("/centre/inbox")
    assert 'value="to_centre"' not in centre.read(f"/school/suggestions/{made.id}")
    do(centre, made.id, "reply", reply="已请学校公示", reply_way="page")
    assert row(made.id).replied_at is not None


def test_the_school_asks_the_centre_and_gets_it_back_with_words(app, desk, centre, world):
    made = tell(world, "校门口的路灯坏了，学生200说的")
    at = f"/school/suggestions/{made.id}"
    assert centre.get(at).status_code == 404
    do(desk, made.id, "progress", decision="to_centre", measures="要请市政修", result="")
    assert "报上来" in centre.read("/centre/inbox")
    page = centre.read(at)
    assert "要请市政修" in page
    assert "看原文" not in page
    assert centre.send(at, f"{at}/original").status_code == 404
    assert do(centre, made.id, "reply", reply="越过学校答复", reply_way="page").status_code == 404
    assert do(centre, made.id, "give-back", words=" ").status_code == 422
    assert do(centre, made.id, "give-back", words="已联系市政，下周修").request.path == "/centre/inbox"
    assert centre.get(at).status_code == 404
    assert "已联系市政，下周修" in desk.read(at)
    assert (row(made.id).up_since, row(made.id).decision) == (None, None)
    assert events(made.id) == ["received", "progress", "centre_said"]


def test_an_answer_that_did_not_wait_takes_it_off_the_centres_page(desk, centre, world):
    made = tell(world, "校门口的路灯坏了")
    do(desk, made.id, "progress", decision="to_centre", measures="", result="")
    since = row(made.id).up_since
    do(desk, made.id, "progress", decision="to_centre", measures="再问一句", result="")
    assert row(made.id).up_since == since
    do(desk, made.id, "reply", reply="学校自己修好了", reply_way="page")
    assert "路灯" not in centre.read("/centre/inbox")


def test_a_problem_whose_only_officer_wrote_it_down_is_the_centres(centre, ethics, world):
    made = tell(world, "数学老师总拖堂", kind="problem", author_id=world.staff["ethics1"])
    assert row(made.id).circle == "centre"
    assert ethics.get(f"/school/suggestions/{made.id}").status_code == 404
    assert "总拖堂" in centre.read("/centre/inbox")


def test_the_bar_counts_what_waits(centre, ethics, desk, world):
    tell(world, "数学老师总拖堂", kind="problem")
    tell(world, "学校收费不明白", visible_to="centre")
    made = tell(world, "校门口的路灯坏了")
    do(desk, made.id, "progress", decision="to_centre", measures="", result="")
    assert '<span class="count">1<span' in ethics.read("/school/ethics")
    assert '<span class="count">2<span' in centre.read("/centre/inbox")
