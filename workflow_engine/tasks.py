"""User tasks: claim, release, complete, and the lists of what waits for an official.

Lists are SQL over rows; no instance is loaded to show one. Duties are separate and checked here, not in a page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow_engine import db, dossier_values, duties, forms, history, instances, papers, people, procedures
from workflow_engine.calendars import calendar_of
from workflow_engine.errors import Conflict, Forbidden, NotFound
from workflow_engine.forms import Choice, Form
from workflow_engine.models import (
    Account,
    Document,
    DocumentState,
    Dossier,
    Job,
    JobState,
    TaskCandidate,
    UserTask,
    UserTaskState,
)
from workflow_engine.people import Official
from workflow_engine.procedures import Procedure

OPEN = (UserTaskState.CREATED, UserTaskState.CLAIMED)


@dataclass(frozen=True)
class TaskForm:
    """A task's form with what is in it: ``scope`` and ``functions`` are what its FEEL sees."""

    form: Form
    values: dict[str, Any]
    choices: dict[str, tuple[Choice, ...]]
    scope: dict[str, Any]
    functions: Mapping[str, Any]


def get_task(session: Session, task_id: int, official: Official) -> UserTask:
    """A task this official may see: it is theirs, or waits for a role they hold. NotFound for everybody else."""
    task = session.scalar(select(UserTask).where(UserTask.id == task_id))
    if task is None or not _may_see(session, task, official):
        raise NotFound("There is no such task, or it is not yours to see.")
    return task


def claim(session: Session, task_id: int, official: Official) -> UserTask:
    """Take a task that nobody holds."""
    task = get_task(session, task_id, official)
    _require_open(session, task)
    if task.state is UserTaskState.CLAIMED:
        if task.assignee_id == official.account_id:
            return task
        raise Conflict(
            "Cannot claim “{task}”: {holder} holds it.", task=task.name, holder=_name_of(session, task.assignee_id)
        )
    dossier = session.get_one(Dossier, (task.authority_id, task.dossier_id))
    duties.check(session, dossier, task, official, _role_for(session, task, official))
    task.state, task.assignee_id = UserTaskState.CLAIMED, official.account_id
    _record(session, dossier, task, official, "task.claimed", f"Nhận việc: {task.name}")
    return task


def release(session: Session, task_id: int, official: Official) -> UserTask:
    """Give a task back to the group."""
    task = get_task(session, task_id, official)
    _require_open(session, task)
    if task.assignee_id != official.account_id:
        raise Forbidden("Cannot release “{task}”: you do not hold it.", task=task.name)
    task.state, task.assignee_id = UserTaskState.CREATED, None
    dossier = session.get_one(Dossier, (task.authority_id, task.dossier_id))
    _record(session, dossier, task, official, "task.released", f"Trả việc về nhóm: {task.name}")
    return task


def form_of(session: Session, task: UserTask, official: Official | None = None) -> TaskForm:
    """The form of a task, filled in beforehand: its own last round, else the start form, else what the system knows."""
    dossier = session.get_one(Dossier, (task.authority_id, task.dossier_id))
    procedure = procedures.get_version(session, dossier.procedure_version_id)
    form = procedure.forms[task.form_key]
    entered = dossier_values.all_latest(session, dossier)
    known = {**entered.get(procedure.start_form.key, {}), **_known(session, dossier, task)}
    calendar = calendar_of(session, dossier.authority_id)
    scope = {**task.local, **instances.context_of(dossier, procedure, calendar)}
    values = forms.prefill(form, entered.get(task.form_key, {}), known, scope=scope)
    functions = instances.functions_of(session, calendar)
    return TaskForm(form, values, _choices(session, dossier, procedure, form), scope, functions)


def check(session: Session, task: UserTask, official: Official, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Whether this official may complete the task with this; the cleaned values. Changes nothing."""
    _require_not_held_by_others(session, task, official)
    dossier = session.get_one(Dossier, (task.authority_id, task.dossier_id))
    duties.check(session, dossier, task, official, _role_for(session, task, official))
    shown = form_of(session, task, official)
    return forms.validate(
        shown.form, raw, scope=shown.scope, choices=shown.choices, previous=shown.values, functions=shown.functions
    )


def complete(session: Session, task_id: int, official: Official, raw: Mapping[str, Any]) -> UserTask:
    """Complete a task: keep what was entered, move the procedure on. Raises InvalidForm, Conflict, Forbidden, Fault."""
    task = get_task(session, task_id, official)
    account = session.get_one(Account, official.account_id)
    values = check(session, task, official, raw)
    role = _role_for(session, task, official)
    with instances.acting(session, task.authority_id, task.instance_id, actor=account) as held:
        session.refresh(task)  # Somebody may have been faster while the instance was locked.
        _require_not_held_by_others(session, task, official)
        _require_signed(session, held.dossier, task, values)
        dossier_values.store(session, held.dossier, task.form_key, task.round, values, actor=account)
        task.state, task.ended_at, task.ended_by, task.ended_as = (
            UserTaskState.COMPLETED,
            db.now(session),
            account.id,
            role,
        )
        task.assignee_id = account.id
        _leave_papers(session, held, task, account)
        history.record(
            session,
            held.dossier,
            "task.completed",
            task.name,
            actor=account,
            element_id=task.element_id,
            detail={"form": task.form_key, "round": task.round, "comment": values.get("review_comment")},
        )
        session.flush()
        held.run.complete(task.token, values)
    _pass_comment(session, task, values)
    return task


def _require_signed(session: Session, dossier: Dossier, task: UserTask, values: Mapping[str, Any]) -> None:
    """Approving a paper is signing it, and the clerk's task ends when it is issued: neither goes past the desk."""
    if task.form_key in papers.SIGNS and values.get("review_outcome") == papers.APPROVED:
        document = papers.find_handled(session, dossier, task)
        if document is None or document.state is not DocumentState.SIGNED:
            raise Conflict("Cannot complete “{task}”: sign the paper with your PIN.", task=task.name)
    elif task.form_key in papers.SEALS and papers.find_handled(session, dossier, task) is not None:
        raise Conflict("Cannot complete “{task}”: the paper is not sealed and issued yet.", task=task.name)


def _leave_papers(session: Session, held: instances.Acting, task: UserTask, account: Account) -> None:
    """The papers a completed task produces: drafted, or issued by the worker when nobody signs them."""
    if task.form_key in papers.SEALS:
        return  # What sealing produces is issued by then.
    config = db.config_of(session)
    for key in produced_by(held, task.token):
        kind = papers.kind_of(config, key)
        if kind.signed_by == "none":
            continue
        if kind.on_completion:
            _issue_later(session, task, key, account)
        elif kind.signed_by == "leader":
            document = papers.find_open(session, held.dossier, key)
            if document is None or document.state is DocumentState.DRAFT:
                _void_others(session, held.dossier, key)
                papers.draft(session, held.dossier, key, author=account)


def produced_by(held: instances.Acting, token: int) -> list[str]:
    """The template keys of an element's ``produces`` property."""
    element = next(wait.element for wait in held.run.waits() if wait.token == token)
    listed = element.properties.get("produces", "")
    return [str(held.run.evaluate(token, each.strip())) for each in listed.split(",") if each.strip()]


def _void_others(session: Session, dossier: Dossier, key: str) -> None:
    """A certificate and a refusal exclude each other: drafting one gives up the other, with its number."""
    config = db.config_of(session)
    if not papers.kind_of(config, key).is_result:
        return
    query = select(Document).where(
        Document.authority_id == dossier.authority_id,
        Document.dossier_id == dossier.id,
        Document.key != key,
        Document.state.in_([DocumentState.DRAFT, DocumentState.SIGNED]),
    )
    for other in session.scalars(query):
        if papers.kind_of(config, other.key).is_result:
            papers.void(session, other, "Thay bằng văn bản khác")


def _issue_later(session: Session, task: UserTask, key: str, account: Account) -> None:
    moment = db.now(session)
    session.add(
        Job(
            authority_id=task.authority_id,
            id=db.new_id(),
            instance_id=task.instance_id,
            dossier_id=task.dossier_id,
            token=None,
            operator="documents.issue_paper",
            element_id=task.element_id,
            input={"document_key": key, "author_id": str(account.id)},
            state=JobState.CREATED,
            next_attempt_at=moment,
            created_at=moment,
        )
    )


def _pass_comment(session: Session, task: UserTask, values: Mapping[str, Any]) -> None:
    """Who gets a draft back reads why on the task itself."""
    comment = values.get("review_comment")
    if not comment:
        return
    opened = update(UserTask).where(
        UserTask.authority_id == task.authority_id,
        UserTask.instance_id == task.instance_id,
        UserTask.state.in_(OPEN),
        UserTask.created_at == db.now(session),
    )
    session.execute(opened.values(note=str(comment)[:500]).execution_options(synchronize_session=False))


def _known(session: Session, dossier: Dossier, task: UserTask) -> dict[str, Any]:
    """Values the system knows for read-only fields: number, symbol and date of the paper this task handles."""
    key = task.local.get("document_key")
    document = papers.find_open(session, dossier, str(key)) if key else None
    if document is None or document.number is None:
        return {}
    return {
        "document_no": f"{document.number:02d}",
        "document_symbol": document.symbol,
        "issued_on": document.issued_on.isoformat() if document.issued_on else None,
    }


def _choices(session: Session, dossier: Dossier, procedure: Procedure, form: Form) -> dict[str, tuple[Choice, ...]]:
    """What the form's ``valuesKey`` names; nothing is asked for what the form does not need."""
    recipients = (dossier.applicant_name, "Bộ phận Một cửa", "Lưu: VT")
    providers: dict[str, Callable[[], tuple[Choice, ...]]] = {
        "specialists": lambda: _specialists(session, dossier),
        "recipients_known": lambda: tuple(Choice(name, name) for name in recipients),
        "supplement_items": lambda: papers.supplement_choices(procedure),
    }
    wanted = {field.choices_from for field in form.fields()}
    return {name: provide() for name, provide in providers.items() if name in wanted}


def _specialists(session: Session, dossier: Dossier) -> tuple[Choice, ...]:
    if dossier.unit_id is None:
        return ()
    found = people.list_specialists(session, dossier.authority_id, dossier.unit_id)
    return tuple(Choice(str(each.account_id), each.name) for each in found)


def _may_see(session: Session, task: UserTask, official: Official) -> bool:
    if task.assignee_id == official.account_id or task.ended_by == official.account_id:
        return True
    if task.state not in OPEN:
        return task.authority_id in official.authority_ids
    return bool(_roles_for(session, task, official))


def _roles_for(session: Session, task: UserTask, official: Official) -> list[str]:
    held = {(post.unit_id, post.role) for post in official.posts}
    query = select(TaskCandidate.unit_id, TaskCandidate.role).where(
        TaskCandidate.authority_id == task.authority_id, TaskCandidate.task_id == task.id
    )
    return [role for unit_id, role in session.execute(query) if (unit_id, role) in held]


def _role_for(session: Session, task: UserTask, official: Official) -> str:
    """The role under which the official handles the task; Forbidden when they hold none of its roles."""
    roles = _roles_for(session, task, official)
    if not roles:
        raise Forbidden("Cannot handle “{task}”: you do not hold the role it needs.", task=task.name)
    return roles[0]


def _require_not_held_by_others(session: Session, task: UserTask, official: Official) -> None:
    _require_open(session, task)
    if task.state is UserTaskState.CLAIMED and task.assignee_id != official.account_id:
        raise Conflict(
            "Cannot complete “{task}”: {holder} holds it.", task=task.name, holder=_name_of(session, task.assignee_id)
        )


def _require_open(session: Session, task: UserTask) -> None:
    if task.state is UserTaskState.COMPLETED:
        who, zone = _name_of(session, task.ended_by), calendar_of(session, task.authority_id).timezone
        at = task.ended_at.astimezone(zone).strftime("%H:%M %d/%m/%Y") if task.ended_at else ""
        raise Conflict(
            "{name} completed “{task}” at {time}. What you typed is kept on this page.",
            name=who,
            task=task.name,
            time=at,
        )
    if task.state is UserTaskState.CANCELED:
        raise Conflict("“{task}” is no longer needed: the dossier has moved on.", task=task.name)


def _name_of(session: Session, account_id: int | None) -> str:
    account = session.get(Account, account_id) if account_id else None
    return account.name if account else "?"


def _record(session: Session, dossier: Dossier, task: UserTask, official: Official, kind: str, title: str) -> None:
    actor = session.get_one(Account, official.account_id)
    history.record(session, dossier, kind, title, actor=actor, element_id=task.element_id)
