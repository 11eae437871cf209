"""What a school's office fills in about its people and students."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp, ValidationError

from server.campaign.consent import consent_text
from server.office.duties import KIND_WORDS, OF_A_CLASS
from server.schools.service import GRADES

DAY_WRONG = "请选一个日期。"
UNCHOSEN = SelectChoice("", "不选")


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
        "年级", default="", choices=[UNCHOSEN, *(SelectChoice(str(each), name) for each, name in GRADES.items())]
    )
    deputy = BooleanField("做副手（师德专员一个工作日没有受理的，副手也看得到）")
    from_on = DateField("从哪天起", [InputRequired(DAY_WRONG)])
    to_on = DateField("到哪天", [Optional()])

    def offer(self, kinds: Sequence[str], classes: Sequence[tuple[str, str]]) -> None:
        """Set what can be chosen."""
        self.kind.choices = [SelectChoice(kind, KIND_WORDS[kind]) for kind in kinds]
        self.class_id.choices = [UNCHOSEN, *(SelectChoice(*each) for each in classes)]

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

    def validate_deputy(self, field: BooleanField) -> None:
        """Refuse a deputy where a duty has none: the others see everything from the start."""
        if field.data and self.kind.data != "ethics":
            raise ValidationError("只有师德专员要分正手和副手；别的职务可以给两个人，都看得到。")

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


class MoveForm(FlaskForm):
    """Another class for a student."""

    class_id = SelectField("转到哪个班", default="")

    def validate_class_id(self, field: SelectField) -> None:
        """Ask for a class."""
        if not field.data:
            raise ValidationError("请选一个班。")


RELATIONS = {"father": "父亲", "mother": "母亲", "grandparent": "祖辈", "other_guardian": "其他监护人"}
RELATED = [SelectChoice("", "不填"), *(SelectChoice(*each) for each in RELATIONS.items())]
PHONE = Regexp(r"^$|^[0-9+ -]{5,32}$", message="电话只写数字。")


class StudentForm(FlaskForm):
    """A new student, with up to two guardians."""

    class_id = SelectField("班级")
    name = StringField(
        "学生姓名", [DataRequired("请填学生姓名。"), Length(max=64, message="姓名没有这么长。")], filters=[plain]
    )
    relation_1 = SelectField("家长", default="", choices=RELATED)
    name_1 = StringField("家长姓名", [Length(max=64, message="姓名没有这么长。")], filters=[plain])
    phone_1 = StringField("家长电话", [PHONE], filters=[plain])
    relation_2 = SelectField("另一位家长", default="", choices=RELATED)
    name_2 = StringField("另一位家长姓名", [Length(max=64, message="姓名没有这么长。")], filters=[plain])
    phone_2 = StringField("另一位家长电话", [PHONE], filters=[plain])

    def validate_relation_1(self, field: SelectField) -> None:
        """Ask who somebody is to the child."""
        _refuse_half(field, self.name_1, self.phone_1)

    def validate_relation_2(self, field: SelectField) -> None:
        """Ask who somebody is to the child."""
        _refuse_half(field, self.name_2, self.phone_2)


def _refuse_half(relation: SelectField, name: StringField, phone: StringField) -> None:
    if relation.data and not name.data:
        raise ValidationError("请写这位家长的姓名，或选“不填”。")
    if not relation.data and (name.data or phone.data):
        raise ValidationError("请选这位家长是孩子的什么人。")


REASONS = {
    "family": "家长要求删除",
    "left": "孩子已离校，不再需要",
    "mistake": "录错了，没有这个孩子",
    "other": "其他，已按学校规定批准",
}


class EraseForm(FlaskForm):
    """The name once more, and why."""

    request = HiddenField()  # the family's request that it answers
    name = StringField("请写一遍学生姓名", [DataRequired("请照上面写一遍学生姓名。")], filters=[plain])
    reason = RadioField("原因", choices=[SelectChoice(*each) for each in REASONS.items()], validate_choice=False)

    def validate_reason(self, field: RadioField) -> None:
        """Ask for one of the reasons."""
        if field.data not in REASONS:
            raise ValidationError("请选一个原因。")


ANSWERS = {"yes": "同意", "no": "不同意", "": "没有问"}
ASKED = ("record", "photo_archive", "photo_school", "care_file")  # 公开宣传 is asked for one picture, when it is wanted


def _asked(use: str) -> RadioField:
    return RadioField(
        consent_text().uses[use].label, choices=[SelectChoice(*each) for each in ANSWERS.items()], default=""
    )


class ConsentForm(FlaskForm):
    """Who answered, how the office knows, and what was said to each question."""

    who = RadioField(
        "谁答复的",
        [InputRequired("请选是谁答复的。")],
        choices=[SelectChoice(code, RELATIONS[code]) for code in consent_text().givers],
    )
    channel = RadioField(
        "怎么得知",
        [InputRequired("请选怎么得知的。")],
        choices=[SelectChoice(code, consent_text().channels[code]) for code in ("paper", "oral")],
    )
    record = _asked("record")
    photo_archive = _asked("photo_archive")
    photo_school = _asked("photo_school")
    care_file = _asked("care_file")

    def uses(self) -> dict[str, bool]:
        """Give what was asked, as said."""
        return {use: self[use].data == "yes" for use in ASKED if self[use].data}

    def validate(self, extra_validators: object = None) -> bool:
        """Ask for at least one answer: a form in which nothing was asked says nothing."""
        fine = super().validate(extra_validators)
        if fine and not self.uses():
            self.record.errors = ["请至少记一项答复。"]
        return fine and bool(self.uses())
