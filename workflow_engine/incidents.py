"""Incidents: an action that failed for the model's or the system's fault.

What was submitted is kept and can be run again.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_engine import db, people, tasks
from workflow_engine.db import Database
from workflow_engine.errors import EngineError, NotFound
from workflow_engine.models import Incident, Job, JobState, Timer, UserTask
from workflow_engine.people import Official
from workflow_engine.plain import plain
from workflow_engine.spiff import Fault

Result = TypeVar("Result")


class Stuck(EngineError):
    """The procedure cannot go on. What you entered is kept; an administrator was told and can run it again."""

    status = 500


def complete_task(
    database: Database,
    task_id: int,
    official: Official,
    raw: Mapping[str, Any],
    action: Callable[[], UserTask] | None = None,
) -> UserTask:
    """Complete a task; when the procedure cannot go on, keep what was submitted as an incident and raise ``Stuck``."""
    try:
        return (
            action() if action else database.transact(lambda session: tasks.complete(session, task_id, official, raw))
        )
    except Fault as fault:
        reason, element = str(fault), fault.element

        def keep(session: Session) -> int:
            task = tasks.get_task(session, task_id, official)
            return record(
                session,
                authority_id=task.authority_id,
                instance_id=task.instance_id,
                dossier_id=task.dossier_id,
                action="task.complete",
                subject_id=task_id,
                element_id=element,
                reason=reason,
                submitted=raw,
                actor_id=official.account_id,
            )

        number = database.transact(keep)
        raise Stuck(
            "The procedure cannot go on. What you entered is kept under number {number};"
            " tell the administrator this number.",
            number=number,
        ) from fault


def record(
    session: Session,
    *,
    authority_id: int,
    instance_id: int | None,
    dossier_id: int,
    action: str,
    subject_id: int | None,
    element_id: str | None,
    reason: str,
    submitted: Mapping[str, Any],
    actor_id: int | None,
) -> int:
    """Keep a failed action; the number of the incident."""
    incident = Incident(
        authority_id=authority_id,
        id=db.new_id(),
        instance_id=instance_id,
        dossier_id=dossier_id,
        action=action,
        subject_id=subject_id,
        element_id=element_id,
        reason=reason,
        submitted=plain(submitted),
        actor_id=actor_id,
        created_at=db.now(session),
    )
    session.add(incident)
    return incident.id


def list_open(session: Session, limit: int = 100) -> list[Incident]:
    """The incidents nobody has resolved, oldest first."""
    return list(
        session.scalars(select(Incident).where(Incident.resolved_at.is_(None)).order_by(Incident.id).limit(limit))
    )


def resolve(session: Session, incident_id: int) -> Incident:
    """Mark an incident as resolved."""
    incident = session.scalar(select(Incident).where(Incident.id == incident_id))
    if incident is None:
        raise NotFound("There is no such incident.")
    incident.resolved_at = db.now(session)
    return incident


def retry(database: Database, incident_id: int) -> None:
    """Run a failed action again with what was submitted then; the incident is resolved when it succeeds.

    A job or timer is handed back to the worker. Raises what the action raises, and NotFound.
    """

    def again(session: Session) -> None:
        incident = resolve(session, incident_id)
        if incident.action == "task.complete" and incident.subject_id and incident.actor_id:
            official = people.get_official(session, incident.actor_id)
            tasks.complete(session, incident.subject_id, official, incident.submitted)
        elif incident.action == "job.complete":
            job = session.get_one(Job, (incident.authority_id, incident.subject_id))
            job.state, job.attempts, job.next_attempt_at, job.claimed_until = JobState.CREATED, 0, db.now(session), None
        elif incident.action == "timer.fire":
            timer = session.get(Timer, (incident.authority_id, incident.instance_id, incident.subject_id))
            if timer is not None:
                timer.claimed_until = None

    database.transact(again)
