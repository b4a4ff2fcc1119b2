"""A task as its page opens it: the task, who holds it, its form, its case and the tasks around it in the queue."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from web import fields
from web.desk.case import Case, case_names, first_shown, open_case
from web.fields import Drawing
from workflow_engine import casefile, people, tasks, worklists
from workflow_engine.errors import InvalidForm
from workflow_engine.forms import Field, Form
from workflow_engine.models import UserTask, UserTaskState
from workflow_engine.people import Official

# How many tasks of the queue are looked through for the one before and the one after.
NEAR = 100


@dataclass(frozen=True)
class Near:
    """Where a task stands in the queue it was opened from."""

    position: int
    total: int
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Opened:
    """All that the page of a task needs from the database."""

    official: Official
    task: UserTask
    holding: str  # mine, free, other, closed
    holder_name: str
    case: Case
    task_form: tasks.TaskForm
    queue_key: str
    near: Near | None

    @property
    def form(self) -> Form:
        """The form of the task."""
        return self.task_form.form


def open_task(session: Session, task_id: int, official: Official, queue_key: str) -> Opened:
    """Open a task for an official; NotFound when it is none of theirs."""
    task = tasks.get_task(session, task_id, official)
    dossier = casefile.get_for_official(session, task.dossier_code, official)
    return Opened(
        official=official,
        task=task,
        holding=_holding(task, official),
        holder_name=people.get_account(session, task.assignee_id).name if task.assignee_id else "",
        case=open_case(session, dossier),
        task_form=tasks.form_of(session, task, official),
        queue_key=queue_key,
        near=_near(session, task, official, queue_key),
    )


def draw(
    opened: Opened,
    values: Mapping[str, Any] | None = None,
    *,
    error: InvalidForm | None = None,
    without: frozenset[str] = frozenset(),
    only: frozenset[str] | None = None,
) -> Drawing:
    """The drawing of the task's form or of the part with these keys; ``values``: what was typed, else prefilled."""
    form = opened.form
    kept = tuple(each for each in form.components if _is_kept(each, without, only))
    return fields.draw(
        replace(form, components=kept),
        opened.task_form.values if values is None else values,
        error=error,
        scope=opened.task_form.scope,
        previous=opened.task_form.values,
        choices=opened.task_form.choices,
    )


def deciding_field(form: Form) -> Field | None:
    """The question whose answer decides where the dossier goes: the last one that is asked anew each round."""
    found = [each for each in form.components if each.type == "radio" and each.is_required and each.is_asked_again]
    return found[-1] if found else None


def names_of(opened: Opened, *, conflict: str = "", shown: str | None = None) -> dict[str, Any]:
    """What every template of a task uses."""
    return case_names(opened.case, opened.task) | {
        "official": opened.official,
        "holding": opened.holding,
        "holder_name": opened.holder_name,
        "queue_key": opened.queue_key,
        "near": opened.near,
        "conflict": conflict,
        "shown": first_shown(opened.case) if shown is None else shown,
    }


def _is_kept(each: Field, without: frozenset[str], only: frozenset[str] | None) -> bool:
    if only is not None:
        return each.key in only
    # The heading of the form repeats the name of the task, which the page shows already.
    return each.key not in without and not (each.type == "text" and each.settings.level)


def _holding(task: UserTask, official: Official) -> str:
    if task.state is UserTaskState.CREATED:
        return "free"
    if task.state is not UserTaskState.CLAIMED:
        return "closed"
    return "mine" if task.assignee_id == official.account_id else "other"


def _near(session: Session, task: UserTask, official: Official, queue_key: str) -> Near | None:
    ids = [row.task_id for row in worklists.list_tasks(session, official, queue_key, limit=NEAR).rows]
    if task.id not in ids:
        return None
    at = ids.index(task.id)
    return Near(at + 1, len(ids), ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None)
