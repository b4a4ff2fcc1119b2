"""A paper as it would look with what is typed now: made from fields, marked as a draft, kept nowhere."""

from collections.abc import Mapping
from typing import Any

from web.desk.opened import Opened
from web.session import configuration, database
from workflow_engine import db, deadlines, papers
from workflow_engine.calendars import calendar_of
from workflow_engine.forms.coercion import coerced
from workflow_engine.models import Document, DocumentState


def key_of(opened: Opened, stated: str) -> str:
    """The template key; "result" is what the running procedure issues."""
    return str(opened.task.local.get("document_key") or "") if stated == "result" else stated


def preview_pdf(opened: Opened, key: str, typed: Mapping[str, Any]) -> bytes:
    """The paper ``key`` of the dossier with the typed values in place of the stored ones. Raises ModelError."""
    config = configuration()
    supplement = opened.case.procedure.facts.supplement
    with database().reading() as looking:
        dossier = opened.case.dossier
        document = papers.find_open(looking, dossier, key) or _unsaved(opened, key)
        calendar = calendar_of(looking, dossier.authority_id)
        answer_until = deadlines.add_days(calendar, db.now(looking), supplement.applicant_days, supplement.unit)
        extra = {"supplement_due_at": answer_until.isoformat(), **_readable(opened, typed)}
        with looking.no_autoflush:
            facts = papers.facts_of(looking, dossier, document, extra=extra)
    return papers.render(config, key, facts).pdf


def _readable(opened: Opened, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Unfinished typing as values: what cannot be read yet is a gap in the paper."""
    fields = {each.key: each for each in opened.form.components if each.key}
    return {
        key: coerced(fields[key], value) if fields[key].type != "dynamiclist" else value
        for key, value in typed.items()
        if key in fields
    }


def _unsaved(opened: Opened, key: str) -> Document:
    dossier = opened.case.dossier
    return Document(
        authority_id=dossier.authority_id,
        id=0,
        dossier_id=dossier.id,
        key=key,
        state=DocumentState.DRAFT,
        title="",
        round=1,
        author_id=opened.official.account_id,
        number=None,
        facts={},
        created_at=opened.task.created_at,
    )
