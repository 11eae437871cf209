"""The page that says "收到了" may never come: what a family adds before it sends the same form again is not lost."""

from sqlalchemy import select, update

from server.accounts.devices import actor_of_token
from server.db import reading, transaction
from server.feedback import answers
from server.feedback.models import Feedback
from server.suggestions.models import Suggestion
from server.times import utc_now
from tests.server.feedback.families import ANSWER, CODE, code_in, visit_with
from tests.server.sync.phone import Phone


def kept():
    with reading() as session:
        return session.scalars(select(Feedback)).one()


def test_words_changed_before_a_form_is_sent_again_are_kept(family):
    token = family.token()
    first = code_in(family.send(token, text="第一次写的"))
    code = code_in(family.send(token, text="第一次写的，还有：校车太挤", overall="not"))
    assert code == first
    assert "校车太挤" in family.post("/answer", code=code).text
    assert (kept().answers["overall"], kept().rev) == ("not", 2)
    with reading() as session:
        assert session.scalars(select(Suggestion.content)).one() == "第一次写的，还有：校车太挤"
    code_in(family.send(token, text="第一次写的，还有：校车太挤", overall="not"))
    assert kept().rev == 2


def test_a_form_sent_again_may_add_or_drop_all_words(family):
    token = family.token()
    for text in ("", "校车太挤", ""):
        code_in(family.send(token, text=text))
        with reading() as session:
            assert session.scalars(select(Suggestion.content).where(Suggestion.state == "live")).all() == [text] * bool(
                text
            )


def test_the_phone_is_told_of_what_was_sent_again(client, world, family, ticket):
    phone, token = Phone(client, world, "t101"), family.token()
    phone.push(visit_with(world, ticket["id"]))
    for text in ("请多布置阅读", "请少布置作业"):
        family.send(token, text=text, visible_to="teacher_and_school")
        assert [row["text"] for (kind, _), row in phone.rows().items() if kind == "feedback"] == [text]


def test_words_sent_again_after_the_schools_answer_come_back_on_the_page(family):
    token = family.token()
    family.send(token, text="第一版")
    with transaction() as session:
        session.execute(update(Suggestion).values(reply="已改走东门", replied_at=utc_now(), closed_at=utc_now()))
    assert code_in(family.send(token, text="第一版"))
    late = family.send(token, text="第二版")
    assert (late.status_code, "第二版" in late.text, kept().text) == (409, True, "第一版")


def test_an_old_form_sent_again_never_undoes_what_was_changed_with_the_code(family):
    token = family.token()
    code = code_in(family.send(token, text="第一版"))
    family.post("/change", code=code, **{**ANSWER, "text": "第二版"})
    again = family.send(token, text="第一版")
    assert (again.status_code, "第一版" in again.text, kept().text) == (409, True, "第二版")


def test_an_old_form_sent_again_brings_nothing_back_that_was_taken_back(family):
    token = family.token()
    family.post("/take-back", code=code_in(family.send(token, text="第一版")), sure="y")
    again = family.send(token, text="第一版")
    assert (again.status_code, "第一版" in again.text, kept().text) == (409, True, "")


def test_the_page_of_the_code_is_shown_again_to_the_form_that_was_sent_and_speaks_of_no_report(family):
    token = family.token()
    assert not CODE.search(family.send(token, again="1", who="").text)  # nothing is in yet
    code = code_in(family.send(token, five_no=["1"], five_no_text="要我们派车"))
    shown = family.post("", token=token, again="1")
    assert code_in(shown) == code
    assert "保密反映已收到" not in shown.text
    assert kept().rev == 1
    family.post("/take-back", code=code, sure="y")
    assert family.post("", token=token, again="1").status_code != 200


def test_a_number_that_was_used_and_forgotten_is_written_back_by_no_page_that_was_open(family, world):
    token = family.token()
    code = code_in(family.send(token, contact="13912345678"))
    answers.forget_contact(actor_of_token(world.tokens["desk1"]), world.schools[1], kept().id)
    family.send(token, contact="13912345678", overall="mostly")
    assert (kept().contact, kept().answers["overall"]) == (None, "mostly")
    page = family.post("/edit", code=code).text
    assert 'name="contact"' not in page
    family.post("/change", code=code, **ANSWER, contact="13912345678", text="谢谢")
    assert (kept().contact, kept().text) == (None, "谢谢")
    with reading() as session:
        assert session.scalars(select(Suggestion.contact)).one() is None
