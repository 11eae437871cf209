"""Signing in and out on the school's pages; the same sessions as the app's."""

import re

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.accounts import gate, rights
from server.accounts.forms import FirstPasswordForm, SignInForm
from server.actor import Actor
from server.errors import AppError, PasswordOnce, PasswordOver, PasswordWeak, TooManyTries, WrongCredentials
from server.web import needs, public

bp = Blueprint("sign_in_pages", __name__, url_prefix="/school", template_folder="templates")

OURS = re.compile(r"/(school|centre)(/[\w\-/]*)?(\?[\w\-=&]*)?", re.ASCII)  # never another site's address


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form."""
    return _form(SignInForm())


@bp.post("/sign-in")
@public
def sign_in_now() -> ResponseReturnValue:
    """Sign in, with a new password first where the office gave the old one; then go on to the page that was asked for."""
    form: SignInForm | FirstPasswordForm = FirstPasswordForm() if "new_password" in request.form else SignInForm()
    if not form.validate_on_submit():
        return _form(form), 422
    chosen = form.new_password.data if isinstance(form, FirstPasswordForm) else None
    try:
        actor = gate.sign_in_here(form.login.data or "", form.password.data or "", chosen)
    except PasswordOnce as error:
        return _form(FirstPasswordForm(), error), error.status
    except PasswordOver as error:
        return _form(SignInForm(), error), error.status
    except (WrongCredentials, TooManyTries, PasswordWeak) as error:
        return _form(form, error), error.status, error.headers
    return redirect(_onward(actor), 303)


def _form(form: SignInForm | FirstPasswordForm, error: AppError | None = None) -> str:
    renewing = isinstance(form, FirstPasswordForm)
    return render_template(
        "accounts/sign_in.html", form=form, renewing=renewing, problem=error.message if error else None
    )


@bp.post("/sign-out")
@needs("session.own")
def sign_out() -> ResponseReturnValue:
    """Sign out in this browser; what its phone has not delivered yet is still delivered."""
    gate.sign_out_here()
    return redirect(url_for("sign_in_pages.sign_in"), 303)


def _onward(actor: Actor) -> str:
    """Choose where to go: the page asked for, if it is ours; teachers without a desk go to the app."""
    asked = request.args.get("next", "")
    if OURS.fullmatch(asked):
        return asked
    return rights.front_page(actor)
