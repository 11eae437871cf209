"""五不准 told at the box: alone or beside other words, to whoever handles it, and read on with the 查询码 alone."""

import pytest
from sqlalchemy import select

from server.confidence.models import Report
from server.db import reading, transaction
from tests.server.box.test_box import TOKEN, WORDS, all_of, code_of

REPORT = {"five_no": ["3"], "five_no_text": "体育老师收了一条烟"}
LETTERS_BY_SCRIPT = 'type="button" data-letters="小字" hidden'


@pytest.fixture
def send(client, path):
    def send(token=None, **fields):
        made = token or TOKEN.search(client.get(path).text)[1]
        return client.post(path, data={"token": made, "visible_to": "school", **fields})

    return send


def reports():
    with reading() as session:
        return list(session.scalars(select(Report)))


@pytest.mark.parametrize(("to", "circle"), [("ethics", "ethics"), ("centre", "centre")])
def test_a_report_alone_is_taken_and_no_row_elsewhere_tells_of_it(send, to, circle):
    page = send(**REPORT, five_no_to=to, five_no_reply="y")
    assert page.status_code == 200
    assert "保密反映已收到" in page.text
    (kept,) = reports()
    assert (kept.source, kept.circle, kept.reasons, kept.reply_wanted) == ("box", circle, ["3"], True)
    assert all_of() == []


def test_beside_words_each_goes_its_own_way_once_under_one_code(client, send, path):
    token = TOKEN.search(client.get(path).text)[1]
    first, again = send(token, **WORDS, **REPORT), send(token, **WORDS, **REPORT)
    assert code_of(first) == code_of(again)
    (words,), (kept,) = all_of(), reports()
    assert words.code_hash == kept.code_hash
    assert "烟" not in str(vars(words))
    shown = client.post(f"{path}/answer", data={"code": code_of(first)}).text
    assert "已收到" in shown
    assert "烟" not in shown


def test_ticked_without_a_word_it_asks_whom_it_is_about_and_nothing_is_kept(send):
    page = send(**WORDS, five_no=["3"])
    assert page.status_code == 422
    assert "哪位老师" in page.text
    assert (all_of(), reports()) == ([], [])


def test_without_words_or_a_report_the_box_still_asks_for_words(send):
    page = send(asker="family", kind="suggestion", five_no_to="centre", five_no_reply="y")
    assert page.status_code == 422
    assert reports() == []


def test_its_handler_asks_and_replies_and_its_writer_reads_on_with_the_code(client, send, path):
    code = code_of(send(**REPORT))
    waiting = client.post(f"{path}/answer", data={"code": code}).text
    assert ("有人在办" in waiting, LETTERS_BY_SCRIPT in waiting) == (True, False)
    with transaction() as session:
        session.scalars(select(Report)).one().question = "大概是哪一天？"
    asked = client.post(f"{path}/answer", data={"code": code}).text
    assert "大概是哪一天" in asked
    assert LETTERS_BY_SCRIPT in asked  # an answer that was begun stays on the page
    assert "收到了" in client.post(f"{path}/question", data={"code": code, "words": "上周三"}).text
    assert reports()[0].answer == "上周三"
    with transaction() as session:
        session.scalars(select(Report)).one().reply = "已退还并谈话"
    assert "已退还并谈话" in client.post(f"{path}/answer", data={"code": code}).text
    assert client.post(f"{path}/question", data={"code": "00000000", "words": "上周三"}).status_code == 422


def test_the_page_of_the_code_is_shown_again_and_does_not_speak_of_the_report(client, send, path):
    token = TOKEN.search(client.get(path).text)[1]
    code = code_of(send(token, **REPORT))
    again = client.post(path, data={"token": token, "again": "1"})
    assert code_of(again) == code
    assert "保密反映已收到" not in again.text


@pytest.mark.parametrize("order", [(WORDS, REPORT), (REPORT, WORDS)])
def test_a_code_that_opens_somebody_elses_words_or_report_is_given_to_nobody_else(monkeypatch, send, order):
    monkeypatch.setattr("server.receipts.code_for", lambda _: "12345678")
    first, second = order
    assert send(**first).status_code == 200
    assert send(**second).status_code == 400
    assert len(all_of()) + len(reports()) == 1


def test_words_beside_a_report_are_placed_by_their_writer_as_without_one(send):
    page = send(**REPORT, text="班主任要我们送礼", asker="family")
    assert page.status_code == 422
    assert "请点一下是哪一种" in page.text
    assert (all_of(), reports()) == ([], [])


@pytest.mark.parametrize("kind", ["suggestion", "praise", "problem"])
def test_what_its_writer_ticked_as_about_a_teacher_never_lies_on_the_schools_board(send, kind):
    send(**{**WORDS, "kind": kind, "text": "有位老师收了家里的礼"}, about_teacher="y")
    (kept,) = all_of()
    assert (kept.circle, kept.kind) == ("ethics", "problem")


def test_words_that_were_moved_into_confidence_leave_the_board(client, send, path):
    token = TOKEN.search(client.get(path).text)[1]
    first = send(token, **{**WORDS, "text": "门卫凶"})
    again = send(token, five_no_text="门卫凶，还收了一条烟")
    assert code_of(first) == code_of(again)
    assert [(each.state, each.content) for each in all_of()] == [("withdrawn", "")]
    assert reports()[0].text == "门卫凶，还收了一条烟"


def test_a_number_left_with_a_report_alone_reaches_its_handler_and_nobody_else(send):
    send(**REPORT, contact="13912345678")
    assert reports()[0].text.endswith("电话：13912345678")
    assert all_of() == []


def test_a_number_left_with_words_stays_with_the_words(send):
    send(**WORDS, **REPORT, contact="13912345678")
    assert "139" not in reports()[0].text
    assert all_of()[0].contact == "13912345678"
