"""The case file as the officials' pages show it beside the work: clock, people, timeline, files, papers, tabs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from workflow_engine import casefile, procedures
from workflow_engine.forms import Choice
from workflow_engine.models import Document, Dossier, DossierFile, History, UserTask
from workflow_engine.procedures import Procedure

# What fills the history and says little beside the work.
QUIET = {"task.claimed", "task.released"}


@dataclass(frozen=True)
class Case:
    """Everything about a dossier that stands beside its tasks."""

    dossier: Dossier
    procedure: Procedure
    clock: casefile.Clock
    people: Sequence[casefile.Person]
    timeline: Sequence[History]
    files: Sequence[DossierFile]
    papers: Sequence[Document]
    filed: Mapping[str, Any]  # what the applicant entered, as it stands now


@dataclass(frozen=True)
class Tab:
    """One part of the dossier."""

    label: str
    icon: str
    href: str
    is_current: bool
    count: int | None = None


@dataclass(frozen=True)
class Option:
    """One document that can be looked at: ``value`` is t<file id>, v<paper id> or n<task id> (the draft of a task)."""

    value: str
    label: str


def open_case(session: Session, dossier: Dossier) -> Case:
    """Gather the case of a dossier the reader may see; the caller has checked that."""
    procedure = procedures.get_version(session, dossier.procedure_version_id)
    return Case(
        dossier=dossier,
        procedure=procedure,
        clock=casefile.clock_of(session, dossier),
        people=casefile.people_of(session, dossier),
        timeline=list(casefile.timeline(session, dossier, public_only=False))[::-1],
        files=list(casefile.files_of(session, dossier)),
        filed=casefile.values_of(session, dossier).get(procedure.start_form.key, {}),
        papers=list(casefile.papers_of(session, dossier, for_applicant=False)),
    )


def upload_names(case: Case) -> dict[str, tuple[Choice, ...]]:
    """Names for the hashes that stand in the file fields of the start form."""
    return {"uploads": tuple(Choice(file.sha256, file.filename) for file in case.files)}


def case_names(case: Case, task: UserTask | None = None, tab: str = "") -> dict[str, Any]:
    """What the templates of the workspace call the parts of a case."""
    return {
        "dossier": case.dossier,
        "version_number": case.procedure.number,
        "clock": case.clock,
        "people": case.people,
        "timeline": case.timeline,
        "deeds": [row for row in case.timeline if row.kind not in QUIET],
        "files": case.files,
        "component_names": {each.key: each.name_vi for each in case.procedure.facts.documents},
        "all_papers": case.papers,
        "papers": [paper for paper in case.papers if paper.sha256],
        "tabs": _tabs(case, task, tab),
        "task": task,
    }


def first_shown(case: Case) -> str:
    """The document shown at first: the newest file of the applicant, else the newest paper."""
    if case.files:
        return f"t{case.files[0].id}"
    signed = [paper for paper in case.papers if paper.sha256]
    return f"v{signed[-1].id}" if signed else ""


def _tabs(case: Case, task: UserTask | None, tab: str) -> tuple[Tab, ...]:
    def href(part: str) -> str:
        return url_for("casefile.show_casefile", code=case.dossier.code, the=part)

    first = url_for("tasks.show_task", task_id=task.id) if task else href("ho-so")
    return (
        *((Tab("Việc", "checkup-list", first, tab == ""),) if task else ()),
        Tab("Hồ sơ", "folder", href("ho-so"), tab == "ho-so"),
        Tab("Quy trình", "route", href("quy-trinh"), tab == "quy-trinh"),
        Tab("Văn bản", "file-text", href("van-ban"), tab == "van-ban", len(case.papers)),
        Tab("Lịch sử", "history", href("lich-su"), tab == "lich-su"),
    )
