"""What the school fills in about a suggestion, and what narrows its board."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from server.campaign.listening import listening

Choices = Sequence[tuple[str, str]]
ANY = SelectChoice("", "不限")
LONG = 500
SHORT = 300


def choices_of(field: str) -> list[SelectChoice]:
    """Give the choices of a field, each a code and its label."""
    return [SelectChoice(each.code, each.label) for each in listening().codes[field]]


def plain(text: str | None) -> str:
    """Take words as they were typed, with one kind of line break and nothing blank around them."""
    return (text or "").replace("\r\n", "\n").replace("\0", "").strip()


def words(label: str, most: int, *, needed: str | None = None) -> TextAreaField:
    """Make a field for words of at most so many characters; `needed` is said when it is empty."""
    rules = [Length(max=most, message=f"请短一些，{most} 字以内。")]
    return TextAreaField(label, [*([DataRequired(needed)] if needed else []), *rules], filters=[plain])


class SeenForm(FlaskForm):
    """A form that says what was the last thing done when its page was made."""

    seen = StringField(validators=[Length(max=36)])


class HandOutForm(SeenForm):
    """Who is to work on it."""

    dept = StringField("责任部门", [Length(max=32, message="请短一些，32 字以内。")], filters=[plain])
    owner_id = SelectField("责任人", [InputRequired("请选责任人。")])
    due = DateField("完成时限", [Optional()])

    def offer(self, people: Choices) -> None:
        """Set who can be chosen, each (id, name)."""
        self.owner_id.choices = [SelectChoice(*each) for each in people]


class ProgressForm(SeenForm):
    """What was decided, and what is done."""

    decision = RadioField("处理意见", [InputRequired("请选一项处理意见。")])
    measures = words("整改措施，或原因", LONG)
    result = words("结果", LONG)

    def __init__(self, **rest: object) -> None:
        super().__init__(**rest)
        self.decision.choices = choices_of("decision")


class ReplyForm(SeenForm):
    """What its writer is told."""

    reply = words("答复", SHORT, needed="请写答复的话，对方会看到。")
    reply_way = RadioField("答复方式", [InputRequired("请选答复方式。")])

    def __init__(self, **rest: object) -> None:
        super().__init__(**rest)
        self.reply_way.choices = choices_of("reply_way")


class SortForm(SeenForm):
    """Its topic, and the words that are shown first."""

    topic = SelectField("归到哪一类")
    redacted = words("隐去姓名的话", LONG, needed="请留下隐去姓名后的话。")

    def __init__(self, **rest: object) -> None:
        super().__init__(**rest)
        self.topic.choices = choices_of("topic")


class PublishForm(SeenForm):
    """What everybody may read of it."""

    public_text = words("说的是什么（大意）", SHORT, needed="请写一句大意。")
    public_done = words("做了什么", SHORT, needed="请写做了什么。")


class GiveBackForm(SeenForm):
    """What the centre says to the school that asked it."""

    words = words("中心的意见", SHORT, needed="请写一句中心的意见，学校要照着办。")


class PlainForm(SeenForm):
    """A button by itself."""


class NewForm(FlaskForm):
    """What somebody told the desk by word of mouth."""

    source = RadioField("从哪里来", [InputRequired("请选来源。")])
    asker = RadioField("谁说的", [InputRequired("请选谁说的。")])
    kind = RadioField("哪一类", [InputRequired("请选一类。")])
    topic = SelectField("关于什么")
    text = words("原话", SHORT, needed="请写下原话。")
    about_teacher = BooleanField("说的是某位老师的问题（直接交给师德专员）")

    def __init__(self, **rest: object) -> None:
        super().__init__(**rest)
        elsewhere = ("visit", "link", "box")
        self.source.choices = [each for each in choices_of("source") if each.value not in elsewhere]
        self.asker.choices, self.kind.choices = choices_of("asker"), choices_of("kind")
        self.topic.choices = choices_of("topic")


class FilterForm(FlaskForm):
    """What narrows the board. Sent by GET, so that an address keeps it; it changes nothing and needs no token."""

    class Meta:
        """Ask for no token."""

        csrf = False

    status = SelectField("状态")
    kind = SelectField("类别")
    topic = SelectField("关于什么")
    source = SelectField("来源")
    age = SelectField("来了多久")

    def offer(self, ages: Choices) -> None:
        """Set what can be chosen; what makes no sense in an address is left out."""
        for name in ("status", "kind", "topic", "source"):
            self[name].choices = [ANY, *choices_of(name)]
        self.age.choices = [ANY, *(SelectChoice(*each) for each in ages)]
        for each in self:
            if each.data not in {choice.value for choice in each.choices}:
                each.data = ""


class DaysForm(FlaskForm):
    """Between which days the figures are."""

    class Meta:
        """Ask for no token."""

        csrf = False

    first = DateField("从哪天", [Optional()], name="from")
    last = DateField("到哪天", [Optional()], name="to")
