"""Questions about a dossier: who may see it, what was filed, what happened, who holds it, how its time was used.

Nothing here changes anything. Lists are in the order in which things happened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from workflow_engine import db, dossier_values
from workflow_engine.calendars import calendar_of
from workflow_engine.deadlines import Calendar, is_working_day, local_day, working_days_between
from workflow_engine.errors import NotFound
from workflow_engine.models import (
    Account,
    ClockStop,
    CodeDirectory,
    Document,
    DocumentState,
    Dossier,
    DossierFile,
    DossierState,
    History,
    Job,
    JobState,
    MessageWait,
    ProcedureVersion,
    ProcessInstance,
    TaskCandidate,
    Timer,
    UserTask,
    UserTaskState,
)
from workflow_engine.people import Official

OPEN = (UserTaskState.CREATED, UserTaskState.CLAIMED)
ONE_DAY = timedelta(days=1)
OFFICE, APPLICANT, NOT_COUNTED, TODAY = "office", "applicant", "not_counted", "today"
DECIDED = (DossierState.DECIDED, DossierState.RETURNED)


@dataclass(frozen=True)
class Person:
    """Somebody who acted or holds a task: ``what`` is the task held, else the last thing done."""

    name: str
    what: str
    since: datetime


@dataclass(frozen=True)
class ClockDay:
    """A day since the dossier was filed. ``kind``: office, applicant, not_counted; today while the office uses it."""

    on: date
    kind: str
    is_today: bool


@dataclass(frozen=True)
class Clock:
    """How the time of a dossier was used. ``used_days`` and ``total_days`` are working days of the present period.

    After a supplement under the policy RESTART the present period is the new one. ``total_days`` is 0 before it begins.
    """

    due_at: datetime | None
    due_original_at: datetime | None
    due_rescheduled_at: datetime | None
    is_stopped: bool
    used_days: int
    total_days: int
    days: tuple[ClockDay, ...]

    def count(self, kind: str) -> int:
        """How many days were of a kind; today counts for the office only when it is over."""
        return sum(day.kind == kind for day in self.days)


def get_for_official(session: Session, code: str, official: Official) -> Dossier:
    """The dossier, for officials of its authority and those who have, had or may take a task of it; else NotFound."""
    query = (
        select(Dossier)
        .join(
            CodeDirectory,
            and_(CodeDirectory.authority_id == Dossier.authority_id, CodeDirectory.dossier_id == Dossier.id),
        )
        .where(CodeDirectory.code == code.replace("\0", "").strip().upper())
    )
    dossier = session.scalar(query)
    if dossier is None or not (dossier.authority_id in official.authority_ids or _has_task(session, dossier, official)):
        raise NotFound("There is no such dossier, or it is not yours to see.")
    return dossier


def timeline(session: Session, dossier: Dossier, public_only: bool) -> list[History]:
    """What happened, the first thing first; ``public_only``: as much as the applicant is told."""
    query = select(History).where(*_of(dossier, History.authority_id, History.dossier_id))
    if public_only:
        query = query.where(History.is_public)
    return list(session.scalars(query.order_by(History.at, History.id)))


def files_of(session: Session, dossier: Dossier) -> list[DossierFile]:
    """Every file ever filed: component by component as they came, in each the latest round first."""
    query = select(DossierFile).where(*_of(dossier, DossierFile.authority_id, DossierFile.dossier_id))
    files = list(session.scalars(query.order_by(DossierFile.round, DossierFile.uploaded_at, DossierFile.id)))
    components = list(dict.fromkeys(file.component for file in files))
    return sorted(files, key=lambda file: (components.index(file.component), -file.round))


def values_of(session: Session, dossier: Dossier) -> dict[str, dict[str, object]]:
    """What was entered: for each form key the values of its latest round."""
    return dossier_values.all_latest(session, dossier)


def papers_of(session: Session, dossier: Dossier, for_applicant: bool) -> list[Document]:
    """The papers made about a dossier; for the applicant only those issued and meant for them."""
    query = select(Document).where(*_of(dossier, Document.authority_id, Document.dossier_id))
    if for_applicant:
        query = query.where(Document.is_for_applicant, Document.state == DocumentState.ISSUED)
    return list(session.scalars(query.order_by(Document.created_at, Document.id)))


def open_tasks(session: Session, dossier: Dossier) -> list[UserTask]:
    """What people have to do now."""
    query = select(UserTask).where(*_of(dossier, UserTask.authority_id, UserTask.dossier_id), UserTask.state.in_(OPEN))
    return list(session.scalars(query.order_by(UserTask.created_at, UserTask.id)))


def people_of(session: Session, dossier: Dossier) -> list[Person]:
    """Who holds a task now, then everybody else who acted, the first first."""
    holding = (
        select(Account.id, Account.name, UserTask.name, UserTask.created_at)
        .join(Account, Account.id == UserTask.assignee_id)
        .where(*_of(dossier, UserTask.authority_id, UserTask.dossier_id), UserTask.state.in_(OPEN))
        .order_by(UserTask.created_at, UserTask.id)
    )
    holders = session.execute(holding).all()
    acted = (
        select(History.actor_id, func.min(History.at).label("since"), func.max(History.id).label("last_id"))
        .where(*_of(dossier, History.authority_id, History.dossier_id), History.actor_id.is_not(None))
        .group_by(History.actor_id)
        .subquery()
    )
    last = (
        select(acted.c.actor_id, History.actor_name, History.title, acted.c.since)
        .join(acted, History.id == acted.c.last_id)
        .where(*_of(dossier, History.authority_id, History.dossier_id))
        .order_by(acted.c.since, acted.c.last_id)
    )
    held_by = {row[0] for row in holders}
    others = [row for row in session.execute(last).all() if row[0] not in held_by]
    return [Person(name, what, since) for _, name, what, since in (*holders, *others)]


def stops_of(session: Session, dossier: Dossier) -> list[ClockStop]:
    """When the clock stood still."""
    query = select(ClockStop).where(*_of(dossier, ClockStop.authority_id, ClockStop.dossier_id))
    return list(session.scalars(query.order_by(ClockStop.stopped_at, ClockStop.id)))


def clock_of(session: Session, dossier: Dossier) -> Clock:
    """The clock of a dossier as it stands at the moment of the session."""
    calendar = calendar_of(session, dossier.authority_id)
    waits = _waits(calendar, stops_of(session, dossier))
    today = local_day(calendar, db.now(session))
    ends_at = dossier.decided_at or dossier.closed_at
    last = local_day(calendar, ends_at) if ends_at else today
    begins = local_day(calendar, dossier.clock_started_at) if dossier.clock_started_at else None
    kinds = {day: _kind(calendar, day, waits) for day in _days(local_day(calendar, dossier.submitted_at), last)}
    return Clock(
        due_at=dossier.due_at,
        due_original_at=dossier.due_original_at,
        due_rescheduled_at=dossier.due_rescheduled_at,
        is_stopped=dossier.clock_stopped_at is not None,
        used_days=sum(kind == OFFICE for day, kind in kinds.items() if begins is not None and day > begins),
        total_days=_period(session, dossier, calendar),
        days=tuple(
            ClockDay(day, TODAY if kind == OFFICE and day == today and ends_at is None else kind, day == today)
            for day, kind in kinds.items()
        ),
    )


def stage_of(dossier: Dossier) -> int:
    """The stage the dossier is in: 1 submission, 2 reception, 3 appraisal, 4 signing and issue, 5 return of the result.

    One that ended early stays in the stage it ended in. A submitted dossier waits in 2.
    """
    if dossier.state in DECIDED:
        return 5
    if dossier.result_signed_at is not None:
        return 4
    return 2 if dossier.received_at is None else 3


def active_elements(session: Session, dossier: Dossier) -> frozenset[str]:
    """Ids of the elements where the procedure waits now: tasks, jobs, messages, timers.

    Among them are the boundary events and event sub-processes that are ready to be triggered.
    """
    tables = (
        select(UserTask.element_id).where(
            *_of(dossier, UserTask.authority_id, UserTask.dossier_id), UserTask.state.in_(OPEN)
        ),
        select(Job.element_id).where(
            *_of(dossier, Job.authority_id, Job.dossier_id),
            Job.state.in_((JobState.CREATED, JobState.FAILED)),
            Job.token.is_not(None),
        ),
        select(Timer.element_id).where(*_of(dossier, Timer.authority_id, Timer.dossier_id)),
        select(MessageWait.element_id)
        .join(
            ProcessInstance,
            and_(
                ProcessInstance.authority_id == MessageWait.authority_id, ProcessInstance.id == MessageWait.instance_id
            ),
        )
        .where(*_of(dossier, ProcessInstance.authority_id, ProcessInstance.dossier_id)),
    )
    return frozenset(session.scalars(union_all(*tables)))


def _of(
    dossier: Dossier, authority_id: InstrumentedAttribute[int], dossier_id: InstrumentedAttribute[int]
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return authority_id == dossier.authority_id, dossier_id == dossier.id


def _has_task(session: Session, dossier: Dossier, official: Official) -> bool:
    """Whether the official holds, completed or may claim a task: units of other authorities are asked for opinions."""
    offered = select(TaskCandidate.task_id).where(
        TaskCandidate.authority_id == dossier.authority_id,
        tuple_(TaskCandidate.unit_id, TaskCandidate.role).in_([(post.unit_id, post.role) for post in official.posts]),
    )
    query = select(UserTask.id).where(
        *_of(dossier, UserTask.authority_id, UserTask.dossier_id),
        or_(
            UserTask.assignee_id == official.account_id,
            UserTask.ended_by == official.account_id,
            and_(UserTask.state.in_(OPEN), UserTask.id.in_(offered)),
        ),
    )
    return session.scalar(query.limit(1)) is not None


def _period(session: Session, dossier: Dossier, calendar: Calendar) -> int:
    """Working days of the legal period; one given in calendar days is told in the working days it contains."""
    if dossier.clock_started_at is None or dossier.due_at is None:
        return 0
    facts = session.scalar(select(ProcedureVersion.facts).where(ProcedureVersion.id == dossier.procedure_version_id))
    deadline = (facts or {}).get("deadline", {})
    if deadline.get("unit") == "working":
        return int(deadline["days"])
    return working_days_between(calendar, dossier.clock_started_at, dossier.due_at)


def _waits(calendar: Calendar, stops: Sequence[ClockStop]) -> list[tuple[date, date]]:
    """First and last day of each wait; under the policy CONTINUE the office goes on using its time."""
    return [
        (local_day(calendar, stop.stopped_at), local_day(calendar, stop.resumed_at) if stop.resumed_at else date.max)
        for stop in stops
        if stop.policy != "CONTINUE"
    ]


def _days(after: date, last: date) -> list[date]:
    """The days after one day up to another: the first day is not counted (Civil Code 2015, art. 147.2)."""
    return [after + ONE_DAY * number for number in range(1, (last - after).days + 1)]


def _kind(calendar: Calendar, day: date, waits: Sequence[tuple[date, date]]) -> str:
    if not is_working_day(calendar, day):
        return NOT_COUNTED
    return APPLICANT if any(stopped < day <= resumed for stopped, resumed in waits) else OFFICE
