"""The workspace of a dossier for officials: what was filed, where it stands, its papers, its history, its due date."""

import contextlib
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from web.desk import diagram, due_story
from web.desk.case import Case, case_names, first_shown, open_case, upload_names
from web.desk.frames import PDF_POLICY, in_frame
from web.filters import calendar, local, now
from web.session import configuration, current_official, database, for_officials
from workflow_engine import casefile, files, tasks
from workflow_engine.errors import NotFound
from workflow_engine.forms import summary
from workflow_engine.models import DossierFile, UserTask
from workflow_engine.people import Official


@dataclass(frozen=True)
class FiledForm:
    """A form as it was filled in: sections of labels and values."""

    title: str
    is_applicants: bool
    sections: tuple[tuple[str, list[tuple[str, str]]], ...]


blueprint = Blueprint("casefile", __name__, url_prefix="/ho-so")
TABS = {"ho-so": "filed", "quy-trinh": "course", "van-ban": "papers", "lich-su": "history"}
# What a browser shows by itself; everything else is offered as a download.
SHOWN = {"application/pdf", "image/png", "image/jpeg"}


@blueprint.get("/<code>")
@for_officials
def show_casefile(code: str) -> str:
    tab = request.args.get("the", "ho-so")
    tab = tab if tab in TABS else "ho-so"
    official = current_official()
    with database().reading() as looking:
        dossier = casefile.get_for_official(looking, code, official)
        case = open_case(looking, dossier)
        open_tasks = list(casefile.open_tasks(looking, dossier))
        names = case_names(case, None, tab) | {
            "open_tasks": open_tasks,
            "own_tasks": _own(looking, open_tasks, official),
            "shown": first_shown(case),
            "official": official,
        }
        if tab == "quy-trinh":
            active = casefile.active_elements(looking, dossier)
            package = case.procedure.package
            asked = request.args.get("so-do", "")
            names["course"] = diagram.course_of(package, package.hash, asked, active, open_tasks, case.timeline)
        if tab == "ho-so":
            names["forms"] = _filed(looking, case)
    return render_template(f"staff/case_{TABS[tab]}.html", **names)


@blueprint.get("/<code>/ngay-hen")
@for_officials
def why_due(code: str) -> str:
    """How the due date is counted, day by day."""
    with database().reading() as looking:
        dossier = casefile.get_for_official(looking, code, current_official())
        case = open_case(looking, dossier)
        stops = list(casefile.stops_of(looking, dossier))
    story = due_story.tell(calendar(), dossier, stops, local(now()).date())
    events = [row for row in case.timeline if row.kind.startswith(("clock.", "dossier.", "supplement.", "delay."))]
    return render_template(
        "staff/why_due.html", story=story, events=events, facts=case.procedure.facts, **case_names(case)
    )


@blueprint.get("/<code>/xem")
@for_officials
def look(code: str) -> ResponseReturnValue:
    """One document in the frame beside the work: t<file>, v<paper> or n<task>."""
    chosen = request.args.get("tep", "")
    kind, number = chosen[:1], chosen[1:]
    if not number.isdecimal():
        abort(404)
    if kind == "v":
        return redirect(url_for("papers.download", document_id=int(number), xem=1))
    if kind == "n":
        return redirect(url_for("tasks.show_paper", task_id=int(number)))
    file = _file(code, int(number))
    if file.media_type == "application/pdf":
        return _file_answer(file, is_shown=True)
    return in_frame(Response(render_template("staff/frame.html", file=file, code=code), mimetype="text/html"))


@blueprint.get("/<code>/tep/<int:file_id>")
@for_officials
def send(code: str, file_id: int) -> Response:
    """A file of the dossier: as a download, or with ``?xem=1`` for the frame when a browser can show it."""
    return _file_answer(_file(code, file_id), is_shown=request.args.get("xem") == "1")


def _own(session: Session, found: list[UserTask], official: Official) -> set[int]:
    """Which of these tasks the official can open."""
    own = set()
    for task in found:
        with contextlib.suppress(NotFound):
            own.add(tasks.get_task(session, task.id, official).id)
    return own


def _file(code: str, file_id: int) -> DossierFile:
    with database().reading() as looking:
        dossier = casefile.get_for_official(looking, code, current_official())
        found = next((each for each in casefile.files_of(looking, dossier) if each.id == file_id), None)
    if found is None:
        abort(404)
    return found


def _file_answer(file: DossierFile, *, is_shown: bool) -> Response:
    is_shown = is_shown and file.media_type in SHOWN
    path = files.path_of(configuration().paths.var / "files", file.sha256)
    media_type = file.media_type if file.media_type in SHOWN else "application/octet-stream"
    answer = send_file(path, media_type, as_attachment=not is_shown, download_name=file.filename)
    return in_frame(answer, PDF_POLICY) if is_shown else answer


def _filed(session: Session, case: Case) -> list[FiledForm]:
    """What was entered, form by form and section by section: the applicant's form first."""
    found = []
    for form_key, values in casefile.values_of(session, case.dossier).items():
        form = case.procedure.forms.get(form_key)
        sections: dict[str, list[tuple[str, str]]] = {}
        for row in summary(form, values, upload_names(case)) if form else ():
            sections.setdefault(row.section, []).append((row.label, row.value))
        if form and sections:
            found.append(FiledForm(form.title, form_key == case.procedure.start_form.key, tuple(sections.items())))
    return sorted(found, key=lambda each: not each.is_applicants)
