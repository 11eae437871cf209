"""What the handler of a report fills in, a form for each step."""

from collections.abc import Sequence
from datetime import date

from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from server.campaign.listening import listening
from server.suggestions.service import clean
from server.times import shanghai_day, utc_now

NOTE_MAX_CHARS = 1000
REPLY_MAX_CHARS = 300
QUESTION_MAX_CHARS = 100


def _plain(text: str | None) -> str:
    return clean(text or "")


def _words(label: str, needed: str, most: int = NOTE_MAX_CHARS) -> TextAreaField:
    rules = [DataRequired(needed), Length(max=most, message=f"请短一些，{most} 字以内。")]
    return TextAreaField(label, rules, filters=[_plain])


class SeenForm(FlaskForm):
    """A button by itself; says what was the last thing done when its page was made."""

    seen = StringField(validators=[Length(max=36)])


class DayForm(SeenForm):
    """Something that took place on a day."""

    on = DateField("哪一天", [InputRequired("请选一个日期。")])

    def __init__(self, **rest: object) -> None:
        super().__init__(**rest)
        self.on.data = self.on.data or (None if self.is_submitted() and rest.get("formdata", True) else _today())

    def validate_on(self, field: DateField) -> None:
        """Refuse a day that has not come."""
        if field.data and field.data > _today():
            raise ValidationError("日期不能晚于今天。")


class CheckForm(DayForm):
    """What was looked into."""

    words = _words("核实了什么", "请写核实了什么。")


class HearForm(DayForm):
    """That the teacher was told, and what they said."""

    words = _words("老师怎么说", "请写老师怎么说；没有申辩的，也写一句。")


class FindingForm(SeenForm):
    """What was found."""

    finding = RadioField("结论", [InputRequired("请选结论。")])
    about = SelectField("是哪位老师（属实才选）", validate_choice=False, default="")
    words = _words("依据", "请写依据。")

    def __init__(self, **rest: object) -> None:
        super().__init__(**rest)
        self.finding.choices = [SelectChoice(each.code, each.label) for each in listening().codes["finding"]]
        self.about.choices = []

    def offer(self, people: Sequence[tuple[str, str]], likely: Sequence[str]) -> None:
        """Offer these people, (id, name); the one whom a report is about, where it is about one alone, is chosen already."""
        self.about.choices = [SelectChoice("", "请选择"), *(SelectChoice(id_, name) for id_, name in people)]
        self.about.data = self.about.data or (likely[0] if len(likely) == 1 else "")


class SettleForm(SeenForm):
    """What was done about it."""

    words = _words("怎样处理", "请写怎样处理；不用处理的，也写一句。")


class ReasonForm(SeenForm):
    """Why a case goes another way."""

    words = _words("为什么", "请写一句为什么。", REPLY_MAX_CHARS)


class QuestionForm(SeenForm):
    """The one question to its writer."""

    words = _words("想问的话", "请写想问的话。", QUESTION_MAX_CHARS)


class ReplyForm(SeenForm):
    """What its writer reads."""

    words = _words("回复", "请写回复的话。", REPLY_MAX_CHARS)


def _today() -> date:
    return shanghai_day(utc_now())
