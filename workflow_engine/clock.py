"""The legal clock of a dossier, driven by the model's ``clock`` properties.

The date first promised is never overwritten; a stop is a row with its ground; every move of the date is in the history.
Civil Code 2015, art. 147–148; Decree 61/2018, art. 19 (4): after a supplement the period begins anew (RESTART).
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow_engine import db, deadlines, history
from workflow_engine.calendars import calendar_of
from workflow_engine.models import ClockStop, Dossier, DossierState, UserTask, UserTaskState
from workflow_engine.procedures import Procedure, expected_due

START_OF = {
    "start": "reception",
    "start_if_valid_dossier": "valid_dossier",
    "start_if_fee_paid": "valid_dossier_and_fee",
}


def submitted(session: Session, dossier: Dossier, procedure: Procedure) -> None:
    """Before reception the date is provisional: the hours of reception, then the period."""
    dossier.due_at = expected_due(session, procedure, db.now(session), dossier.authority_id)


def entered(
    session: Session, dossier: Dossier, procedure: Procedure, action: str, element_id: str, ground: str
) -> None:
    """A token has come to an element with this ``clock`` property."""
    if action == "start":
        _promise(session, dossier, procedure)
    if action in START_OF and procedure.facts.deadline.starts == START_OF[action] and action != "start":
        _begin(session, dossier, procedure, db.now(session))
    elif action == "policy":
        _stop(session, dossier, procedure.facts.deadline.clock_policy, element_id, ground)
    elif action == "pause":
        _stop(session, dossier, "PAUSE", element_id, ground)
    elif action == "stop" and dossier.clock_stopped_at is None:
        dossier.clock_stopped_at = db.now(session)


def left(session: Session, dossier: Dossier, procedure: Procedure, element_id: str) -> None:
    """A token has left an element during which the clock stood still: it runs on as the policy of the stop says."""
    if dossier.clock_stopped_at is None:
        return
    query = select(ClockStop).where(
        ClockStop.authority_id == dossier.authority_id,
        ClockStop.dossier_id == dossier.id,
        ClockStop.ground == element_id,
        ClockStop.resumed_at.is_(None),
    )
    stop = session.scalar(query)
    if stop is None:
        return
    moment = stop.resumed_at = db.now(session)
    dossier.clock_stopped_at = None
    if stop.policy == "PAUSE" and dossier.due_at is not None:
        calendar = calendar_of(session, dossier.authority_id)
        missed = deadlines.working_minutes_between(calendar, stop.stopped_at, moment)
        _move(
            session, dossier, deadlines.add_working_hours(calendar, dossier.due_at, missed / 60), "Tính tiếp thời hạn"
        )
    elif stop.policy == "RESTART" and dossier.received_at is not None:
        _begin(session, dossier, procedure, moment)
    elif stop.policy == "RESTART":
        _move(session, dossier, expected_due(session, procedure, moment, dossier.authority_id), "Tính lại ngày dự kiến")


def extend(session: Session, dossier: Dossier, new_due_at: datetime) -> None:
    """The one new appointment an apology gives; ``due_original_at`` stays as promised."""
    dossier.due_rescheduled_at = new_due_at
    _move(session, dossier, new_due_at, "Hẹn lại ngày trả kết quả")


def is_stopped(dossier: Dossier) -> bool:
    """Whether the clock stands still, or has ended."""
    return dossier.clock_stopped_at is not None


def _promise(session: Session, dossier: Dossier, procedure: Procedure) -> None:
    """At reception: what Mẫu 01 prints."""
    _begin(session, dossier, procedure, dossier.received_at or db.now(session))
    dossier.due_original_at = dossier.due_original_at or dossier.due_at


def _begin(session: Session, dossier: Dossier, procedure: Procedure, moment: datetime) -> None:
    calendar = calendar_of(session, dossier.authority_id)
    dossier.clock_started_at = moment
    deadline = procedure.facts.deadline
    _move(
        session, dossier, deadlines.add_days(calendar, moment, deadline.days, deadline.unit), "Tính thời hạn giải quyết"
    )


def _stop(session: Session, dossier: Dossier, policy: str, element_id: str, ground: str) -> None:
    moment = db.now(session)
    dossier.clock_stopped_at = moment
    session.add(
        ClockStop(
            authority_id=dossier.authority_id,
            dossier_id=dossier.id,
            id=db.new_id(),
            policy=policy,
            ground=element_id,
            stopped_at=moment,
        )
    )
    history.record(
        session,
        dossier,
        "clock.stopped",
        "Tạm dừng tính thời hạn",
        element_id=element_id,
        detail={"ground": ground, "policy": policy},
    )


def _move(session: Session, dossier: Dossier, due_at: datetime, title: str) -> None:
    if dossier.due_at == due_at:
        return
    dossier.due_at = due_at
    session.execute(
        update(UserTask)
        .where(
            UserTask.authority_id == dossier.authority_id,
            UserTask.dossier_id == dossier.id,
            UserTask.state.in_([UserTaskState.CREATED, UserTaskState.CLAIMED]),
        )
        .values(dossier_due_at=due_at)
        .execution_options(synchronize_session=False)
    )
    is_public = dossier.state is not DossierState.SUBMITTED
    history.record(session, dossier, "clock.moved", title, is_public=is_public, detail={"due_at": due_at.isoformat()})
