"""Numbers about finished work that the public page shows: counted from the dossiers, never written by hand."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from workflow_engine.deadlines import Calendar, working_days_between, working_minutes_between
from workflow_engine.models import Channel, Dossier

MOST_ROWS = 5_000  # A sample is enough for a mean; the page must stay fast with a million dossiers.


@dataclass(frozen=True)
class Figures:
    """One period. ``on_time`` and ``online`` are shares between 0 and 1; None where nothing was counted."""

    submitted: int
    decided: int
    online: float | None
    on_time: float | None
    working_days: float | None
    reception_minutes: int | None


def figures(
    session: Session, since: datetime, until: datetime, calendar: Calendar, procedure_id: str | None = None
) -> Figures:
    """What was filed and what was decided from ``since`` (included) to ``until`` (excluded)."""
    of_procedure = [Dossier.procedure_id == procedure_id] if procedure_id else []
    came = [Dossier.submitted_at >= since, Dossier.submitted_at < until, *of_procedure]
    online = func.sum(case((Dossier.channel == int(Channel.ONLINE), 1), else_=0))
    submitted, online_count = session.execute(select(func.count(), online).where(*came)).one()
    decided = session.execute(
        select(Dossier.received_at, Dossier.decided_at, Dossier.due_at)
        .where(Dossier.decided_at >= since, Dossier.decided_at < until, Dossier.received_at.is_not(None), *of_procedure)
        .order_by(Dossier.decided_at.desc())
        .limit(MOST_ROWS)
    ).all()
    waits = session.execute(
        select(Dossier.submitted_at, Dossier.received_at)
        .where(*came, Dossier.received_at.is_not(None))
        .limit(MOST_ROWS)
    ).all()
    days = [working_days_between(calendar, start, end) for start, end, _due in decided if start and end]
    minutes = [working_minutes_between(calendar, start, end) for start, end in waits if end]
    return Figures(
        submitted=submitted,
        decided=len(decided),
        online=online_count / submitted if submitted else None,
        on_time=sum(due is None or bool(at and at <= due) for _received, at, due in decided) / len(decided)
        if decided
        else None,
        working_days=sum(days) / len(days) if days else None,
        reception_minutes=round(sum(minutes) / len(minutes)) if minutes else None,
    )
