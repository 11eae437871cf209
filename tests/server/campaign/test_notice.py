"""The notice as data: the lists are whole, and the words keep to their limits."""

import pytest

from server.campaign.notice import notice

CARD_MAX, REPORT_MAX = 120, 200  # signs, spaces and blanks to fill in excepted


@pytest.mark.parametrize(
    ("field", "codes"),
    [
        ("visit_form", "home agreed_place at_school phone video message"),
        ("visit_type", "general return topic"),
        ("visit_result", "done nobody_home child_alone rescheduled declined unreachable"),
        ("offered", "at_school phone video later"),
        ("respondents", "father mother grandparent other_guardian student"),
        ("place_kind", "community school other"),
        ("purpose", "term_start praise study habits adjustment after_absence policy_aid listening agreed_return"),
        ("face_four", "policy situation strategy voice"),
        ("bring_seven", "1 2 3 4 5 6 7"),
        ("know_six", "1 2 3 4 5 6"),
        ("must_visit_eight", "1 2 3 4 5 6 7 8"),
        ("five_no", "1 2 3 4 5"),
        ("use", "archive school public"),
        ("who", "teacher school family student"),
        ("from", "family student society"),
        ("kind", "praise suggestion problem"),
        ("pass_on", "named anonymous withheld"),
    ],
)
def test_the_codes_stand_in_the_order_of_the_labels(field, codes):
    choices = notice().codes[field]
    assert [choice.code for choice in choices] == codes.split()
    assert len({choice.label for choice in choices}) == len(choices)


def test_people_read_labels_and_an_unknown_code_as_it_is():
    assert notice().label("visit_result", "declined") == "家长婉拒"
    assert notice().label("visit_result", "new_one") == "new_one"
    assert notice().field_label(f"photos/{'a' * 64}/caption") == "图片说明"
    assert notice().field_label("strengths") == "闪光点"


def test_every_choice_of_the_form_has_a_named_field():
    lists_of_the_notice = {"know_six", "must_visit_eight", "five_no", "who"}
    assert set(notice().codes) - lists_of_the_notice <= set(notice().fields)


def test_cards_keep_to_their_length():
    for card in notice().cards:
        signs = len("".join(card.text.replace("{centre}", "").split()))
        assert signs <= (REPORT_MAX if card.key == "report" else CARD_MAX), (card.key, signs)
