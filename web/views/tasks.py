"""One task of an official: look, claim, release, write, see the paper, complete, sign, seal. Nothing typed is lost."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from web import fields
from web.catalogues import sentence
from web.desk import composition, pages, preview, signing
from web.desk.frames import framed_pdf
from web.desk.opened import Opened, names_of, open_task
from web.desk.queues import queue_of
from web.session import configuration, current_official, database, for_officials
from workflow_engine import incidents, papers, people, signing_desk, tasks, worklists
from workflow_engine.errors import Conflict, Forbidden, InvalidForm
from workflow_engine.models import UserTask

blueprint = Blueprint("tasks", __name__, url_prefix="/viec")


@blueprint.get("/<int:task_id>")
@for_officials
def show_task(task_id: int) -> ResponseReturnValue:
    return _page(_open(task_id))


@blueprint.post("/<int:task_id>/nhan")
@for_officials
def claim_task(task_id: int) -> ResponseReturnValue:
    official = current_official()
    try:
        database().transact(lambda session: tasks.claim(session, task_id, official))
    except Conflict as error:
        flash(sentence(error), "warn")
    return redirect(url_for("tasks.show_task", task_id=task_id, hang=_queue_key()))


@blueprint.post("/<int:task_id>/tra")
@for_officials
def release_task(task_id: int) -> ResponseReturnValue:
    official = current_official()
    task = database().transact(lambda session: tasks.release(session, task_id, official))
    flash(f"Đã trả {task.dossier_code} lại cho nhóm.", "ok")
    return redirect(url_for("inbox.show_inbox", hang=_queue_key()))


@blueprint.post("/<int:task_id>/xong")
@for_officials
def complete_task(task_id: int) -> ResponseReturnValue:
    opened = _open(task_id)
    page = pages.page_of(opened.task.form_key)
    raw = page.read(opened, request.form.items(multi=True))
    button = fields.pressed(request.form)
    if button:
        return _page(opened, _with_first_rows(opened, fields.with_rows_changed(opened.form, raw, button)))
    try:
        task = incidents.complete_task(
            database(), task_id, opened.official, composition.values_only(raw), lambda: _complete(opened, raw)
        )
    except InvalidForm as error:
        return _page(opened, raw, error=error), error.status
    except Conflict as error:
        return _page(opened, raw, conflict=sentence(error)), error.status
    except Forbidden as error:
        return _page(opened, raw, refusal=sentence(error)), error.status
    except incidents.Stuck as error:
        return _page(opened, raw, conflict=sentence(error)), error.status
    flash(f"Đã xong “{task.name}” của {task.dossier_code}.", "ok")
    return redirect(url_for("inbox.show_inbox", hang=_queue_key()))


@blueprint.post("/<int:task_id>/bo-sung")
@for_officials
def compose_supplement(task_id: int) -> ResponseReturnValue:
    """The page on which reception words the one request, from the verdicts of the check."""
    opened = _open(task_id)
    raw = pages.page_of(opened.task.form_key).read(opened, request.form.items(multi=True))
    button = "add" if "add" in request.form else "drop" if "drop" in request.form else ""
    raw = composition.changed_items(raw, button, request.form.get("drop", ""))
    if not button and not raw.get("missing_items"):
        raw["composition_outcome"] = "supplement"
        return _page(opened, raw, error=InvalidForm([composition.nothing_asked()])), 422
    return _request_page(opened, raw)


@blueprint.post("/<int:task_id>/xem-truoc/<paper>")
@for_officials
def preview_paper(task_id: int, paper: str) -> Response:
    """The paper with what is typed now, shown in the frame beside the form; only the one this task writes."""
    opened = _open(task_id)
    page = pages.page_of(opened.task.form_key)
    key = preview.key_of(opened, page.paper)
    if not key or key != paper:
        abort(404)
    typed = page.read(opened, request.form.items(multi=True))
    return framed_pdf(preview.preview_pdf(opened, key, typed))


@blueprint.get("/<int:task_id>/van-ban")
@for_officials
def show_paper(task_id: int) -> Response:
    """The paper that this task is about: what will be signed or sealed, or the draft under review."""
    return framed_pdf(signing_desk.preview(database(), configuration(), task_id, current_official()).pdf)


def _with_first_rows(opened: Opened, raw: dict[str, Any]) -> dict[str, Any]:
    """A list that needs a row and has just appeared begins with an empty one."""
    lists = [each for each in opened.form.components if each.type == "dynamiclist" and each.settings.least]
    return {**raw, **{each.key: [{}] for each in lists if not raw.get(each.key)}}


def _open(task_id: int) -> Opened:
    with database().reading() as looking:
        return open_task(looking, task_id, current_official(), _queue_key())


def _queue_key() -> str:
    return queue_of(request.values.get("hang")).key


def _complete(opened: Opened, raw: Mapping[str, Any]) -> UserTask:
    """Complete by the way the task asks for: a signature and a seal are made outside the transaction."""
    task_id, official = opened.task.id, opened.official
    values = composition.values_only(raw)
    if opened.task.form_key == pages.CHECK:
        composition.require_consistent(opened, raw)
    kind = signing_desk.which(opened.task)
    if kind == "sign" and signing.is_signed(opened, values):
        pin, shown = request.form.get("pin", ""), request.form.get("shown_sha256", "")
        return signing_desk.sign_task(database(), configuration(), task_id, official, values, pin, shown)
    if kind == "seal":
        return signing_desk.seal_task(database(), configuration(), task_id, official, values)
    return database().transact(lambda session: tasks.complete(session, task_id, official, values))


def _page(
    opened: Opened,
    typed: Mapping[str, Any] | None = None,
    *,
    error: InvalidForm | None = None,
    conflict: str = "",
    refusal: str = "",
) -> str:
    """The page of the task, with what was typed when something stands in the way."""
    if typed is not None and "composing" in request.form and not fields.pressed(request.form):
        return _request_page(opened, typed, error=error, conflict=conflict or refusal)
    page = pages.page_of(opened.task.form_key)
    names = names_of(opened, conflict=conflict) | page.names(opened, typed, error)
    if page.template == pages.ASSIGN_TEMPLATE:
        names |= _assignment(opened)
    if opened.task.form_key in papers.REVIEWS and opened.holding != "closed":
        names |= signing.paper_names(opened)
        names["drawing"] = pages.with_capacity(names["drawing"], names.get("capacity", ""))
    if refusal:
        is_signing = signing_desk.which(opened.task) == "sign"
        names |= {"faults": [("pin" if is_signing else "", refusal)], "pin_error": refusal if is_signing else ""}
    return render_template(page.template, preview_key=preview.key_of(opened, page.paper), **names)


def _request_page(
    opened: Opened, raw: Mapping[str, Any], *, error: InvalidForm | None = None, conflict: str = ""
) -> str:
    names = names_of(opened, conflict=conflict) | pages.request(opened, raw, error)
    return render_template("staff/tasks/request_supplement.html", **names)


def _assignment(opened: Opened) -> dict[str, Any]:
    """The dossiers that wait for assignment, and the people who may take this one."""
    dossier = opened.case.dossier
    with database().reading() as looking:
        specialists = people.list_specialists(looking, dossier.authority_id, dossier.unit_id or 0)
        rows = worklists.list_tasks(looking, opened.official, "all", limit=pages.MOST_WAITING).rows
    allowed = frozenset(choice.token for choice in opened.task_form.choices.get("specialists", ()))
    return {
        "waiting": [row for row in rows if row.element_id == opened.task.element_id],
        "specialists": pages.candidates(specialists, allowed),
    }
