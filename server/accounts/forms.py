"""What people type on the sign-in page."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length


class SignInForm(FlaskForm):
    """A name and a password."""

    login = StringField("登录名", [InputRequired("请填登录名。"), Length(max=64, message="登录名没有这么长。")])
    password = PasswordField("密码", [InputRequired("请填密码。"), Length(max=256, message="密码没有这么长。")])
