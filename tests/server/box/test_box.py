"""The box takes a word from anybody, once, loses nothing that was typed, and opens the answer to the 查询码 alone."""

import re

import pytest

from server.box import service as box
from server.box.pages import TOKENS
from server.db import new_id, transaction
from server.suggestions.models import Suggestion
from server.times import utc_now
from tests.server.suggestions.told import all_of

CODE = re.compile(r'class="code"[^>]*>(\d{4}) (\d{4})<')
TOKEN = re.compile(r'name="token"[^>]*value="([^"]+)"')
WORDS = {"asker": "family", "kind": "suggestion", "topic": "safety", "text": "食堂的汤常是凉的", "visible_to": "school"}


@pytest.fixture
def send(client, path):
    def send(token=None, at=path, **fields):
        made = token or TOKEN.search(client.get(at).text)[1]
        return client.post(at, data={**WORDS, "token": made, **fields})

    return send


def test_a_huge_body_is_refused_in_words(send):
    page = send(text="长" * 4_000_000)
    assert page.status_code == 413
    assert len(page.data) < 16_000


def code_of(page):
    return "".join(CODE.search(page.text).groups())


def answer(reply="谢谢您，下周换保温桶。"):
    with transaction() as session:
        session.query(Suggestion).update({"reply": reply, "replied_at": utc_now(), "reply_way": "page"})


def test_a_word_goes_in_and_its_answer_is_read_with_the_code(client, send, path, world):
    page = send(contact="13912345678")
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    (kept,) = all_of()
    assert (kept.source, kept.school_id, kept.content, kept.topic) == (
        "box",
        world.schools[1],
        "食堂的汤常是凉的",
        "safety",
    )
    assert kept.contact == "13912345678"
    code = code_of(page)
    assert code not in str(vars(kept))
    assert "已收到" in client.post(f"{path}/answer", data={"code": code}).text
    answer()
    shown = client.post(f"{path}/answer", data={"code": f" {code[:4]}-{code[4:]} "}).text
    assert "下周换保温桶" in shown
    assert "食堂的汤" not in shown
    rated = client.post(f"{path}/rate", data={"code": code, "rating": "satisfied"}).text
    assert "您的评价：满意" in rated
    assert "已经评价过" in client.post(f"{path}/rate", data={"code": code, "rating": "not"}).text
    assert all_of()[0].rating == "satisfied"


def test_not_satisfied_opens_it_again_and_the_reply_stays_meanwhile(client, send, path):
    code = code_of(send())
    answer()
    client.post(f"{path}/rate", data={"code": code, "rating": "not"})
    assert all_of()[0].reopened
    page = client.post(f"{path}/answer", data={"code": code}).text
    assert "学校上一次的答复" in page
    assert "下周换保温桶" in page
    answer("已换了新桶。")
    page = client.post(f"{path}/answer", data={"code": code}).text
    assert ("已换了新桶" in page, "上一次" in page) == (True, False)


def test_larger_letters_keep_what_was_typed_and_store_nothing(client, path):
    typed = {**WORDS, "token": "not kept", "text": "食堂<的汤"}
    page = client.post(f"{path}/letters?big=1", data=typed).text
    assert ('class="big"' in page, "not kept" in page, "食堂&lt;的汤" in page) == (True, False, True)
    assert "红字" not in page
    del typed["kind"]
    assert "有一处还要补一下" in client.post(f"{path}/letters", data={**typed, "head": "wrong"}).text
    assert "刚才填的在下面" in client.post(f"{path}/letters", data={**typed, "head": "carried"}).text
    assert all_of() == []


def test_a_form_sent_again_has_one_effect_and_the_same_code(client, send, path):
    token = TOKEN.search(client.get(path).text)[1]
    first, second = send(token), send(token)
    assert code_of(first) == code_of(second)
    assert len(all_of()) == 1
    third = send(token, text="汤凉，饭也凉")
    assert code_of(third) == code_of(first)
    assert [each.content for each in all_of()] == ["汤凉，饭也凉"]


@pytest.mark.parametrize("token", ["", "x" * 50, "WyJhIiwiYiJd.aaaa.bbbb", "\u202e"])
def test_a_forged_or_missing_token_changes_nothing_and_keeps_every_word(client, send, token):
    page = send(token or " ", text="写了很久的话")
    assert page.status_code == 400
    assert "写了很久的话" in page.text
    assert all_of() == []
    assert TOKENS.read(TOKEN.search(page.text)[1], page.request.path.rsplit("/", 1)[1])


def test_a_token_of_another_school_or_page_is_none_here(client, send, world):
    other = TOKEN.search(client.get(f"/box/{world.schools[2]}").text)[1]
    assert send(other).status_code == 400
    assert all_of() == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": ""}, "请写下您想说的话"),
        ({"text": " \n\u200b "}, "请写下您想说的话"),
        ({"text": "长" * 301}, "最多300字"),
        ({"asker": ""}, "请点一下您是谁"),
        ({"kind": "shout"}, "Not a valid choice|请点一下"),
        ({"contact": "1" * 33}, "号码没有这么长"),
    ],
)
def test_what_is_wrong_is_said_beside_it(send, fields, said):
    page = send(**fields)
    assert page.status_code == 422
    assert re.search(said, page.text)
    assert all_of() == []


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script><img src=x onerror=y>",
        "'; DROP TABLE suggestions; --",
        "👩‍👧 谢谢 🙏",
        "مرحبا שלום",
        "行一\r\n行二",
        "长" * 300,
        "\x07铃\x1b[31m\u202e倒",
    ],
)
def test_any_words_are_kept_as_words(client, send, text):
    assert send(text=text).status_code == 200
    kept = all_of()[0].content
    assert "\x07" not in kept
    assert "\u202e" not in kept
    assert "\r" not in kept
    assert kept


def test_a_nul_or_ten_megabytes_get_a_clear_page(client, send, path):
    assert send(text="a\0b").status_code == 400
    large = send(text="长" * 3_500_000)
    assert large.status_code == 413
    assert "写得太多了" in large.text
    assert all_of() == []


def test_words_of_harm_are_answered_with_the_hotlines_at_once(send):
    page = send(text="孩子说不想活了").text
    for number in ("110", "120", "12356"):
        assert f'href="tel:{number}"' in page
    assert all_of()[0].urgent


def test_a_problem_with_a_teacher_looks_to_its_writer_like_any_other(send):
    page, other = send(kind="problem", text="数学老师总拖堂"), send()
    assert [each.circle for each in all_of()] == ["ethics", "school"]
    assert re.sub(r"\d", "", page.text) == re.sub(r"\d", "", other.text)


def test_its_writer_can_say_that_it_is_about_a_teacher(send):
    send(kind="problem", text="收了家里的礼", about_teacher="y")
    send(kind="praise", text="很耐心", about_teacher="y")
    send(kind="praise", text="很有耐心")
    assert [each.circle for each in all_of()] == ["ethics", "ethics", "school"]


def test_what_is_for_the_centre_never_reaches_the_school(send):
    send(visible_to="centre")
    assert all_of()[0].circle == "centre"


def test_a_code_opens_its_own_school_only_and_is_not_to_be_guessed(client, send, path, world):
    code = code_of(send())
    assert client.post(f"/box/{world.schools[2]}/answer", data={"code": code}).status_code == 422
    statuses = [client.post(f"{path}/answer", data={"code": f"{each:08}"}).status_code for each in range(12)]
    assert statuses[:9] == [422] * 9
    assert statuses[-1] == 429
    elsewhere = {"REMOTE_ADDR": "10.9.9.9"}
    right = client.post(f"{path}/answer", data={"code": code}, environ_overrides=elsewhere)
    assert right.status_code == 200


def test_reading_with_the_right_code_is_not_counted(client, send, path):
    code = code_of(send())
    assert {client.post(f"{path}/answer", data={"code": code}).status_code for _ in range(15)} == {200}


def test_a_flood_from_one_address_is_stopped_and_loses_no_word(client, send, monkeypatch):
    from dataclasses import replace

    monkeypatch.setattr(box, "SENDINGS", replace(box.SENDINGS, most=3))
    pages = [send(text=f"第{each}条") for each in range(5)]
    assert [page.status_code for page in pages] == [200, 200, 200, 429, 429]
    assert "第4条" in pages[-1].text
    assert len(all_of()) == 3


def test_two_writers_never_share_a_code(client, send, path, monkeypatch):
    monkeypatch.setattr(box.receipts, "code_for", lambda _form_id: "12345678")
    assert send().status_code == 200
    second = send(text="另一个人的话")
    assert second.status_code == 400
    assert "另一个人的话" in second.text
    assert len(all_of()) == 1


def test_a_box_that_is_none_says_so(client):
    page = client.get(f"/box/{new_id()}")
    assert page.status_code == 404
    assert "没有找到这个意见箱" in page.text


def test_how_to_reach_a_writer_is_forgotten_when_it_is_over(send):
    send(contact="13900000001")
    send(contact="13900000002")
    with transaction() as session:
        first = session.query(Suggestion).order_by(Suggestion.id).first()
        first.closed_at = utc_now()
    with transaction() as session:
        assert box.forget_contacts(session, utc_now()) == 1
    assert [each.contact for each in all_of()] == [None, "13900000002"]
    with transaction() as session:
        assert box.forget_contacts(session, utc_now() + box.CONTACT_KEPT) == 1


def test_opening_changes_nothing_and_sets_no_cookie(client, path):
    for place in ("", "/answer", "/answers"):
        for method in ("GET", "HEAD"):
            page = client.open(f"{path}{place}", method=method)
            assert page.status_code == 200
            assert "Set-Cookie" not in page.headers
    assert all_of() == []


def test_the_whole_page_is_light_and_names_no_other_host(client, path):
    page = client.get(path).text
    weight = len(page.encode()) + sum(
        len(client.get(href).data)
        for href in re.findall(r'(?:<link rel="stylesheet" href|<script src)="([^"]+)"', page)
    )
    assert weight <= 30_000
    assert re.findall("<script[^>]*>", page) == re.findall(r'<script src="/static/kept\.js\?v=\w+" defer>', page)
    assert "http" not in re.sub(r'action="[^"]*"', "", page).replace("http-equiv", "")


def test_the_page_of_the_code_is_shown_again_to_the_form_that_was_sent(client, send, path, world):
    token = TOKEN.search(client.get(path).text)[1]
    assert client.post(path, data={"token": token, "again": "1"}).status_code == 422  # nothing is in yet
    code = code_of(send(token))
    assert code_of(client.post(path, data={"token": token, "again": "1"})) == code
    assert client.post(path, data={"token": "forged", "again": "1"}).status_code == 422
    assert client.post(f"/box/{world.schools[2]}", data={"token": token, "again": "1"}).status_code == 422
    assert len(all_of()) == 1
