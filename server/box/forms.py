"""What people fill in at the box. No cookie: the token is the form's own (ADR 0011)."""

from typing import Any

from wtforms import BooleanField, Form, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, StopValidation

from server.campaign.listening import listening
from server.confidence.writers_form import ConfidingForm
from server.suggestions.service import TEXT_MAX_CHARS, clean


def _choices(field: str) -> list[SelectChoice]:
    return [SelectChoice(each.code, each.label) for each in listening().codes[field]]


def _tidy(text: str | None) -> str:
    return clean(text or "")


def _unless_confided(form: "BoxForm", field: Any) -> None:
    """Ask for nothing more of whoever only reports something in confidence: without words there is nothing to place."""
    if not field.data and not form.text.data and form.confides():
        field.errors[:] = []
        raise StopValidation


class BoxForm(ConfidingForm):
    """Who, what kind, about what, and the words; or a report in confidence, alone or beside them."""

    token = HiddenField()
    asker = RadioField("我是", [_unless_confided, InputRequired("请点一下您是谁。")], choices=_choices("asker"))
    kind = RadioField("想说的是", [_unless_confided, InputRequired("请点一下是哪一种。")], choices=_choices("kind"))
    topic = RadioField("关于什么", choices=_choices("topic"), default="other")
    text = TextAreaField(
        "您的话",
        [
            _unless_confided,
            InputRequired("请写下您想说的话。"),
            Length(min=1, message="请写下您想说的话。"),
            Length(max=TEXT_MAX_CHARS, message="最多300字。请删短一些，多的可以再写一条。"),
        ],
        filters=[_tidy],
    )
    about_teacher = BooleanField("说的是某位老师的问题（只有师德专员看，那位老师看不到）")
    visible_to = RadioField("给谁看", default="school")
    contact = StringField("想接电话，请留号码", [Length(max=32, message="号码没有这么长。")], filters=[_tidy])

    def named_for(self, centre: str) -> "BoxForm":
        """Say the centre, to which alone the words may be sent, by its name."""
        self.name_centre(centre)
        self.visible_to.choices = [
            SelectChoice("school", "学校"),
            SelectChoice("centre", f"只给{centre}（学校看不到）"),
        ]
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask whom a report is about, too: nobody's visit stands behind this page."""
        fine = bool(super().validate(extra_validators))
        if self.five_no.data and not clean(self.five_no_text.data or ""):
            self.five_no_text.errors = ["请写一写是哪位老师、怎么回事。"]
            return False
        return fine


class BoxCodeForm(Form):
    """The 查询码 with which a writer comes back."""

    code = StringField(
        "查询码（8个数字）", [InputRequired("请填查询码。"), Length(max=32, message="查询码是8个数字。")]
    )


class BoxQuestionForm(BoxCodeForm):
    """What the writer of a report answers to its handler's question."""

    words = TextAreaField(
        "您的回答",
        [
            InputRequired("请写一句。"),
            Length(max=TEXT_MAX_CHARS, message="最多300字，请删短一些。"),
        ],
        filters=[_tidy],
    )


class BoxRatingForm(BoxCodeForm):
    """What the writer says of the answer."""

    rating = RadioField("这样办，您满意吗？", [InputRequired("请点一下满意不满意。")], choices=_choices("rating"))
