"""What a school's office fills in about its people and students."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp, ValidationError

from server.office.duties import KIND_WORDS, OF_A_CLASS
from server.schools.service import GRADES

DAY_WRONG = "请选一个日期。"


def plain(text: str | None) -> str:
    """Drop the spaces around what was typed."""
    return (text or "").strip()


class PlainForm(FlaskForm):
    """A button that changes something: nothing but the token."""


class FindForm(FlaskForm):
    """Who is looked for; sent by POST, so that no name stands in an address."""

    typed = StringField("姓名、拼音或首字母", [Length(max=64)], filters=[plain])


class PersonForm(FlaskForm):
    """A new member of staff."""

    name = StringField(
        "姓名", [DataRequired("请填姓名。"), Length(max=64, message="姓名没有这么长。")], filters=[plain]
    )
    login = StringField(
        "登录名",
        [
            DataRequired("请填登录名。"),
            Regexp(r"^[A-Za-z0-9][A-Za-z0-9._-]{1,63}$", message="登录名用 2 个以上的字母或数字，不用空格和汉字。"),
        ],
        filters=[plain],
    )


class PasswordForm(FlaskForm):
    """A new one-time password."""

    lost = BooleanField("手机也丢了：同时停用这位老师的全部手机")


class DutyForm(FlaskForm):
    """What somebody is to answer for, and on which days."""

    kind = SelectField("职务")
    class_id = SelectField("班级", default="")
    subject = StringField("学科", [Length(max=32, message="学科没有这么长。")], filters=[plain])
    grade = SelectField(
        "年级", default="", choices=[("", "不选"), *((str(each), name) for each, name in GRADES.items())]
    )
    from_on = DateField("从哪天起", [InputRequired(DAY_WRONG)])
    to_on = DateField("到哪天", [Optional()])

    def offer(self, kinds: Sequence[str], classes: Sequence[tuple[str, str]]) -> None:
        """Set what can be chosen."""
        self.kind.choices = [(kind, KIND_WORDS[kind]) for kind in kinds]
        self.class_id.choices = [("", "不选"), *classes]

    def validate_class_id(self, field: SelectField) -> None:
        """Ask for a class where the duty is one of a class."""
        if self.kind.data in OF_A_CLASS and not field.data:
            raise ValidationError("班主任、科任老师和联系班级的校领导，要选一个班。")

    def validate_subject(self, field: StringField) -> None:
        """Ask for a subject where it is taught."""
        if self.kind.data == "subject" and not field.data:
            raise ValidationError("请写教哪一科，如 数学。")

    def validate_grade(self, field: SelectField) -> None:
        """Ask for a grade where somebody heads one."""
        if self.kind.data == "grade_head" and not field.data:
            raise ValidationError("年级组长要选一个年级。")

    def validate_to_on(self, field: DateField) -> None:
        """Refuse a duty that would end before it begins."""
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError("结束的日子不能早于开始的日子。")


class LastDayForm(FlaskForm):
    """The last day of something."""

    last_day = DateField("最后一天", [InputRequired(DAY_WRONG)])


class LeaveForm(LastDayForm):
    """The last day of somebody here."""

    phones = BooleanField("同时停用这位老师的全部手机（手机上还没送到的内容不会再送来）")
