"""The session's own calls: signing in and out, and the phone's token."""

from typing import Any

from flask import request
from marshmallow import EXCLUDE

from server.accounts import devices, gate, pledges
from server.accounts.schemas import DeviceAnswer, NewDevice, NewPledge, NewSession, PledgeAnswer, SessionAnswer
from server.actor import Actor
from server.api import Blueprint
from server.times import on_the_wire
from server.web import csrf, current_actor, needs, public

bp = Blueprint("accounts", __name__, url_prefix="/api/v1", description="Signing in, and the phone's token.")
BODY_MAX_BYTES = 16 * 1024  # a name and a password need no more


@bp.before_request
def _keep_small() -> None:
    request.max_content_length = BODY_MAX_BYTES


@bp.post("/session")
@bp.arguments(NewSession(unknown=EXCLUDE))
@bp.response(200, SessionAnswer)
@bp.alt_response(
    403,
    description="`password_once`: the office gave this password; send a new one along with it. "
    "`password_over`: it did, too long ago.",
)
@csrf.exempt
@public
def sign_in(body: dict[str, str]) -> dict[str, Any]:
    """Sign in with name and password; sets the cookie.

    JSON only: another site's form cannot send it, so this one call needs no CSRF token.
    """
    return _answer(gate.sign_in_here(body["login"], body["password"], body.get("new_password")))


@bp.get("/session")
@bp.response(200, SessionAnswer)
@needs("session.own")
def who_am_i() -> dict[str, Any]:
    """Tell who is signed in in this browser."""
    return _answer(current_actor())


@bp.delete("/session")
@bp.response(204)
@needs("session.own")
def sign_out() -> None:
    """Sign out: the cookie ends, and with it the reading of the phone that was tied to it; delivery goes on."""
    gate.sign_out_here()


@bp.post("/devices")
@bp.arguments(NewDevice(unknown=EXCLUDE))
@bp.response(201, DeviceAnswer)
@needs("device.own")
def new_device(body: dict[str, str]) -> dict[str, str]:
    """Give this phone a token, shown once; the same phone asking again gets another, and its old one dies."""
    return {"token": devices.register(current_actor(), body["id"], body["name"])}


@bp.get("/pledge")
@bp.response(200, PledgeAnswer)
@needs("pledge.own")
def my_pledge() -> dict[str, str | None]:
    """Tell whether the person has signed the five 不准 for the campaign that runs."""
    return _pledge(pledges.pledge_of(current_actor().staff_id))


@bp.put("/pledge")
@bp.arguments(NewPledge(unknown=EXCLUDE))
@bp.response(200, PledgeAnswer)
@needs("pledge.own")
def sign_pledge(body: dict[str, str]) -> dict[str, str | None]:
    """Sign the five 不准 for the person, once a campaign; again, it changes nothing."""
    return _pledge(pledges.sign(current_actor().staff_id, body["campaign"]))


def _pledge(signed: pledges.Signed) -> dict[str, str | None]:
    return {"campaign": signed.campaign, "signed_at": on_the_wire(signed.at) if signed.at else None}


def _answer(actor: Actor) -> dict[str, Any]:
    staff = {"id": actor.staff_id, "name": actor.name, "roles": sorted(actor.roles), "school_id": actor.school_id}
    return {"staff": staff, "csrf": gate.csrf_token()}
