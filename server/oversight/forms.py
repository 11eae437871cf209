"""What the school fills in on its reading pages."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired, Length, Optional, ValidationError

from server.visits.reviews import MORE, READ, WORDS_MAX_CHARS


class ReviewForm(FlaskForm):
    """已阅 or 请补充, by which of the two buttons was pressed."""

    state = StringField(validators=[AnyOf((READ, MORE))])
    seen_rev = IntegerField(validators=[InputRequired()])
    words = TextAreaField(
        "对老师说的话",
        [Length(max=WORDS_MAX_CHARS, message=f"请短一些，{WORDS_MAX_CHARS} 字以内。")],
        filters=[lambda text: (text or "").replace("\r\n", "\n").replace("\0", "").strip()],
    )

    def validate_words(self, field: TextAreaField) -> None:
        """Ask for words where something is to be added."""
        if self.state.data == MORE and not field.data:
            raise ValidationError("请写一句要补充什么，老师会看到。")


OPEN_REASONS = {
    "law": "公安、法院、检察院等依法要求",
    "safety": "孩子可能受到伤害，要报告或配合调查",
    "duty": "上级依法核查，已经批准",
}


class OpenForm(FlaskForm):
    """Why the law asks for words that a family does not let be shown."""

    reason = RadioField(
        "因为什么",
        [InputRequired("请选因为什么打开。")],
        choices=[SelectChoice(*each) for each in OPEN_REASONS.items()],
    )

    @property
    def why(self) -> str:
        """Give the reason in words."""
        return OPEN_REASONS[self.reason.data]


Choices = Sequence[tuple[str, str]]
ANY = SelectChoice("", "不限")


class FilterForm(FlaskForm):
    """What narrows the list. Sent by GET, so that an address keeps it; it changes nothing and needs no token."""

    class Meta:
        """Ask for no token."""

        csrf = False

    first = DateField("从哪天", [Optional()], name="from")
    last = DateField("到哪天", [Optional()], name="to")
    class_id = SelectField("班级", name="class")
    teacher_id = SelectField("老师", name="teacher")
    result = SelectField("走访结果", name="result")
    form = SelectField("家访形式", name="form")
    reading = SelectField("审阅", name="read")
    incomplete = BooleanField("还差几项")
    late = BooleanField("补录")
    photos = BooleanField("有照片")

    def offer(self, **choices: Choices) -> None:
        """Set what can be chosen, each (value, words)."""
        for name, offered in choices.items():
            self[name].choices = [ANY, *(SelectChoice(*each) for each in offered)]

    def forget_wrong(self) -> None:
        """Drop what makes no sense, field by field: an address that somebody has typed narrows by the rest."""
        self.validate()
        for each in self:
            if each.errors:
                each.data, each.raw_data, each.errors = None, [], ()
