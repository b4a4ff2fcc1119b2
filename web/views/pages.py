"""Pages that only tell: accessibility, personal data. And how the reader wants pages shown."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.display import COOKIE, ONE_YEAR, SIZES, Display, as_cookie, display
from web.session import configuration, safe_next
from workflow_engine.config import is_loopback

blueprint = Blueprint("pages", __name__)


@blueprint.get("/tro-nang")
def show_accessibility() -> str:
    return render_template("pages/accessibility.html")


@blueprint.get("/bao-ve-du-lieu")
def show_privacy() -> str:
    return render_template("pages/privacy.html", limits=configuration())


@blueprint.post("/hien-thi")
def set_display() -> ResponseReturnValue:
    """Remember size and contrast and go back to the page."""
    before = display()
    size = request.form.get("size", before.size)
    contrast = request.form.get("contrast")
    chosen = Display(
        size if size in SIZES else "normal", before.has_contrast if contrast is None else contrast == "yes"
    )
    home = url_for("home.show_home")
    response = redirect(
        request.script_root + safe_next(request.form.get("back"), home.removeprefix(request.script_root))
    )
    response.set_cookie(
        COOKIE,
        as_cookie(chosen),
        max_age=ONE_YEAR,
        httponly=True,
        samesite="Lax",
        secure=not is_loopback(configuration().server.address),
    )
    return response
