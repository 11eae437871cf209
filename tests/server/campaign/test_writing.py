"""Help with the words: it reaches the phones, keeps short, and never says what it warns against."""

from server.campaign.notice import notice
from server.campaign.writing import writing
from tests.server.schools.test_publishing import publish
from tests.server.schools.test_service import pulled

OPENING_MAX = 16  # a chip on a phone of 320 pixels


def offered() -> list[tuple[str, str]]:
    told = writing()
    by_prompt = [(field, line) for field, prompts in told.prompts.items() for each in prompts.values() for line in each]
    return [(field, line) for field, lines in told.openings.items() for line in lines] + by_prompt


def test_every_phone_gets_the_help_with_its_campaign(app, world):
    publish()
    (campaign,) = pulled(world, "t101")["school", "campaign"]
    told = campaign["writing"]
    assert told["quiet_hours"] == {"from": "22:00", "to": "07:00"}
    assert told["banners"]["growth_env"] == "不记录职业、收入、住房、婚姻细节。"
    assert list(told["prompts"]["at_school"]) == ["学习", "生活", "纪律", "品德"]
    assert "差生" in told["reminders"][0]["words"]
    assert "差生活" in told["reminders"][0]["except"]


def test_openings_are_for_fields_of_the_form_and_fit_on_a_chip():
    for field, line in offered():
        assert field in notice().fields, field
        assert len(line) <= OPENING_MAX, line


def test_no_opening_holds_a_word_that_would_be_reminded_of():
    watched = [word for each in writing().reminders for word in each.words]
    for _, line in offered():
        assert not [word for word in watched if word in line], line


def test_an_exception_holds_one_of_the_words_it_excepts():
    for each in writing().reminders:
        assert all(any(word in longer for word in each.words) for longer in each.except_)
