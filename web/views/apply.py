"""Filing a dossier: choose who receives it, fill in the form (kept as one types), look it over, submit.

A draft is the applicant's alone. Nothing typed is lost: every button of the form saves before it does anything else.
"""

from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from web import draft_form, fields
from web.catalogues import language, sentence
from web.filters import clock_time, local, now
from web.session import configuration, current_account, database, for_applicants
from workflow_engine import dossiers, drafts, procedures
from workflow_engine.errors import EngineError, InvalidForm
from workflow_engine.forms import parse_post, summary

blueprint = Blueprint("apply", __name__)


@blueprint.get("/nop/<procedure_id>")
@for_applicants
def choose_authority(procedure_id: str) -> str:
    with database().reading() as looking:
        procedure = procedures.get_procedure(looking, procedure_id, local(now()).date())
        authorities = procedures.list_authorities(looking, procedure)
        begun = [each for each in drafts.list_drafts(looking, current_account()) if each.procedure_id == procedure_id]
    return render_template("apply/choose.html", facts=procedure.facts, authorities=authorities, begun=begun)


@blueprint.post("/nop/<procedure_id>")
@for_applicants
def start_draft(procedure_id: str) -> ResponseReturnValue:
    text = request.form.get("authority_id", "")
    if not text.isdecimal():
        return redirect(url_for("apply.choose_authority", procedure_id=procedure_id))
    account = current_account()
    draft = database().transact(lambda s: drafts.start_draft(s, account, procedure_id, int(text)))
    return redirect(url_for("apply.show_draft", draft_id=draft.id))


@blueprint.get("/nop/nhap/<int:draft_id>")
@for_applicants
def show_draft(draft_id: int) -> str:
    with database().reading() as looking:
        opened = draft_form.open_draft(looking, draft_id, current_account())
    return _form_page(opened, fields.with_first_rows(opened.form, opened.values))


@blueprint.post("/nop/nhap/<int:draft_id>")
@for_applicants
def change_draft(draft_id: int) -> ResponseReturnValue:
    """Every button of the form: redraw, add or remove a row, upload, save and leave, go on to the review."""
    account = current_account()
    with database().reading() as looking:
        opened = draft_form.open_draft(looking, draft_id, account)
    typed = parse_post(opened.form, request.form.items(multi=True))
    button = fields.pressed(request.form)
    typed = fields.with_rows_changed(opened.form, typed, button)
    troubles = _take_files(opened, button)
    opened = database().transact(lambda s: _save(s, draft_id, typed))
    if button or troubles:
        page = _form_page(opened, typed, troubles=troubles)
        return (page, 422) if troubles else page
    if "_leave" in request.form:
        return redirect(url_for("own_dossiers.show_list"))
    error = draft_form.judged(opened, typed)
    if error is not None:
        return _form_page(opened, typed, error=error), error.status
    return redirect(url_for("apply.show_review", draft_id=draft_id))


@blueprint.post("/nop/nhap/<int:draft_id>/luu")
@for_applicants
def autosave(draft_id: int) -> ResponseReturnValue:
    """Keep what is typed so far; answers with the time for the note beside the heading."""
    with database().reading() as looking:
        opened = draft_form.open_draft(looking, draft_id, current_account())
    typed = parse_post(opened.form, request.form.items(multi=True))
    saved = database().transact(lambda s: _save(s, draft_id, typed))
    return jsonify(saved_at=clock_time(saved.draft.saved_at))


@blueprint.get("/nop/nhap/<int:draft_id>/xem-lai")
@for_applicants
def show_review(draft_id: int) -> ResponseReturnValue:
    with database().reading() as looking:
        opened = draft_form.open_draft(looking, draft_id, current_account())
    return _review_page(opened)


@blueprint.post("/nop/nhap/<int:draft_id>/nop")
@for_applicants
def submit(draft_id: int) -> ResponseReturnValue:
    account = current_account()
    with database().reading() as looking:
        opened = draft_form.open_draft(looking, draft_id, account)
    if request.form.get("is_sure") != "true":
        return _review_page(opened, must_declare=True)
    values = draft_form.with_files(opened)
    try:
        if opened.draft.dossier_code:
            dossier = database().transact(lambda s: dossiers.answer_supplement(s, draft_id, account, values))
            return redirect(url_for("own_dossiers.show_dossier", code=dossier.code, xong="bo-sung"))
        submitted = database().transact(lambda s: dossiers.submit(s, draft_id, account, values))
    except InvalidForm as error:
        return _form_page(opened, opened.values, error=error), error.status
    # The secret is shown on the next page and nowhere else; it never stands in an address.
    session["new_secret"] = [submitted.dossier.code, submitted.secret]
    return redirect(url_for("own_dossiers.show_acknowledgement", code=submitted.dossier.code))


@blueprint.post("/nop/nhap/<int:draft_id>/xoa")
@for_applicants
def discard(draft_id: int) -> ResponseReturnValue:
    account = current_account()
    database().transact(lambda s: drafts.discard_draft(s, draft_id, account))
    return redirect(url_for("own_dossiers.show_list"))


def _save(looking: Session, draft_id: int, typed: dict[str, Any]) -> draft_form.OpenDraft:
    account = current_account()
    drafts.save_draft(looking, draft_id, account, typed)
    return draft_form.open_draft(looking, draft_id, account)


def _take_files(opened: draft_form.OpenDraft, button: str) -> list[tuple[str, str]]:
    """Store files sent with the form, forget the one whose button was pressed; component and sentence of refusals."""
    account, troubles = current_account(), []
    value = request.form.get("_upload", "")
    if button == "_upload" and value.startswith("remove.") and value.removeprefix("remove.").isdecimal():
        file_id = int(value.removeprefix("remove."))
        database().transact(lambda s: drafts.detach_file(s, opened.draft.id, account, file_id))
    for name in request.files:
        component = name.removeprefix("_file.")
        if component not in opened.components:
            continue
        for sent in request.files.getlist(name):
            if not sent.filename:
                continue
            try:
                draft_form.attach(database(), configuration(), opened, account, component, sent.stream, sent.filename)
            except EngineError as error:
                troubles.append((component, sentence(error.errors[0] if isinstance(error, InvalidForm) else error)))
    return troubles


def _form_page(
    opened: draft_form.OpenDraft,
    values: dict[str, Any],
    *,
    error: InvalidForm | None = None,
    troubles: list[tuple[str, str]] | None = None,
) -> str:
    drawing = draft_form.drawn(opened, values, error=error, troubles=troubles or [])
    return render_template(
        "apply/form.html",
        opened=opened,
        draft=opened.draft,
        facts=opened.procedure.facts,
        drawing=drawing,
        checks=draft_form.checks(opened, values),
        has_errors=bool(drawing.errors),
    )


def _review_page(opened: draft_form.OpenDraft, *, must_declare: bool = False) -> ResponseReturnValue:
    """What will be filed, as it will be read; the form again when something is missing."""
    try:
        cleaned = draft_form.cleaned(opened, opened.values)
    except InvalidForm as error:
        return _form_page(opened, opened.values, error=error), error.status
    labels = draft_form.component_labels(opened)
    rows = [row for row in summary(opened.form, cleaned, language=language()) if row.path not in labels]
    page = render_template(
        "apply/review.html",
        opened=opened,
        draft=opened.draft,
        facts=opened.procedure.facts,
        rows=rows,
        labels=labels,
        must_declare=must_declare,
    )
    return (page, 422) if must_declare else page
