"""A form without a cookie: its token is of one page, is signed, and names one sending."""

import time

import pytest

from server import receipts
from server.form_tokens import LIVES_SECONDS, FormTokens, FormTokenUnfit

FEEDBACK, BOX = FormTokens("feedback"), FormTokens("box")


@pytest.fixture
def token(app):
    return FEEDBACK.make("ticket-1")


def test_each_page_names_one_sending(app, token):
    assert FEEDBACK.read(token, "ticket-1") == FEEDBACK.read(token, "ticket-1")
    assert FEEDBACK.read(token, "ticket-1") != FEEDBACK.read(FEEDBACK.make("ticket-1"), "ticket-1")


def test_a_token_of_another_page_kind_or_hand_is_unfit(app, token):
    for form, said, subject in (
        (FEEDBACK, token, "ticket-2"),
        (BOX, token, "ticket-1"),
        (FEEDBACK, token[:-2] + "xx", "ticket-1"),
        (FEEDBACK, "", "ticket-1"),
        (FEEDBACK, "家", "ticket-1"),
    ):
        with pytest.raises(FormTokenUnfit):
            form.read(said, subject)


def test_a_token_of_last_week_is_unfit(app, token, monkeypatch):
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + LIVES_SECONDS + 2)
    with pytest.raises(FormTokenUnfit):
        FEEDBACK.read(token, "ticket-1")


def test_a_code_is_read_as_people_type_it(app):
    assert (
        receipts.hash_of("a", "4071 8265")
        == receipts.hash_of("a", "４０７１-８２６５")
        == receipts.hash_of("a", "40718265")
    )
    assert receipts.hash_of("a", "40718265") != receipts.hash_of("b", "40718265")


def test_a_sending_has_one_code_of_eight_digits(app):
    for form_id in map(str, range(100)):
        code = receipts.code_for(form_id)
        assert len(code) == receipts.DIGITS
        assert receipts.tidy(receipts.in_groups(code)) == code == receipts.code_for(form_id)
    assert len({receipts.code_for(str(each)) for each in range(100)}) > 95
