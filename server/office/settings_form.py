"""What a school fills in about itself."""

from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from server.campaign.listening import listening
from server.office.forms import PHONE, plain
from server.schools.settings import CONSENT, TOLD, Choices, overtaken, stamp

OWN = (1, 2)  # numbers of the school's own that there is room for
DAYS_MIN, DAYS_MAX = 7, 90
DAYS_WRONG = f"请写 {DAYS_MIN} 到 {DAYS_MAX} 之间的天数。"
BASES = {CONSENT: "家长同意才记", TOLD: "告知家长就可以记；家长说了不同意，也不记"}
NUMBER = Regexp(r"^$|^[0-9 -]{3,32}$", message="号码只写数字。")


@dataclass(frozen=True)
class Stored:
    """One choice as it is stored: as the page heads it, and in words."""

    head: str
    words: str


class SettingsForm(FlaskForm):
    """The office that families ask for, its number, the numbers that help at once, and how long a link is good for."""

    seen = HiddenField()  # the stamp of what stood when the page was opened
    contact = StringField("联系处", [Length(max=32, message="请短一些，32 字以内。")], filters=[plain])
    phone = StringField("联系电话", [PHONE], filters=[plain])
    hotlines_checked = SelectMultipleField(
        "求助电话", option_widget=CheckboxInput(), widget=ListWidget(), validate_choice=False
    )
    number_1 = StringField("本校另加的号码", [NUMBER], filters=[plain])
    label_1 = StringField("是什么电话", [Length(max=20, message="请短一些，20 字以内。")], filters=[plain])
    number_2 = StringField("再加一个号码", [NUMBER], filters=[plain])
    label_2 = StringField("是什么电话", [Length(max=20, message="请短一些，20 字以内。")], filters=[plain])
    ticket_days = IntegerField(
        "家长的链接几天内填写有效",
        [InputRequired(DAYS_WRONG), NumberRange(DAYS_MIN, DAYS_MAX, message=DAYS_WRONG)],
    )
    publishes = BooleanField("回应公示：谁都看得到大家说了什么、学校怎么办的（每一条由人点“公示”才出现，不写姓名）")

    consent_basis = RadioField(
        "家访内容凭什么记",
        choices=[SelectChoice(code, words) for code, words in BASES.items()],
    )

    def __init__(self, chosen: Choices) -> None:
        own = {
            f"{name}_{n}": each[part] for n, each in zip(OWN, chosen.hotlines_own, strict=False) for part, name in NAMES
        }
        super().__init__(
            seen=stamp(chosen),
            contact=chosen.contact,
            phone=chosen.phone,
            hotlines_checked=list(chosen.hotlines_checked),
            ticket_days=chosen.ticket_days,
            publishes=chosen.publishes,
            consent_basis=chosen.consent_basis,
            **own,
        )
        self.hotlines_checked.choices = [
            SelectChoice(each.number, f"{each.number}　{each.label}：已核对") for each in listening().hotlines
        ]

    def validate_label_1(self, field: StringField) -> None:
        """Ask what a number is for."""
        _refuse_half(self.number_1, field)

    def validate_label_2(self, field: StringField) -> None:
        """Ask what a number is for."""
        _refuse_half(self.number_2, field)

    def chosen(self) -> Choices:
        """Give what was filled in."""
        known = [each.number for each in listening().hotlines]
        own = [(self[f"number_{n}"].data or "", self[f"label_{n}"].data or "") for n in OWN]
        return Choices(
            contact=self.contact.data or Choices.contact,
            phone=self.phone.data or "",
            hotlines_checked=tuple(each for each in known if each in (self.hotlines_checked.data or ())),
            hotlines_own=tuple(each for each in own if each[0]),
            ticket_days=self.ticket_days.data or Choices.ticket_days,
            publishes=bool(self.publishes.data),
            consent_basis=self.consent_basis.data,
        )

    def differing(self, standing: Choices, seen: str) -> dict[str, Stored]:
        """Give what another person has stored since the page was opened (`seen`), and stands otherwise than it was filled in."""
        found = overtaken(seen, standing, self.chosen())
        return {name: Stored(HEADS[name], _words(name, getattr(standing, name))) for name in found}


HEADS = {
    "contact": "联系处",
    "phone": "联系电话",
    "hotlines_checked": "求助电话",
    "hotlines_own": "本校另加的号码",
    "ticket_days": "链接的天数",
    "publishes": "公示",
    "consent_basis": "家长同意",
}
NAMES = ((0, "number"), (1, "label"))


def _refuse_half(number: StringField, label: StringField) -> None:
    if bool(number.data) != bool(label.data):
        raise ValidationError("号码和是什么电话要一起写，或者都不写。")


def _words(name: str, value: Any) -> str:
    """Write one stored choice for people."""
    if name == "hotlines_checked":
        return "、".join(value) + " 已核对" if value else "都没有核对"
    if name == "hotlines_own":
        return "；".join("　".join(each) for each in value) or "没有写"
    if name == "ticket_days":
        return f"{value} 天"
    if name == "publishes":
        return "开着" if value else "关着"
    return BASES[value] if name == "consent_basis" else value or "没有写"
