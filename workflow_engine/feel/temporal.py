"""Dates, times and durations: reading, writing, parts and arithmetic. What has no meaning is None, never an error."""

import calendar
import math
import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from workflow_engine.feel.values import YearsMonthsDuration

DATE = re.compile(r"(-?(?:[1-9]\d{4,8}|\d{4}))-(\d\d)-(\d\d)")
TIME = re.compile(r"(\d\d):(\d\d):(\d\d)(\.\d{1,20})?(Z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z0-9_+\-/]{1,60})?")
DAYS_DURATION = re.compile(
    r"(-)?P(?=\d|T\d)(?:(\d{1,12})D)?(?:T(?=\d)(?:(\d{1,12})H)?(?:(\d{1,12})M)?(?:(\d{1,15})(\.\d{0,20})?S)?)?"
)
MONTHS_DURATION = re.compile(r"(-)?P(?=\d)(?:(\d{1,10})Y)?(?:(\d{1,10})M)?")
MAX_OFFSET = timedelta(hours=14)
ZERO = timedelta(0)


def parse_date(text: str) -> date | None:
    found = DATE.fullmatch(text)
    if found is None:
        return None
    return make_date(int(found[1]), int(found[2]), int(found[3]))


def make_date(year: int, month: int, day: int) -> date | None:
    """Years outside 1 to 9999 can not be represented and give None."""
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=256)
def _zone(text: str) -> tzinfo | None:
    if text == "Z":
        return UTC
    if text.startswith("@"):
        try:
            return ZoneInfo(text[1:])
        except (ValueError, OSError, KeyError):
            return None
    parts = [int(part) for part in text[1:].split(":")]
    seconds = parts[2] if len(parts) > 2 else 0
    if parts[1] > 59 or seconds > 59:
        return None
    offset = timedelta(hours=parts[0], minutes=parts[1], seconds=seconds)
    return offset_zone(-offset if text[0] == "-" else offset)


def offset_zone(offset: timedelta) -> tzinfo | None:
    if abs(offset) > MAX_OFFSET:
        return None
    return UTC if not offset else timezone(offset)


def parse_time(text: str) -> time | None:
    found = TIME.fullmatch(text)
    if found is None:
        return None
    zone = None
    if found[5]:
        zone = _zone(found[5])
        if zone is None:
            return None
    micro = int(((found[4] or ".0")[1:] + "000000")[:6])
    try:
        return time(int(found[1]), int(found[2]), int(found[3]), micro, zone)
    except ValueError:
        return None


def parse_date_time(text: str) -> datetime | None:
    """Date with a time; a lone date means midnight without a zone."""
    if "T" not in text:
        day = parse_date(text)
        return datetime.combine(day, time.min) if day else None
    first, _, second = text.partition("T")
    if second.startswith("24:00:00"):
        moment = _combine(parse_date(first), parse_time("00" + second[2:]))
        return add_days(moment, timedelta(days=1)) if moment else None
    return _combine(parse_date(first), parse_time(second))


def _combine(day: date | None, clock: time | None) -> datetime | None:
    return datetime.combine(day, clock) if day is not None and clock is not None else None


def parse_duration(text: str) -> timedelta | YearsMonthsDuration | None:
    found = DAYS_DURATION.fullmatch(text)
    if found is not None:
        days, hours, minutes, seconds = (int(found[group] or 0) for group in (2, 3, 4, 5))
        micro = int(((found[6] or ".0")[1:] + "000000")[:6])
        try:
            duration = timedelta(days, seconds, micro, minutes=minutes, hours=hours)
            return -duration if found[1] else duration
        except OverflowError:
            return None
    found = MONTHS_DURATION.fullmatch(text)
    if found is None:
        return None
    months = int(found[2] or 0) * 12 + int(found[3] or 0)
    return YearsMonthsDuration(-months if found[1] else months)


def parse_at_literal(text: str) -> Any:
    """The value of ``@"…"``: date, date and time, time or duration; None when it is none of these."""
    for parse in (parse_date, parse_date_time, parse_time, parse_duration):
        value = parse(text)
        if value is not None:
            return value
    return None


def _offset_text(zone: tzinfo | None, offset: timedelta | None) -> str:
    if isinstance(zone, ZoneInfo):
        return f"@{zone.key}"
    if offset is None:
        return ""
    if not offset:
        return "Z"
    seconds = int(abs(offset).total_seconds())
    text = f"{'-' if offset < ZERO else '+'}{seconds // 3600:02}:{seconds // 60 % 60:02}"
    return text + (f":{seconds % 60:02}" if seconds % 60 else "")


def write(value: Any) -> str:
    """The text FEEL's ``string`` gives for a date, time or duration."""
    if type(value) is date:
        return value.isoformat()
    if isinstance(value, (datetime, time)):
        clock = f"{value.hour:02}:{value.minute:02}:{value.second:02}"
        if value.microsecond:
            clock += f".{value.microsecond:06}".rstrip("0")
        clock += _offset_text(value.tzinfo, value.utcoffset())
        return f"{value.date().isoformat()}T{clock}" if isinstance(value, datetime) else clock
    if isinstance(value, YearsMonthsDuration):
        return _write_months(value.months)
    return _write_days(value)


def _write_months(months: int) -> str:
    years, rest = divmod(abs(months), 12)
    text = (f"{years}Y" if years else "") + (f"{rest}M" if rest else "")
    return ("-" if months < 0 else "") + "P" + (text or "0M")


def _write_days(duration: timedelta) -> str:
    length = abs(duration)
    hours, rest = divmod(length.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    second_text = f"{seconds}.{length.microseconds:06}".rstrip("0").rstrip(".") if length.microseconds else f"{seconds}"
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{second_text}S" if second_text != "0" else ""
    days = f"{length.days}D" if length.days else ""
    text = days + (f"T{clock}" if clock else "")
    return ("-" if duration < ZERO else "") + "P" + (text or "T0S")


def add_days(moment: Any, duration: timedelta) -> Any:
    """Date, time or date and time plus a duration of fixed length; a time goes round the clock."""
    try:
        if isinstance(moment, datetime):
            if moment.tzinfo is None:
                return moment + duration
            return (moment.astimezone(UTC) + duration).astimezone(moment.tzinfo)
        if isinstance(moment, time):
            return (datetime.combine(date(2000, 1, 3), moment) + duration % timedelta(days=1)).timetz()
        return (datetime.combine(moment, time.min) + duration).date()
    except (OverflowError, ValueError):
        return None


def add_months(moment: Any, months: int) -> Any:
    """The same day some months later, or that month's last day when it is shorter."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    return moment.replace(year=year, month=month + 1, day=min(moment.day, calendar.monthrange(year, month + 1)[1]))


def between(later: Any, earlier: Any) -> timedelta | None:
    """``later - earlier``; a lone date counts as midnight in UTC; None when only one of both has a zone."""
    if type(later) is date and type(earlier) is date:
        return later - earlier
    if isinstance(later, time) and isinstance(earlier, time):
        later, earlier = (datetime.combine(date(2000, 1, 3), clock) for clock in (later, earlier))
    later, earlier = (_midnight(value) if type(value) is date else value for value in (later, earlier))
    if (later.utcoffset() is None) != (earlier.utcoffset() is None):
        return None
    try:
        if later.tzinfo is not None:
            return later.astimezone(UTC) - earlier.astimezone(UTC)
        return later - earlier
    except OverflowError:
        return None


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def months_between(start: date, end: date) -> YearsMonthsDuration:
    """Whole months from the day of start to the day of end; times of day do not count."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    elif months < 0 and end.day > start.day:
        months += 1
    return YearsMonthsDuration(months)


def part(value: Any, name: str) -> Any:
    """A property of a date, time or duration as FEEL names it ("time offset"); None when it has none such."""
    if isinstance(value, timedelta):
        return _part_of_days(value, name)
    if isinstance(value, YearsMonthsDuration):
        sign = -1 if value.months < 0 else 1
        years, months = divmod(abs(value.months), 12)
        return {"years": Decimal(sign * years), "months": Decimal(sign * months)}.get(name)
    if isinstance(value, date):
        if name == "weekday":
            return Decimal(value.isoweekday())
        if name in ("year", "month", "day"):
            return Decimal(getattr(value, name))
    if isinstance(value, (datetime, time)):
        if name in ("hour", "minute", "second"):
            return Decimal(getattr(value, name))
        if name == "time offset":
            return value.utcoffset()
        if name == "timezone":
            return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None
    if type(value) is date and name in ("hour", "minute", "second"):
        return Decimal(0)
    return ZERO if type(value) is date and name == "time offset" else None


def _part_of_days(duration: timedelta, name: str) -> Decimal | None:
    if name not in ("days", "hours", "minutes", "seconds"):
        return None
    length = abs(duration)
    parts = {
        "days": length.days,
        "hours": length.seconds // 3600,
        "minutes": length.seconds // 60 % 60,
        "seconds": length.seconds % 60,
    }
    return Decimal(int(math.copysign(1, duration.total_seconds())) * parts[name])


def seconds_of(duration: timedelta) -> Decimal:
    """Length in seconds, exactly."""
    whole = duration.days * 86400 + duration.seconds
    return Decimal(whole) + Decimal(duration.microseconds) / 1_000_000


def of_seconds(seconds: Decimal) -> timedelta | None:
    """The duration of a number of seconds, to the microsecond."""
    try:
        return timedelta(microseconds=int(seconds * 1_000_000))
    except (OverflowError, ArithmeticError):
        return None
