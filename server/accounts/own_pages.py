"""我的账号: one's own password, and one's own phones and computers. For everybody, a desk or none."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from server.accounts import devices, gate, rights
from server.accounts.forms import OwnPasswordForm, ShutOutForm
from server.accounts.models import Device
from server.db import reading, transaction
from server.errors import NotFound, PasswordWeak, TooManyTries, WrongCredentials
from server.web import current_actor, needs

bp = Blueprint("own_pages", __name__, url_prefix="/school/me", template_folder="templates")

NOT_IT = "现在的密码不对，请再写一次。忘了可以找德育处重设。"


@bp.get("")
@needs("session.own")
def me() -> str:
    """Show one's own password's form and one's devices."""
    return _show(OwnPasswordForm())


@bp.post("")
@needs("session.own")
def change_password() -> ResponseReturnValue:
    """Put another password in the place of one's own."""
    form = OwnPasswordForm()
    if not form.validate_on_submit():
        return _show(form), 422
    try:
        gate.change_password_here(form.password.data or "", form.new_password.data or "")
    except WrongCredentials as error:
        return _show(form, NOT_IT), error.status
    except (TooManyTries, PasswordWeak) as error:
        return _show(form, error.message), error.status, error.headers
    flash("密码已换好。别的手机和电脑要用新密码重新登录，没送完的照样会送。")
    return redirect(url_for("own_pages.me"), 303)


@bp.get("/devices/<device_id>")
@needs("device.own")
def ask_device(device_id: str) -> str:
    """Say what happens when a phone is shut out."""
    device = _own(device_id)
    return render_template(
        "accounts/own_device.html", device=device, here=_is_here(device), form=ShutOutForm(formdata=None)
    )


@bp.post("/devices/<device_id>")
@needs("device.own")
def shut_out(device_id: str) -> ResponseReturnValue:
    """Shut one of one's phones out."""
    _own(device_id)
    with transaction() as session:
        devices.revoke(session, device_id)
    flash("已停用那台手机。")
    return redirect(url_for("own_pages.me"), 303)


def _show(form: OwnPasswordForm, problem: str | None = None) -> str:
    actor = current_actor()
    with reading() as session:
        mine = devices.devices_of(session, actor.staff_id)
    front = rights.front_page(actor)
    return render_template(
        "accounts/me.html",
        form=form,
        problem=problem,
        name=actor.name,
        devices=[(device, _is_here(device)) for device in mine],
        back=None if front == "/" else front,
    )


def _own(device_id: str) -> Device:
    with reading() as session:
        device = session.get(Device, device_id)
    if device is None or device.staff_id != current_actor().staff_id:
        raise NotFound
    return device


def _is_here(device: Device) -> bool:
    """Tell whether a device is the browser that asks."""
    return device.session_id is not None and device.session_id == current_actor().session_id
