"""Working days and due dates: pure functions of a calendar and moments, without clock, settings or database.

Moments are aware; results are aware UTC. Days are those of the calendar's own time zone. The first day is never
counted (Civil Code 2015, art. 147.2) and a period never ends on a day off (art. 148.5).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from workflow_engine.errors import EngineError

WEEKDAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
KINDS = {"holiday": False, "compensatory": False, "swap_off": False, "swap_on": True}
ONE_DAY = timedelta(days=1)
# Longest run of days off that is believed; a calendar without a working day must not turn into an endless loop.
LONGEST_CLOSURE = 60


class CalendarError(EngineError):
    """The calendar is wrong."""


@dataclass(frozen=True)
class Day:
    """A day that differs from its weekday: holiday, compensatory or swap_off (off), swap_on (worked)."""

    kind: str
    name: str
    source: str


@dataclass(frozen=True)
class Calendar:
    """When an authority is open. `closing_time` is what papers promise for a due date; it may precede the last hour."""

    weekly_off: frozenset[int]
    days: Mapping[date, Day]
    hours: tuple[tuple[time, time], ...]
    timezone: ZoneInfo
    closing_time: time


def load_calendar(
    text: str,
    *,
    hours: tuple[tuple[time, time], ...],
    timezone: str,
    weekly_off: tuple[str, ...],
    closing_time: time,
) -> Calendar:
    """The calendar of `text`, a JSON object {"days": [{"date", "type", "name", "source"}, …]}; or CalendarError."""
    try:
        entries = json.loads(text)["days"]
        days = {date.fromisoformat(day["date"]): Day(day["type"], day["name"], day["source"]) for day in entries}
        off = frozenset(WEEKDAYS[name] for name in weekly_off)
        zone = ZoneInfo(timezone)
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise CalendarError("Cannot read the calendar: {reason}.", reason=error) from error
    if len(days) != len(entries):
        raise CalendarError("The calendar names a day twice.")
    for day, entry in days.items():
        if entry.kind not in KINDS:
            raise CalendarError("The calendar does not know the type {kind} of {day}.", kind=entry.kind, day=day)
    ends = [moment for opening in hours for moment in opening]
    if not hours or ends != sorted(set(ends)):
        raise CalendarError("The opening hours must follow each other without overlap.")
    if len(off) == 7:
        raise CalendarError("The calendar has no working day in the week.")
    return Calendar(off, days, hours, zone, closing_time)


def is_year_entered(calendar: Calendar, year: int) -> bool:
    """Whether the holidays of the year are known; else only weekly days off are counted."""
    return any(day.year == year for day in calendar.days)


def is_working_day(calendar: Calendar, day: date) -> bool:
    """Whether the authority works: a weekday not taken off, or a day off worked in exchange."""
    entry = calendar.days.get(day)
    return KINDS[entry.kind] if entry else day.weekday() not in calendar.weekly_off


def add_working_days(calendar: Calendar, moment: datetime, count: int) -> datetime:
    """Closing time of the `count`-th working day after the day of `moment`; before it when negative.

    Zero gives the day itself, or the next working day when it is off.
    """
    day = local_day(calendar, moment)
    if count == 0:
        return _closing(calendar, _working_day_from(calendar, day))
    step = ONE_DAY if count > 0 else -ONE_DAY
    for _ in range(abs(count)):
        day = _working_day_from(calendar, day + step, step)
    return _closing(calendar, day)


def add_days(calendar: Calendar, moment: datetime, count: int, unit: str) -> datetime:
    """Due moment after `count` days of `unit`: "working", or "calendar" rolled forward to a working day.

    Units are never converted into each other: the law of the procedure names one.
    """
    if unit == "working":
        return add_working_days(calendar, moment, count)
    if unit != "calendar":
        raise CalendarError('A period is counted in "working" or "calendar" days, not in {unit}.', unit=repr(unit))
    # Civil Code art. 148.5: a last day that is off moves to the end of the next working day.
    return _closing(calendar, _working_day_from(calendar, local_day(calendar, moment) + timedelta(days=count)))


def add_working_hours(calendar: Calendar, moment: datetime, hours: int | float | Decimal) -> datetime:
    """Moment at which `hours` of opening time have passed since `moment` (art. 147.1: counted from the moment itself).

    Ends at a closing, not at the next opening, when the last minute is used up. Zero gives the next open moment.
    """
    if hours < 0:
        raise CalendarError("Working hours are added, not taken away.")
    left = timedelta(hours=float(hours))
    if not left:
        return next_opening(calendar, moment)
    for begins, ends in _openings(calendar, moment):
        available = ends - max(begins, moment)
        if available >= left:
            return (max(begins, moment) + left).astimezone(UTC)
        left -= available
    raise AssertionError("openings never end")


def next_opening(calendar: Calendar, moment: datetime) -> datetime:
    """`moment` itself when the authority is open, else the next moment it opens."""
    begins, _ = next(_openings(calendar, moment))
    return max(begins, moment).astimezone(UTC)


def counts_from(calendar: Calendar, moment: datetime, cut_off: time) -> datetime:
    """When the clock of something submitted at `moment` begins.

    That is the next open moment; when it came after the day's `cut_off`, the opening of the next working day.
    """
    local = moment.astimezone(calendar.timezone)
    if is_working_day(calendar, local.date()) and local.time() > cut_off:
        moment = datetime.combine(local.date() + ONE_DAY, time.min, calendar.timezone)
    return next_opening(calendar, moment)


def working_days_between(calendar: Calendar, start: date | datetime, end: date | datetime) -> int:
    """Working days after the day of `start` up to and with the day of `end`; negative when `end` is earlier."""
    first, last = local_day(calendar, start), local_day(calendar, end)
    if last < first:
        return -working_days_between(calendar, last, first)
    span = range((last - first).days)
    return sum(is_working_day(calendar, first + timedelta(days=offset + 1)) for offset in span)


def working_minutes_between(calendar: Calendar, start: datetime, end: datetime) -> int:
    """Whole minutes of opening time from `start` to `end`; negative when `end` is earlier."""
    if end < start:
        return -working_minutes_between(calendar, end, start)
    total = timedelta()
    for begins, ends in _openings(calendar, start):
        if begins >= end:
            break
        total += min(ends, end) - max(begins, start)
    return total // timedelta(minutes=1)


def local_day(calendar: Calendar, moment: date | datetime) -> date:
    """The day of a moment in the calendar's time zone; a date is itself."""
    return moment.astimezone(calendar.timezone).date() if isinstance(moment, datetime) else moment


def _working_day_from(calendar: Calendar, day: date, step: timedelta = ONE_DAY) -> date:
    for offset in range(LONGEST_CLOSURE):
        if is_working_day(calendar, day + offset * step):
            return day + offset * step
    raise CalendarError("The calendar has no working day near {day}.", day=day)


def _openings(calendar: Calendar, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Spans of opening hours that end after `moment`, in order, without end."""
    day = local_day(calendar, moment)
    while True:
        day = _working_day_from(calendar, day)
        for opens, closes in calendar.hours:
            ends = datetime.combine(day, closes, calendar.timezone)
            if ends > moment:
                yield datetime.combine(day, opens, calendar.timezone), ends
        day += ONE_DAY


def _closing(calendar: Calendar, day: date) -> datetime:
    return datetime.combine(day, calendar.closing_time, calendar.timezone).astimezone(UTC)
