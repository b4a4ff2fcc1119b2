"""How much waits, of every kind: what an operator watches. Counts only, over all authorities, never names."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import DeclarativeBase, Session

from workflow_engine.db import now
from workflow_engine.models import Incident, Job, JobState, Outbox, Timer, UserTask, UserTaskState

OPEN = (UserTaskState.CREATED, UserTaskState.CLAIMED)
WAITING = (JobState.CREATED,)


@dataclass(frozen=True)
class Workload:
    """Rows that wait for somebody or something at one moment."""

    tasks_open: int
    tasks_overdue: int
    timers_due: int
    jobs_waiting: int
    jobs_failed: int
    messages_unsent: int
    incidents_open: int


def count_workload(session: Session) -> Workload:
    """What waits now: one indexed count each."""
    moment = now(session)

    def count(table: type[DeclarativeBase], *conditions: ColumnElement[bool]) -> int:
        return session.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one()

    is_open = UserTask.state.in_(OPEN)
    return Workload(
        tasks_open=count(UserTask, is_open),
        tasks_overdue=count(UserTask, is_open, UserTask.due_at < moment),
        timers_due=count(Timer, Timer.due_at <= moment),
        jobs_waiting=count(Job, Job.state.in_(WAITING)),
        jobs_failed=count(Job, Job.state == JobState.FAILED),
        messages_unsent=count(Outbox, Outbox.sent_at.is_(None)),
        incidents_open=count(Incident, Incident.resolved_at.is_(None)),
    )
