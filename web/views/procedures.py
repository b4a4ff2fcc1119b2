"""Finding a procedure and reading what it asks: list with search, page of one procedure."""

from datetime import timedelta

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from web.catalogues import language
from web.filters import calendar, local, now
from web.procedure_words import applicant_name, copy_name, field_name, fields_of_work, level_name, unit_of_days
from web.session import database
from workflow_engine import figures, procedures
from workflow_engine.models import ProcedureVersion

blueprint = Blueprint("procedures", __name__)
MOST_SUGGESTIONS = 6
YEAR = timedelta(days=365)


@blueprint.app_context_processor
def words() -> dict[str, object]:
    """Names that templates of several families use."""
    return {
        "field_name": field_name,
        "level_name": level_name,
        "applicant_name": applicant_name,
        "copy_name": copy_name,
        "unit_of_days": unit_of_days,
        "name_of": name_of,
        "deadline_words": deadline_words,
        "fee_words": fee_words,
    }


def name_of(thing: object) -> str:
    """The name of a procedure, authority or document in the language of the page."""
    english = getattr(thing, "name_en", "") if language() == "en" else ""
    return english or getattr(thing, "name_vi", "") or getattr(thing, "name", "")


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


def fee_words(version: ProcedureVersion) -> str:
    """không thu phí, or how the fee is fixed."""
    fee = version.facts.get("fee", {})
    if fee.get("rule", "none") in ("none", ""):
        return _("không thu phí")
    return _("có thu phí")


def deadline_words(version: ProcedureVersion) -> str:
    """10 ngày làm việc."""
    deadline = version.facts.get("deadline", {})
    return f"{deadline.get('days', '')} {unit_of_days(deadline.get('unit', 'working'))}".strip()
