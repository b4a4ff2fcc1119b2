"""Finding a procedure and reading what it asks: list with search, page of one procedure."""

from datetime import timedelta

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from web.filters import calendar, local, now
from web.procedure_words import fields_of_work
from web.session import database
from workflow_engine import figures, procedures

blueprint = Blueprint("procedures", __name__)
MOST_SUGGESTIONS = 6
YEAR = timedelta(days=365)


@blueprint.get("/thu-tuc")
def show_list() -> str:
    text = request.args.get("tim", "").strip()[:200]
    field = request.args.get("linh-vuc", "")[:40]
    with database().reading() as looking:
        found = procedures.list_procedures(looking, local(now()).date(), text, field or None)
    known = fields_of_work({each.field: 1 for each in found} | ({field: 1} if field else {}))
    return render_template("procedures/list.html", found=found, text=text, field=field, fields=known)


@blueprint.get("/thu-tuc/goi-y")
def suggest() -> ResponseReturnValue:
    """What the search box offers while somebody types."""
    text = request.args.get("tim", "").strip()[:200]
    if not text:
        return jsonify([])
    with database().reading() as looking:
        found = procedures.list_procedures(looking, local(now()).date(), text)[:MOST_SUGGESTIONS]
    return render_template("procedures/suggestions.html", found=found)


@blueprint.get("/thu-tuc/<procedure_id>")
def show_procedure(procedure_id: str) -> str:
    moment = now()
    with database().reading() as looking:
        procedure = procedures.get_procedure(looking, procedure_id, local(moment).date())
        due_at = procedures.expected_due(looking, procedure, moment)
        authorities = procedures.list_authorities(looking, procedure)
        numbers = figures.figures(looking, moment - YEAR, moment, calendar(), procedure_id)
    return render_template(
        "procedures/procedure.html",
        numbers=numbers,
        facts=procedure.facts,
        due_at=due_at,
        moment=moment,
        authorities=authorities,
    )
