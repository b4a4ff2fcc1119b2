"""What waits for an official, as lists: SQL over rows only, keyset pages, no OFFSET and no count of everything."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, tuple_
from sqlalchemy.orm import Session

from workflow_engine import db, deadlines
from workflow_engine.calendars import calendar_of
from workflow_engine.errors import NotFound
from workflow_engine.models import Dossier, DossierState, TaskCandidate, UserTask, UserTaskState
from workflow_engine.people import Official

QUEUES = ("all", "mine", "group", "due_soon", "overdue", "waiting")
MOST_COUNTED = 100
SOON_WORKING_DAYS = 2
FAR = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """A line of the inbox: a task, or a dossier that waits for the applicant (``task_id`` is None)."""

    task_id: int | None
    dossier_code: str
    applicant_name: str
    procedure_name: str
    step: str
    element_id: str
    is_mine: bool
    is_claimed: bool
    holder_id: int | None
    created_at: datetime
    due_at: datetime | None
    dossier_due_at: datetime | None
    is_clock_stopped: bool
    note: str | None
    version: int


@dataclass(frozen=True)
class TaskPage:
    """Rows of one page; ``next`` continues after the last one, None at the end."""

    rows: list[Row]
    next: str | None


def counts(session: Session, official: Official) -> dict[str, int]:
    """How many rows each queue has, counted up to 100; one statement for the task queues, one for what waits."""
    if not official.posts:
        return dict.fromkeys(QUEUES, 0)
    limited = {queue: _bounded(_tasks(session, official, queue)) for queue in QUEUES if queue != "waiting"}
    limited["waiting"] = _bounded(_waiting(official))
    row = session.execute(select(*(found.label(queue) for queue, found in limited.items()))).one()
    return {queue: int(getattr(row, queue)) for queue in QUEUES}


def list_tasks(
    session: Session, official: Official, queue: str, *, after: str | None = None, limit: int = 50, text: str = ""
) -> TaskPage:
    """A page of a queue, nearest due date first.

    ``text`` finds code, applicant or procedure. NotFound for an unknown queue.
    """
    if queue not in QUEUES:
        raise NotFound("There is no such queue.")
    if queue == "waiting":
        return _waiting_page(session, official, after, limit, text)
    due = func.coalesce(UserTask.dossier_due_at, FAR)
    query = _tasks(session, official, queue).with_only_columns(UserTask)
    query = query.where(_matches(UserTask, UserTask.dossier_code, text)).order_by(due, UserTask.id).limit(limit + 1)
    if after:
        query = query.where(tuple_(due, UserTask.id) > _cursor(after))
    found = list(session.scalars(query))
    stopped = _stopped(session, found)
    rows = [_row(task, official, (task.authority_id, task.dossier_id) in stopped) for task in found[:limit]]
    last = found[limit - 1] if len(found) > limit else None
    return TaskPage(rows, f"{(last.dossier_due_at or FAR).isoformat()}~{last.id}" if last else None)


def next_task(session: Session, official: Official) -> int | None:
    """The task to do next: the nearest due date among those held, then among the group's."""
    for queue in ("mine", "group"):
        page = list_tasks(session, official, queue, limit=1)
        if page.rows:
            return page.rows[0].task_id
    return None


def _tasks(session: Session, official: Official, queue: str) -> Select[Any]:
    """The tasks of a queue: those held, and those that wait for a role held in a unit."""
    is_mine = and_(UserTask.assignee_id == official.account_id, UserTask.state == UserTaskState.CLAIMED)
    # The unit may belong to another authority than the dossier: an opinion, or the office of the superior.
    held = [and_(TaskCandidate.unit_id == post.unit_id, TaskCandidate.role == post.role) for post in official.posts]
    candidates = select(TaskCandidate.authority_id, TaskCandidate.task_id).where(or_(false(), *held))
    is_groups = and_(
        UserTask.state == UserTaskState.CREATED, tuple_(UserTask.authority_id, UserTask.id).in_(candidates)
    )
    now = db.now(session)
    soon = deadlines.add_working_days(calendar_of(session, 0), now, SOON_WORKING_DAYS)
    due = func.coalesce(UserTask.dossier_due_at, UserTask.due_at)
    narrowed: Mapping[str, ColumnElement[bool]] = {
        "all": or_(is_mine, is_groups),
        "mine": is_mine,
        "group": is_groups,
        "due_soon": and_(or_(is_mine, is_groups), due > now, due <= soon),
        "overdue": and_(or_(is_mine, is_groups), or_(due <= now, UserTask.due_at <= now)),
    }
    return select(UserTask.id).where(narrowed[queue])


def _waiting(official: Official) -> Select[Any]:
    """The dossiers of the official's units that wait for the applicant."""
    units = {(post.authority_id, post.unit_id) for post in official.posts}
    receives = {post.authority_id for post in official.posts if post.role == "reception"}
    own = [and_(Dossier.authority_id == authority_id, Dossier.unit_id == unit_id) for authority_id, unit_id in units]
    if receives:
        own.append(and_(Dossier.authority_id.in_(receives), Dossier.received_at.is_(None)))
    asked = Dossier.state.in_([DossierState.SUPPLEMENT_REQUESTED, DossierState.PAYMENT_REQUESTED])
    # One answered before reception keeps its state until reception decides; its clock runs again.
    return select(Dossier.id).where(asked, Dossier.clock_stopped_at.is_not(None), or_(false(), *own))


def _waiting_page(session: Session, official: Official, after: str | None, limit: int, text: str) -> TaskPage:
    due = func.coalesce(Dossier.due_at, FAR)
    query = _waiting(official).with_only_columns(Dossier).where(_matches(Dossier, Dossier.code, text))
    query = query.order_by(due, Dossier.id).limit(limit + 1)
    if after:
        query = query.where(tuple_(due, Dossier.id) > _cursor(after))
    found = list(session.scalars(query))
    last = found[limit - 1] if len(found) > limit else None
    return TaskPage(
        [_waiting_row(each) for each in found[:limit]],
        f"{(last.due_at or FAR).isoformat()}~{last.id}" if last else None,
    )


def _row(task: UserTask, official: Official, is_clock_stopped: bool) -> Row:
    return Row(
        task_id=task.id,
        dossier_code=task.dossier_code,
        applicant_name=task.applicant_name,
        procedure_name=task.procedure_name,
        step=task.name,
        element_id=task.element_id,
        is_mine=task.assignee_id == official.account_id,
        is_claimed=task.state is UserTaskState.CLAIMED,
        holder_id=task.assignee_id,
        created_at=task.created_at,
        due_at=task.due_at,
        dossier_due_at=task.dossier_due_at,
        is_clock_stopped=is_clock_stopped,
        note=task.note,
        version=task.version,
    )


def _waiting_row(dossier: Dossier) -> Row:
    return Row(
        task_id=None,
        dossier_code=dossier.code,
        applicant_name=dossier.applicant_name,
        procedure_name=dossier.procedure_name,
        step="Chờ bổ sung hồ sơ" if dossier.state is DossierState.SUPPLEMENT_REQUESTED else "Chờ nộp phí",
        element_id="",
        is_mine=False,
        is_claimed=False,
        holder_id=None,
        created_at=dossier.clock_stopped_at or dossier.submitted_at,
        due_at=None,
        dossier_due_at=dossier.due_at,
        is_clock_stopped=True,
        note=None,
        version=dossier.version,
    )


def _stopped(session: Session, tasks: list[UserTask]) -> set[tuple[int, int]]:
    """Which of these tasks belong to dossiers whose clock stands still."""
    keys = {(task.authority_id, task.dossier_id) for task in tasks}
    if not keys:
        return set()
    query = select(Dossier.authority_id, Dossier.id).where(
        tuple_(Dossier.authority_id, Dossier.id).in_(keys), Dossier.clock_stopped_at.is_not(None)
    )
    return {(authority_id, dossier_id) for authority_id, dossier_id in session.execute(query)}


def _bounded(query: Select[Any]) -> Any:
    return select(func.count()).select_from(query.limit(MOST_COUNTED).subquery()).scalar_subquery()


def _matches(table: Any, code: Any, text: str) -> ColumnElement[bool]:
    pattern = "%" + text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    columns = (code, table.applicant_name, table.procedure_name)
    return or_(*(column.ilike(pattern, escape="\\") for column in columns))


def _cursor(after: str) -> tuple[datetime, int]:
    try:
        moment, _, number = after.partition("~")
        return datetime.fromisoformat(moment).astimezone(UTC), int(number)
    except ValueError as error:
        raise NotFound("This page of the list is no longer there: begin again.") from error
