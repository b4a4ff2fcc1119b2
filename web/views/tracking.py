"""Looking a dossier up without signing in: code and look-up secret by POST, kept in the session, never in an address.

Shown are state, unit and dates; names, numbers of papers and content need signing in.
"""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from web import dossier_story
from web.catalogues import sentence
from web.session import configuration, database
from workflow_engine import dossiers
from workflow_engine.errors import EngineError, NotFound
from workflow_engine.models import CodeDirectory, Dossier

blueprint = Blueprint("tracking", __name__)
MOST_REMEMBERED = 10


@blueprint.get("/tra-cuu")
def show_search() -> str:
    return render_template("tracking/search.html", code=request.args.get("ma", "")[:80], error="")


@blueprint.post("/tra-cuu")
def look_up() -> ResponseReturnValue:
    code = request.form.get("code", "").strip()
    secret = "".join(request.form.get("secret", "").split()).upper()
    try:
        dossier = dossiers.track(database(), code, secret, request.remote_addr or "", configuration().throttle)
    except EngineError as error:
        return render_template("tracking/search.html", code=code, error=sentence(error)), error.status
    opened = [each for each in session.get("tracked", []) if each != dossier.code]
    session["tracked"] = [*opened, dossier.code][-MOST_REMEMBERED:]
    return redirect(url_for("tracking.show_dossier", code=dossier.code))


@blueprint.get("/t/<code>")
def show_dossier(code: str) -> ResponseReturnValue:
    if code not in session.get("tracked", []):
        return redirect(url_for("tracking.show_search", ma=code))
    with database().reading() as looking:
        entry = looking.get(CodeDirectory, code)
        dossier = looking.get(Dossier, (entry.authority_id, entry.dossier_id)) if entry else None
        if dossier is None:
            raise NotFound("No dossier matches. Check the dossier code and the look-up code.")
        story = dossier_story.tell(looking, dossier, is_owner=False)
    return render_template("tracking/dossier.html", story=story, dossier=dossier)
