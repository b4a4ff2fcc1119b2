"""Signing in and out, registering as an applicant."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from web.catalogues import sentence
from web.session import configuration, database, home_of, safe_next, sign_in, sign_out
from workflow_engine import people, seed
from workflow_engine.errors import Forbidden, InvalidForm

blueprint = Blueprint("accounts", __name__)
REGISTRATION = (
    "kind",
    "name",
    "code",
    "personal_id",
    "representative",
    "phone",
    "email",
    "address",
    "username",
    "password",
)


@blueprint.get("/dang-nhap")
def show_sign_in() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(home_of(current_user.account))
    return _sign_in_page(next_address=request.args.get("tiep", ""), was_ended=bool(session.pop("was_ended", False)))


@blueprint.post("/dang-nhap")
def begin_session() -> ResponseReturnValue:
    username = request.form.get("username", "").strip()
    password = request.form.get("password", "")
    next_address = request.form.get("tiep", "")
    limits = configuration().throttle
    try:
        account = people.authenticate(database(), username, password, request.remote_addr or "", limits)
    except Forbidden as error:
        page = _sign_in_page(next_address=next_address, username=username, error=sentence(error))
        return page, error.status
    sign_in(account)
    return redirect(safe_next(next_address, home_of(account)))


def _sign_in_page(*, next_address: str, username: str = "", error: str = "", was_ended: bool = False) -> str:
    known = seed.list_accounts() if configuration().demo else []
    return render_template(
        "accounts/sign_in.html",
        next_address=next_address,
        username=username,
        error=error,
        was_ended=was_ended,
        demonstration_accounts=known,
    )


@blueprint.post("/dang-xuat")
def end_session() -> ResponseReturnValue:
    sign_out()
    return redirect(url_for("home.show_home"))


@blueprint.get("/dang-ky")
def show_registration() -> str:
    next_address = request.args.get("tiep", "")
    typed = {"kind": "organisation"}
    return render_template("accounts/register.html", typed=typed, faults={}, next_address=next_address)


@blueprint.post("/dang-ky")
def register() -> ResponseReturnValue:
    typed = {name: request.form.get(name, "").strip() for name in REGISTRATION}
    typed["password"] = request.form.get("password", "")
    next_address = request.form.get("tiep", "")
    try:
        account = people.register(database(), people.Registration(**typed))
    except InvalidForm as error:
        faults = {each.path: sentence(each) for each in error.errors}
        page = render_template("accounts/register.html", typed=typed, faults=faults, next_address=next_address)
        return page, error.status
    sign_in(account)
    return redirect(safe_next(next_address, home_of(account)))
