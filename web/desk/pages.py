"""The one table that says which page a task has. A task that is not named here gets the general workspace."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _

from web import fields, filters
from web.catalogues import sentence
from web.desk import composition
from web.desk.case import Case
from web.desk.opened import Opened, deciding_field, draw
from web.fields import Drawing
from workflow_engine import deadlines
from workflow_engine.errors import InvalidForm
from workflow_engine.forms import parse_post, summary
from workflow_engine.people import Specialist

Typed = Mapping[str, Any] | None
CHECK = "shared/check_composition"
ASSIGN_TEMPLATE = "staff/tasks/assign_specialist.html"
MOST_WAITING = 30


@dataclass(frozen=True)
class TaskPage:
    """Template of a kind of task, what it needs beside the case, and how its post is read."""

    template: str
    names: Callable[[Opened, Typed, InvalidForm | None], dict[str, Any]]
    read: Callable[[Opened, Iterable[tuple[str, str]]], dict[str, Any]] = lambda opened, posted: parse_post(
        opened.form, posted
    )
    paper: str = ""  # what "see the draft" shows while it is written


@dataclass(frozen=True)
class Answer:
    """An answer that is a button."""

    value: str
    label: str
    tone: str
    is_approval: bool


@dataclass(frozen=True)
class Candidate:
    """Somebody a dossier can be assigned to; ``scale`` is the length of the bar of the busiest."""

    value: str
    name: str
    title: str
    open_tasks: int
    scale: int
    is_least_busy: bool


def page_of(form_key: str) -> TaskPage:
    """The page of the tasks with this form."""
    return PAGES.get(form_key, GENERAL)


def general(opened: Opened, typed: Typed, error: InvalidForm | None) -> dict[str, Any]:
    """The whole form, and the question that names the primary button."""
    drawing = draw(opened, typed, error=error)
    question = deciding_field(opened.form)
    return {"drawing": drawing, "faults": fields.faults(drawing), "deciding": question.key if question else ""}


def answered_by_buttons(opened: Opened, typed: Typed, error: InvalidForm | None) -> dict[str, Any]:
    """Review and signing: the answers are the buttons, the comment always stands open."""
    question = deciding_field(opened.form)
    comment = next(
        (each for each in opened.form.components if each.type == "textarea" and each.hide_when is not None), None
    )
    apart = frozenset(each.key for each in (question, comment) if each is not None)
    whole = draw(opened, typed, error=error)
    tones = {"approved": "btn-primary", "reappraise": "btn-d"}
    return {
        "drawing": draw(opened, typed, error=error, without=apart),
        "faults": [
            ("nhan-xet" if comment and at == fields.control_id(comment.key) else at, words)
            for at, words in fields.faults(whole)
        ],
        "deciding": question.key if question else "",
        "answers": [
            Answer(str(each.value), each.label, tones.get(str(each.value), "btn-o"), each.value == "approved")
            for each in (question.choices if question else ())
        ],
        "comment": comment,
        "comment_error": whole.errors.get(comment.key, "") if comment else "",
        "values": typed if typed is not None else opened.task_form.values,
    }


def seal(opened: Opened, typed: Typed, error: InvalidForm | None) -> dict[str, Any]:
    """The clerk's page: number and date stand among the facts of the paper, only what is asked stays a field."""
    drawing = draw(opened, typed, error=error, without=frozenset({"document_no", "document_symbol", "issued_on"}))
    return {"drawing": drawing, "faults": fields.faults(drawing), "deciding": ""}


def with_capacity(drawing: Drawing, capacity: str) -> Drawing:
    """The drawing with the capacity in which the leader may sign already chosen, unless another one was."""
    if not capacity or drawing.values.get("signing_capacity"):
        return drawing
    return replace(drawing, values={**drawing.values, "signing_capacity": capacity})


def check(opened: Opened, typed: Typed, error: InvalidForm | None) -> dict[str, Any]:
    """The reception check."""
    raw = typed if typed is not None else opened.task_form.values
    facts = opened.case.procedure.facts
    side = draw(
        opened,
        composition.values_only(raw),
        error=error,
        only=frozenset({"identity_checked", "documents_match", "copies"}),
    )
    answer_by = filters.due_chip(opened.task.due_at)
    unit = "ngày làm việc" if facts.deadline.unit == "working" else "ngày"
    period = f"{facts.deadline.days} {unit}"
    due_at = deadlines.add_days(filters.calendar(), filters.now(), facts.deadline.days, facts.deadline.unit)
    return {
        "drawing": side,
        "applicant_lines": _applicant_lines(opened.case),
        "faults": [(_anchor(each.path), sentence(each)) for each in error.errors] if error else [],
        "components": composition.components_of(opened.case, raw),
        "typed_refusal": raw.get("refusal_reason") or "",
        "answer_by": answer_by if opened.holding != "closed" else None,
        "period": period,
        "fee": _fee(facts.fee.amount),
        "promise_at": due_at,
        "promise_why": _(
            "Tiếp nhận %(today)s, cộng %(period)s; ngày tiếp nhận, ngày nghỉ và ngày lễ không đếm (%(basis)s).",
            today=filters.day(filters.now()),
            period=period,
            basis=facts.deadline.legal_basis,
        ),
    }


def request(opened: Opened, raw: Mapping[str, Any], error: InvalidForm | None) -> dict[str, Any]:
    """The page on which the one supplement request is written."""
    choices = opened.task_form.choices.get("supplement_items", ())
    asked = opened.case.procedure.facts.supplement
    return {
        "faults": [(_anchor(each.path), sentence(each)) for each in error.errors] if error else [],
        "items": composition.items_of(raw, choices),
        "item_choices": choices,
        "carried": composition.carried(opened, raw),
        "answer_until": deadlines.add_days(filters.calendar(), filters.now(), asked.applicant_days, asked.unit),
        "answer_period": f"{asked.applicant_days} {'ngày làm việc' if asked.unit == 'working' else 'ngày'}",
        "seen": len(raw.get("check") or {}),
        "total": len(opened.case.procedure.facts.documents),
    }


def assign(opened: Opened, typed: Typed, error: InvalidForm | None) -> dict[str, Any]:
    """Who can take the dossier, with what they hold already."""
    drawing = draw(opened, typed, error=error, without=frozenset({"specialist"}))
    whole = draw(opened, typed, error=error)
    return {
        "drawing": drawing,
        "faults": [
            ("cho-ai" if at == fields.control_id("specialist") else at, words) for at, words in fields.faults(whole)
        ],
    }


def candidates(specialists: list[Specialist], allowed: frozenset[str]) -> list[Candidate]:
    """The people of the unit who may take this dossier, the least busy first."""
    able = [each for each in specialists if str(each.account_id) in allowed]
    scale = max([10, *(each.open_tasks for each in able)])
    least = min((each.open_tasks for each in able), default=0)
    return [
        Candidate(str(each.account_id), each.name, each.title, each.open_tasks, scale, each.open_tasks == least)
        for each in able
    ]


def _applicant_lines(case: Case) -> list[tuple[str, str]]:
    """The first section of the start form: who applies."""
    rows = summary(case.procedure.start_form, case.filed)
    return [
        (row.label, row.value)
        for row in rows
        if row.section == rows[0].section and row.value != case.dossier.applicant_name
    ]


def _fee(amount: int | None) -> str:
    return f"{format_decimal(amount)} đồng" if amount else "Không thu phí"


def _anchor(path: str) -> str:
    head, _sep, rest = path.partition(".")
    return f"tp-{rest}" if head == "check" else "ly-do-tu-choi" if path == "refusal_reason" else fields.control_id(path)


GENERAL = TaskPage("staff/work.html", general)
PAGES = {
    CHECK: TaskPage("staff/tasks/check_composition.html", check, composition.read, "supplement_request"),
    "shared/assign_specialist": TaskPage(ASSIGN_TEMPLATE, assign),
    "shared/examine_dossier": TaskPage("staff/tasks/examine.html", general, paper="supplement_request"),
    "shared/refuse_dossier": TaskPage("staff/tasks/refuse.html", general, paper="refusal_note"),
    "shared/draft_result": TaskPage("staff/work.html", general, paper="result"),
    "shared/draft_stop_notice": TaskPage("staff/work.html", general, paper="stop_notice"),
    "shared/draft_apology": TaskPage("staff/work.html", general, paper="apology_note"),
    "shared/review_draft": TaskPage("staff/tasks/review.html", answered_by_buttons),
    "shared/verify_submission": TaskPage("staff/tasks/review.html", answered_by_buttons),
    "shared/sign_result": TaskPage("staff/tasks/sign.html", answered_by_buttons),
    "shared/sign_stop_notice": TaskPage("staff/tasks/sign.html", answered_by_buttons),
    "shared/sign_apology": TaskPage("staff/tasks/sign.html", answered_by_buttons),
    "shared/number_and_seal": TaskPage("staff/tasks/number_and_seal.html", seal),
}
