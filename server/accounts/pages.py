"""Signing in and out on the school's pages; the same sessions as the app's."""

import re

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.accounts import gate, rights
from server.accounts.forms import SignInForm
from server.actor import Actor
from server.errors import TooManyTries, WrongCredentials
from server.web import needs, public

bp = Blueprint("sign_in_pages", __name__, url_prefix="/school", template_folder="templates")

OURS = re.compile(r"/(school|centre)(/[\w\-/]*)?(\?[\w\-=&]*)?", re.ASCII)  # never another site's address


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form."""
    return render_template("accounts/sign_in.html", form=SignInForm(), problem=None)


@bp.post("/sign-in")
@public
def sign_in_now() -> ResponseReturnValue:
    """Sign in, then go on to the page that was asked for."""
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form, problem=None), 422
    try:
        actor = gate.sign_in_here(form.login.data or "", form.password.data or "")
    except (WrongCredentials, TooManyTries) as error:
        page = render_template("accounts/sign_in.html", form=form, problem=error.message)
        return page, error.status, error.headers
    return redirect(_onward(actor), 303)


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
