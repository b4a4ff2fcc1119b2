"""What an instance waits for, as rows.

The difference between before and after an action is written, nothing else is read.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from workflow_engine import db, dossier_values
from workflow_engine.models import (
    Dossier,
    Job,
    JobState,
    MessageWait,
    ProcessInstance,
    TaskCandidate,
    Timer,
    UserTask,
    UserTaskState,
)
from workflow_engine.plain import plain
from workflow_engine.procedures import Procedure
from workflow_engine.routing import unit_for
from workflow_engine.spiff import Fault, Run, Wait

Key = tuple[str, int, str]


def by_key(run: Run) -> dict[Key, Wait]:
    """What the instance waits for now, by kind, token and name."""
    return {(wait.kind, wait.token, wait.name): wait for wait in run.waits()}


def align(
    session: Session,
    dossier: Dossier,
    instance: ProcessInstance,
    procedure: Procedure,
    run: Run,
    before: Mapping[Key, Wait],
    after: Mapping[Key, Wait],
) -> None:
    """Withdraw the rows of what is no longer waited for, add those of what is new, move timers whose moment moved."""
    _withdraw(session, instance, [wait for key, wait in before.items() if key not in after])
    for key, wait in after.items():
        if key not in before:
            _add(session, dossier, instance, procedure, run, wait)
        elif wait.kind == "timer" and wait.due_at != before[key].due_at:
            session.execute(
                update(Timer).where(*_of(Timer, instance, [wait.token])).values(due_at=wait.due_at, claimed_until=None)
            )


def _of(table: Any, instance: ProcessInstance, tokens: list[int]) -> tuple[Any, ...]:
    return (table.authority_id == instance.authority_id, table.instance_id == instance.id, table.token.in_(tokens))


def _withdraw(session: Session, instance: ProcessInstance, gone: list[Wait]) -> None:
    tokens: dict[str, list[int]] = {}
    for wait in gone:
        tokens.setdefault(wait.kind, []).append(wait.token)
    quiet = {"synchronize_session": False}
    for kind, table in (("timer", Timer), ("message", MessageWait)):
        if kind in tokens:
            session.execute(delete(table).where(*_of(table, instance, tokens[kind])), execution_options=quiet)
    if "job" in tokens:
        open_jobs = update(Job).where(
            *_of(Job, instance, tokens["job"]), Job.state.in_([JobState.CREATED, JobState.FAILED])
        )
        session.execute(open_jobs.values(state=JobState.CANCELED, ended_at=db.now(session)), execution_options=quiet)
    if "user_task" in tokens:
        session.flush()
        of_instance = _of(UserTask, instance, tokens["user_task"])
        is_open = UserTask.state.in_([UserTaskState.CREATED, UserTaskState.CLAIMED])
        canceled = (
            update(UserTask).where(*of_instance, is_open).values(state=UserTaskState.CANCELED, ended_at=db.now(session))
        )
        session.execute(canceled, execution_options=quiet)
        withdrawn = delete(TaskCandidate).where(
            TaskCandidate.authority_id == instance.authority_id,
            TaskCandidate.task_id.in_(_ids_of(instance, tokens["user_task"])),
        )
        session.execute(withdrawn, execution_options=quiet)


def _ids_of(instance: ProcessInstance, tokens: list[int]) -> Any:
    return select(UserTask.id).where(*_of(UserTask, instance, tokens))


def _add(
    session: Session, dossier: Dossier, instance: ProcessInstance, procedure: Procedure, run: Run, wait: Wait
) -> None:
    common: dict[str, Any] = {"authority_id": instance.authority_id, "instance_id": instance.id, "token": wait.token}
    if wait.kind == "timer":
        session.add(Timer(**common, dossier_id=dossier.id, element_id=wait.element.id, due_at=wait.due_at))
    elif wait.kind == "message":
        session.add(MessageWait(**common, name=wait.name, key=wait.key, element_id=wait.element.id))
    elif wait.kind == "job":
        moment = db.now(session)
        session.add(
            Job(
                **common,
                id=db.new_id(),
                dossier_id=dossier.id,
                operator=wait.element.extension["taskDefinition"]["type"],
                element_id=wait.element.id,
                input=plain(run.task_facts(wait.token).local),
                state=JobState.CREATED,
                next_attempt_at=moment,
                created_at=moment,
            )
        )
    else:
        _add_task(session, dossier, procedure, run, wait, common)


def _add_task(
    session: Session, dossier: Dossier, procedure: Procedure, run: Run, wait: Wait, common: dict[str, Any]
) -> None:
    facts = run.task_facts(wait.token)
    if not facts.candidate_groups:
        raise Fault("the user task names no role and stands in no lane", element=wait.element.id)
    form_key = wait.element.extension["formDefinition"]["formId"]
    assignee_id = int(facts.assignee) if facts.assignee else None
    task = UserTask(
        **common,
        id=db.new_id(),
        dossier_id=dossier.id,
        process_id=wait.element.process_id,
        element_id=wait.element.id,
        name=wait.element.name,
        form_key=form_key,
        state=UserTaskState.CLAIMED if assignee_id else UserTaskState.CREATED,
        assignee_id=assignee_id,
        due_at=facts.due_at,
        dossier_code=dossier.code,
        applicant_name=dossier.applicant_name,
        procedure_name=dossier.procedure_name,
        dossier_due_at=dossier.due_at,
        legal_basis=wait.element.properties.get("legal_basis"),
        local=plain(facts.local),
        round=dossier_values.next_round(session, dossier, form_key),
        note=None,
        created_at=db.now(session),
    )
    session.add(task)
    session.flush()
    for role in facts.candidate_groups:
        unit_id = unit_for(session, dossier, role, wait.element.id)
        session.add(
            TaskCandidate(
                authority_id=task.authority_id, task_id=task.id, unit_id=unit_id, role=role, due_at=task.due_at
            )
        )
