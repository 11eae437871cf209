"""A teacher is named by name, by 张老师, by 班主任 or 数学老师; and the same words without names name nobody."""

import pytest

from server.suggestions.naming import named_in, recognisable_in, without_names
from server.suggestions.roster import Roster


@pytest.fixture
def roster():
    return Roster(
        students=["王子涵", "李雨桐"],
        given=["子涵", "雨桐"],
        guardians=["赵秀英"],
        staff={"z": "张建国", "g": "高敏", "o": "欧阳雪", "h": "和平", "w": "文静"},
        classes={"c": "七年级1班"},
    )


@pytest.fixture
def named(monkeypatch, roster):
    from server.suggestions import naming

    monkeypatch.setattr(naming, "holders_of", lambda _session, duty, classes: [f"{duty}@{min(classes)}"])
    return lambda text, class_id=None: named_in(None, Roster([], [], [], roster.staff, {}), text, class_id)


@pytest.mark.parametrize(
    ("text", "staff"),
    [
        ("张老师讲得好", ("z",)),
        ("张建国讲得好", ("z",)),
        ("欧阳老师和张主任", ("o", "z")),
        ("高老师布置太多", ("g",)),
        ("希望提高老师的水平", ()),
        ("和老师聊得很好", ()),
        ("语文教师太少", ()),
        ("由于老师换得勤", ()),
        ("老师们很辛苦", ()),
    ],
)
def test_who_is_named_by_name_or_by_title(named, text, staff):
    assert named(text).staff == staff


@pytest.mark.parametrize(
    ("text", "duties"),
    [
        ("班主任太凶", ("班主任",)),
        ("数学老师讲太快", ("数学",)),
        ("教英语的老师换了三个", ("英语",)),
        ("体育课老师常不来", ("体育与健康",)),
        ("政治老师和班主任老师", ("班主任", "道德与法治")),
        ("数学作业太多", ()),
        ("希望多开音乐课", ()),
    ],
)
def test_a_duty_is_naming_too(named, text, duties):
    assert named(text).duties == duties


def test_a_duty_is_looked_up_in_the_writers_class(named):
    assert named("班主任太凶", "c1").staff == ("班主任@c1",)
    assert named("班主任太凶", "c1").duties == ()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("王子涵和李雨桐同学打架", "某同学和某同学打架"),
        ("子涵妈妈赵秀英来过", "某妈妈某家长来过"),
        ("张老师、张建国老师、张主任", "某老师、某老师、某主任"),
        ("数学老师讲太快", "某老师讲太快"),
        ("班主任老师很负责", "某老师很负责"),
        ("请打13912345678", "请打（号码）"),
        ("提高老师的水平，和老师多聊", "提高老师的水平，和老师多聊"),
        ("星辰大海", "星辰大海"),
        ("7点50分到校，1000元以内", "7点50分到校，1000元以内"),
    ],
)
def test_the_words_without_names_name_nobody(roster, text, masked):
    assert without_names(roster, text) == masked
    assert not recognisable_in(Roster([], ["子涵"], [], roster.staff, {}), masked)  # a roster loaded for these words


def test_praise_keeps_the_name_of_whom_it_praises(roster):
    assert without_names(roster, "张老师常陪王子涵", keep_staff=["z"]) == "张老师常陪某同学"


def test_what_would_be_recognised_is_named_once_each(roster):
    found = recognisable_in(roster, "七年级1班王子涵的班主任张老师，电话13912345678，张老师")
    assert {"七年级1班", "王子涵", "班主任", "张老师", "13912345678"} <= set(found)
    assert len(found) == len(set(found))
