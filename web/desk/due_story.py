"""Why a dossier is due on its day: the period laid out day by day, from the calendar and the stops of the clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from workflow_engine.deadlines import Calendar, is_working_day, local_day
from workflow_engine.models import ClockStop, Dossier

ONE_DAY = timedelta(days=1)
LONGEST = 120  # days drawn; a longer period is told by its sum only


@dataclass(frozen=True)
class DayCell:
    """A day of the calendar: ``kind`` is start, cnted, wait, off, hol, duex or empty (before and after)."""

    on: date
    kind: str
    words: str
    is_today: bool


@dataclass(frozen=True)
class DueStory:
    """The sum in numbers and the days it counts."""

    starts_on: date
    due_on: date
    counted: int
    weekends: int
    holidays: tuple[str, ...]
    cells: tuple[DayCell, ...]


def tell(calendar: Calendar, dossier: Dossier, stops: Sequence[ClockStop], today: date) -> DueStory | None:
    """The story of the present due date; None when there is no date yet."""
    begins = dossier.clock_started_at or dossier.received_at
    if begins is None or dossier.due_at is None:
        return None
    starts_on, due_on = local_day(calendar, begins), local_day(calendar, dossier.due_at)
    if due_on < starts_on or (due_on - starts_on).days > LONGEST:
        return None
    waits = [
        (local_day(calendar, stop.stopped_at), local_day(calendar, stop.resumed_at or dossier.due_at))
        for stop in stops
        if stop.policy != "CONTINUE"
    ]
    cells: list[DayCell] = []
    counted = weekends = 0
    holidays: list[str] = []
    day = starts_on - ONE_DAY * starts_on.weekday()
    last = due_on + ONE_DAY * (6 - due_on.weekday())
    while day <= last:
        kind, words = _kind(calendar, day, starts_on, due_on, waits)
        if kind in ("cnted", "duex"):
            counted += 1
            words = f"Ngày {counted}" + (". Hẹn trả" if kind == "duex" else "")
        elif kind == "hol" and starts_on < day < due_on:
            holidays.append(f"{day:%d/%m} ({calendar.days[day].name})")
        elif kind == "off" and starts_on < day < due_on:
            weekends += 1
        cells.append(DayCell(day, kind, words, day == today))
        day += ONE_DAY
    return DueStory(starts_on, due_on, counted, weekends, tuple(holidays), tuple(cells))


def _kind(
    calendar: Calendar, day: date, starts_on: date, due_on: date, waits: Sequence[tuple[date, date]]
) -> tuple[str, str]:
    if not is_working_day(calendar, day):
        entry = calendar.days.get(day)
        return ("hol", f"Nghỉ: {entry.name}") if entry else ("off", "")
    if day == starts_on:
        return "start", "Bắt đầu, ngày này không đếm"
    if day < starts_on or day > due_on:
        return "", ""
    if any(first < day <= last for first, last in waits):
        return "wait", "Chờ người nộp bổ sung"
    return ("duex" if day == due_on else "cnted"), ""
