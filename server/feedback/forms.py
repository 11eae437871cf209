"""What a family fills in (F2), and the forms with which it comes back to its answer. No cookie: the token is the page's own."""

from collections.abc import Iterator
from typing import Any

from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired, Length, Optional, ValidationError

from server.campaign.consent import consent_text
from server.campaign.listening import listening
from server.campaign.parents import asked_of_parents
from server.confidence.writers_form import ConfidingForm, Ticks

WORDS_LENGTH = Length(max=300, message="最多300字。请删短一些，多的可以从意见箱再写一条。")
PHONE_LENGTH = Length(max=32, message="号码没有这么长。")
CODE_LENGTH = Length(max=32, message="查询码是8个数字。")


def _choices(field: str) -> list[SelectChoice]:
    return [SelectChoice(each.code, each.short) for each in asked_of_parents().codes[field]]


def _heard(field: str) -> list[SelectChoice]:
    return [SelectChoice(each.code, each.label) for each in listening().codes[field]]


def _question(label: str, field: str, wanted: str = "") -> RadioField:
    must: Any = InputRequired(wanted) if wanted else Optional()
    return RadioField(label, [must], choices=_choices(field), validate_choice=True)


class FeedbackForm(ConfidingForm):
    """Three large questions, then the words, then what may be left out."""

    token, chose = HiddenField(), HiddenField()
    who = _question("我是孩子的", "who", "请点一下您是孩子的谁。")
    visit_happened = _question("老师来家访了吗？", "visit_happened", "请点一下老师来过没有。")
    overall = _question("总的来说，您满意吗？", "overall", "请点一下满意不满意。")
    text = TextAreaField("想对学校说的话", [Optional(), WORDS_LENGTH])
    text_kind = RadioField("这是", choices=_heard("kind"), default="suggestion")
    topic = RadioField("关于", choices=_heard("topic"), default="other")
    visible_to = RadioField("给谁看", choices=_choices("visible_to"), default="school")
    contact = StringField("想接电话，请留号码", [Optional(), PHONE_LENGTH])
    know_purpose = _question(asked_of_parents().know["know_purpose"], "know")
    know_child = _question(asked_of_parents().know["know_child"], "know")
    know_teachers = _question(asked_of_parents().know["know_teachers"], "know")
    tone = _question("说起孩子，老师是怎样的？", "tone")
    next_form = Ticks("下次怎么见面方便？", [Optional()], choices=_choices("next_form"))
    next_time = Ticks("什么时间方便？", [Optional()], choices=_choices("next_time"))

    def answers(self) -> dict[str, Any]:
        """Give the codes by question, without the words."""
        return {name: self[name].data for name in ANSWERS if self[name].data}

    def in_words(self) -> str:
        """Say whether somebody came and how it was, then the words: for the box, which does not ask that."""
        asked = asked_of_parents()
        told = [asked.label(name, self[name].data) for name in ("visit_happened", "overall") if self[name].data]
        ticked = f"家访：{'，'.join(told)}。" if told else ""
        return "\n".join(filter(None, (ticked, self.text.data)))

    def named_for(self, centre: str) -> "FeedbackForm":
        """Say the centre by its name where the words may be sent to it alone."""
        self.name_centre(centre)
        self.visible_to.choices = [
            SelectChoice(each.value, each.label.replace("{centre}", centre)) for each in _choices("visible_to")
        ]
        return self

    def problems(self) -> Iterator[tuple[str, str]]:
        """Name what is wrong: field id, sentence; the page says it at its head and at the field."""
        for field in self:
            if field.errors:
                yield field.id, str(field.errors[0])


ANSWERS = (
    *("who", "visit_happened", "overall", "know_purpose", "know_child", "know_teachers", "tone"),
    *("next_form", "next_time"),
)


class CodeForm(Form):
    """The 查询码 with which a writer comes back."""

    code = StringField("查询码（8个数字）", [InputRequired("请填查询码。"), CODE_LENGTH])


class RatingForm(CodeForm):
    """What the writer says of the reply."""

    rating = RadioField(
        "这样办，您满意吗？",
        [InputRequired("请点一下满意不满意。")],
        choices=_heard("rating"),
    )


class QuestionForm(CodeForm):
    """What the writer answers to the question about a report."""

    words = TextAreaField("您的回答", [InputRequired("请写一句。"), WORDS_LENGTH])


class RequestForm(CodeForm):
    """What a family asks of the data that the school keeps about it."""

    token = HiddenField()
    kind = HiddenField()
    words = TextAreaField("哪里写错了，应该是什么", [WORDS_LENGTH])
    contact = StringField("方便时打这个电话（可不填）", [Optional(), PHONE_LENGTH])

    def validate_words(self, field: TextAreaField) -> None:
        """Ask for the words without which nothing can be put right."""
        if self.kind.data == "correct" and not (field.data or "").strip():
            raise ValidationError("请写一写哪里不对、应该是什么。")


class TakeBackForm(CodeForm):
    """The writer takes everything back; asked once more, because it cannot be undone."""

    sure = BooleanField("确定撤回", [InputRequired("要撤回，请先勾上。")])


class GiverForm(Form):
    """Who is reading: the consent's first step."""

    who = _question("我是孩子的", "who", "请点一下您是孩子的谁。")


class ConsentForm(Form):
    """The ticks, none ticked beforehand, and what to do; `code` only where it is chosen again."""

    token, code = HiddenField(), HiddenField()
    who = HiddenField(validators=[AnyOf(consent_text().givers)])
    uses = Ticks(choices=[SelectChoice(name, use.tick) for name, use in consent_text().uses.items()])
    choice = HiddenField(validators=[AnyOf(("agree", "opinion", "close"))])

    def ask(self, photos: tuple[str, ...]) -> None:
        """Ask for what concerns this visit: photos only if the teacher took some."""
        named = "、".join(each for each in photos if each)
        about = f"：老师拍了{len(photos)}张{f'：{named}' if named else ''}"
        asked = {"record": "", "photo_archive": about} if photos else {"record": ""}
        self.uses.choices = [SelectChoice(name, consent_text().uses[name].tick + more) for name, more in asked.items()]

    def validate_choice(self, field: HiddenField) -> None:
        """Take 同意 only with something ticked."""
        if field.data == "agree" and not self.uses.data:
            raise ValidationError("同意哪一样，请先勾上。不同意，请点下面的按钮。")
