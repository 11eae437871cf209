"""What people type on the sign-in page, and to have another password."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length
from wtforms.widgets import PasswordInput

PASSWORD_LENGTH = Length(max=256, message="密码没有这么长。")


class SignInForm(FlaskForm):
    """A name and a password."""

    login = StringField("登录名", [InputRequired("请填登录名。"), Length(max=64, message="登录名没有这么长。")])
    password = PasswordField("密码", [InputRequired("请填密码。"), PASSWORD_LENGTH])


class NewPassword(FlaskForm):
    """A new password, typed twice: nobody sees what they type."""

    new_password = PasswordField("新密码", [InputRequired("请填新密码。"), PASSWORD_LENGTH])
    again = PasswordField("再写一遍新密码", [EqualTo("new_password", "两遍写得不一样，请再写一次。")])


class FirstPasswordForm(NewPassword):
    """Who signs in with a password that the office gave puts their own in its place. What was typed before stands there still."""

    login = StringField("登录名", [InputRequired("请填登录名。"), Length(max=64, message="登录名没有这么长。")])
    password = PasswordField(
        "一次性密码", [InputRequired("请填学校给的密码。"), PASSWORD_LENGTH], widget=PasswordInput(hide_value=False)
    )


class OwnPasswordForm(NewPassword):
    """The password one has, and another."""

    password = PasswordField("现在的密码", [InputRequired("请填现在的密码。"), PASSWORD_LENGTH])


class ShutOutForm(FlaskForm):
    """A button: nothing but the token."""
