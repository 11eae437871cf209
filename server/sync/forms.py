"""What the office decides on a case's page."""

from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from server.sync.cases import NOTE_MAX_CHARS


class FindForm(FlaskForm):
    """Who the visit was really to; sent by POST, so that no name stands in an address."""

    typed = StringField("姓名、拼音或首字母", [DataRequired("请先写学生的姓名、拼音或首字母。"), Length(max=64)])


class AcceptForm(FlaskForm):
    """Let it stand: as it is, or for the student that was chosen."""

    student_id = RadioField("选学生", validate_choice=False)


class ReturnForm(FlaskForm):
    """Give it back with a reason."""

    note = TextAreaField(
        "退回的原因",
        [DataRequired("请写一句原因，老师会看到。"), Length(max=NOTE_MAX_CHARS, message="请短一些，200 字以内。")],
    )
