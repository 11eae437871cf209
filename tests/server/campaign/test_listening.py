"""Words of harm are heard, and what only looks like them is not."""

import pytest

from server.campaign.listening import listening
from server.campaign.notice import notice


@pytest.mark.parametrize(
    "text",
    [
        "孩子说不想活了",
        "他最近总说想死，我们很怕",
        "老师体罚学生",
        "女儿在宿舍被打了",
        "孩子手上有割腕的伤",
        "有人带刀进校",
        "孩子在厕所被几个人围殴",
        "说活着没意思",
        "孩子自 杀 未遂",
        "被同学长期霸凌",
        "不想活动了，也不想活了",
    ],
)
def test_words_of_harm_are_urgent(text):
    assert listening().is_urgent(text)


@pytest.mark.parametrize(
    "text",
    [
        "孩子周末不想活动",
        "别让孩子死记硬背",
        "孩子不想死记硬背古诗",
        "午休常被打扰",
        "上课总被打断",
        "希望多办防欺凌讲座",
        "建议开预防校园欺凌的班会",
        "作业多得要命",
        "食堂的鱼死咸",
        "鞋带打死结解不开",
        "累死了也要写完",
        "想死你们了，老师们",
        "老师从不体罚，很耐心",
        "食堂打饭排队太长",
        "希望打印资料少一点",
        "",
    ],
)
def test_what_only_looks_like_it_is_not(text):
    assert not listening().is_urgent(text)


def test_the_choices_are_those_of_the_form():
    for field in ("kind",):
        assert [(each.code, each.label) for each in listening().codes[field]] == [
            (each.code, each.label) for each in notice().codes[field]
        ]
    assert [each.label for each in listening().codes["topic"]] == [
        "学校办学",
        "教师队伍建设",
        "教育教学方法",
        "安全后勤",
        "收费",
        "其他",
    ]


def test_the_emergency_numbers_are_always_there():
    assert [each.number for each in listening().hotlines][:2] == ["110", "120"]
