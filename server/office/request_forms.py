"""What the desk fills in about a family's request, and to put right what the list says of a family."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from server.families.service import CHECKED_WORDS, CONTACT_MAX_CHARS, KIND_WORDS, WORDS_MAX_CHARS
from server.office.forms import PHONE, RELATIONS, plain

NAME_LENGTH = Length(max=64, message="姓名没有这么长。")
WORDS_LENGTH = Length(max=WORDS_MAX_CHARS, message=f"请短一些，{WORDS_MAX_CHARS} 字以内。")


class NewRequestForm(FlaskForm):
    """What a family asked for by telephone or in person."""

    form_id = HiddenField()
    kind = RadioField(
        "要求", [InputRequired("请选一项。")], choices=[SelectChoice(*each) for each in KIND_WORDS.items()]
    )
    words = TextAreaField("哪里写错了，应该是什么", [WORDS_LENGTH], filters=[plain])
    contact = StringField(
        "方便联系的电话", [Optional(), Length(max=CONTACT_MAX_CHARS, message="号码没有这么长。")], filters=[plain]
    )

    def validate_words(self, field: TextAreaField) -> None:
        """Ask for the words without which nothing can be put right."""
        if self.kind.data == "correct" and not field.data:
            raise ValidationError("请写哪里不对、应该是什么。")


class CheckForm(FlaskForm):
    """How the desk made sure that a guardian asks."""

    guardian_id = RadioField("是哪位家长", [InputRequired("请选是哪位家长。")], validate_choice=False)
    how = RadioField(
        "怎么核实的",
        [InputRequired("请选怎么核实的。")],
        choices=[SelectChoice(*each) for each in CHECKED_WORDS.items()],
    )


class RefuseForm(FlaskForm):
    """Why a request is not done; the family reads it."""

    reason = TextAreaField(
        "不予办理的原因", [DataRequired("请写一句原因，家长看得到。"), WORDS_LENGTH], filters=[plain]
    )


class NameForm(FlaskForm):
    """A student's name, put right."""

    name = StringField("学生姓名", [DataRequired("请填学生姓名。"), NAME_LENGTH], filters=[plain])


class GuardianForm(FlaskForm):
    """One guardian, put right."""

    relation = SelectField("是孩子的", choices=[SelectChoice(*each) for each in RELATIONS.items()])
    name = StringField("姓名", [DataRequired("请填家长姓名。"), NAME_LENGTH], filters=[plain])
    phone = StringField("电话", [PHONE], filters=[plain])
