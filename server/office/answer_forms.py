"""What the office fills in about families' links, and what narrows their answers."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional, ValidationError

from server.feedback.forms import FeedbackForm
from server.feedback.handed_out import SLIPS_MAX

Choices = Iterable[tuple[str, str]]
ANY = SelectChoice("", "不限")
SLIP_KINDS = {"named": "每个孩子一张（写明姓名，一人一个链接）", "blank": "不写姓名的（老师家访时给，开家长会时发）"}
SLIPS_A_CLASS = 40
SLIPS_WRONG = f"请写 1 到 {SLIPS_MAX} 之间的张数。"


class SlipsForm(FlaskForm):
    """Which class gets links on paper, and of which kind."""

    class_id = SelectField("班级", default="")
    kind = RadioField(
        "印哪一种", choices=[SelectChoice(*each) for each in SLIP_KINDS.items()], default="named", validate_choice=False
    )
    count = IntegerField(
        "不写姓名的印几张", [Optional(), NumberRange(1, SLIPS_MAX, message=SLIPS_WRONG)], default=SLIPS_A_CLASS
    )

    def validate_class_id(self, field: SelectField) -> None:
        """Ask for a class."""
        if not field.data:
            raise ValidationError("请选一个班。")

    def validate_kind(self, field: RadioField) -> None:
        """Ask for one of the kinds, and how many where the children do not say it."""
        if field.data not in SLIP_KINDS:
            raise ValidationError("请选印哪一种。")
        if field.data == "blank" and not self.count.data:
            raise ValidationError(f"印几张？{SLIPS_WRONG}")


class AnswersForm(FlaskForm):
    """What narrows the families' answers. Sent by GET, so that an address keeps it; it changes nothing and needs no token."""

    class Meta:
        """Ask for no token."""

        csrf = False

    first = DateField("从哪天", [Optional()], name="from")
    last = DateField("到哪天", [Optional()], name="to")
    class_id = SelectField("班级", name="class", validate_choice=False)
    teacher_id = SelectField("老师", name="teacher", validate_choice=False)

    def offer(self, classes: Choices, teachers: Choices) -> None:
        """Set what can be chosen, each (id, name)."""
        self.class_id.choices = [ANY, *(SelectChoice(*each) for each in classes)]
        self.teacher_id.choices = [ANY, *(SelectChoice(*each) for each in teachers)]


class PhoneForm(FeedbackForm):
    """What a family says on the telephone, with the child and the teacher it is about. What is in confidence is not asked here."""

    student_id = SelectField("孩子", default="")
    staff_id = SelectField("哪位老师的家访")

    def validate_student_id(self, field: SelectField) -> None:
        """Ask for a child."""
        if not field.data:
            raise ValidationError("请选孩子。")
