"""The fair clock: day by day, who used the time since a dossier was filed – the authority, the applicant, or nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from web.filters import calendar, local, now
from workflow_engine.deadlines import is_working_day
from workflow_engine.models import ClockStop, Dossier

MOST_DAYS = 130  # More cells than this are too thin to see.
AUTHORITY, TODAY, APPLICANT, NOBODY = "pri", "pri2", "warn", "gray"


@dataclass(frozen=True)
class FairClock:
    """Days by who used them; ``cells`` in order, from ``since`` to ``until``, as names of colours."""

    authority: int
    applicant: int
    nobody: int
    cells: Sequence[str]
    since: date
    until: date

    @property
    def width(self) -> int:
        """Width of the drawing: ten units a day."""
        return len(self.cells) * 10


def fair_clock(dossier: Dossier, stops: Sequence[ClockStop]) -> FairClock | None:
    """None before the day after the dossier was filed: the first day is not counted (Civil Code 2015, art. 147.2)."""
    end = local(dossier.decided_at or dossier.closed_at or now()).date()
    first = local(dossier.submitted_at).date() + timedelta(days=1)
    count = min((end - first).days + 1, MOST_DAYS)
    if count < 1:
        return None
    waits = [(local(stop.stopped_at).date(), local(stop.resumed_at).date() if stop.resumed_at else date.max) for stop in stops]
    cells = [_cell(first + timedelta(days=number), waits) for number in range(count)]
    is_running = dossier.decided_at is None and dossier.closed_at is None
    tally = {kind: cells.count(kind) for kind in (AUTHORITY, APPLICANT, NOBODY)}
    if is_running and cells[-1] == AUTHORITY:
        cells[-1] = TODAY
    return FairClock(
        tally[AUTHORITY], tally[APPLICANT], tally[NOBODY], cells, first, first + timedelta(days=count - 1)
    )


def _cell(day: date, waits: Sequence[tuple[date, date]]) -> str:
    if not is_working_day(calendar(), day):
        return NOBODY
    return APPLICANT if any(start < day <= end for start, end in waits) else AUTHORITY
