"""Conversion functions, and those of booleans."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import regex

from workflow_engine.feel import operations, temporal
from workflow_engine.feel.functions.registry import built_in
from workflow_engine.feel.limits import Budget
from workflow_engine.feel.values import Range, YearsMonthsDuration, kind, number

NUMBER = regex.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,6})?")
SEPARATORS = (" ", ",", ".")


def text_of(value: Any, budget: Budget) -> str:
    """What ``string`` gives: the text itself at the top, quoted inside lists and contexts."""
    return value if type(value) is str else _written(value, budget)


def _written(value: Any, budget: Budget) -> str:
    of_type = type(value)
    budget.tick()
    if value is None or of_type is bool:
        return {None: "null", True: "true", False: "false"}[value]
    if of_type is Decimal:
        return plain_number(value)
    if of_type is str:
        text = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    elif of_type is list:
        text = "[" + ", ".join(_written(item, budget) for item in value) + "]"
    elif of_type is dict:
        text = "{" + ", ".join(f"{_key(key, budget)}: {_written(item, budget)}" for key, item in value.items()) + "}"
    elif of_type is Range:
        text = _written_range(value, budget)
    elif of_type in (date, time, datetime, timedelta, YearsMonthsDuration):
        text = temporal.write(value)
    else:
        text = kind(value)
    budget.produce_text(len(text))
    return text


def _key(key: str, budget: Budget) -> str:
    return key if key.replace("_", "a").replace(" ", "a").isalnum() else _written(key, budget)


def _written_range(interval: Range, budget: Budget) -> str:
    if interval.is_unary and interval.low is not None and interval.high is not None:
        return f"= {_written(interval.low, budget)}"
    if interval.is_unary:
        sign = ("<" if interval.low is None else ">") + (
            "=" if (interval.high_closed if interval.low is None else interval.low_closed) else ""
        )
        end = interval.high if interval.low is None else interval.low
        return f"{sign} {_written(end, budget)}"
    low, high = _written(interval.low, budget), _written(interval.high, budget)
    return f"{'[' if interval.low_closed else '('}{low}..{high}{']' if interval.high_closed else ')'}"


def plain_number(value: Decimal) -> str:
    """A number without exponent and without trailing zeros."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


@built_in("string", "from: any")
def string(budget: Budget, value: Any) -> str | None:
    return None if value is None else text_of(value, budget)


@built_in("number", "from: string, grouping separator: string|null?, decimal separator: string|null?")
def number_from(text: str, grouping: str | None = None, decimal_sign: str | None = None) -> Decimal | None:
    if grouping is not None and grouping not in SEPARATORS:
        return None
    if decimal_sign is not None and (decimal_sign not in (".", ",") or decimal_sign == grouping):
        return None
    if grouping:
        text = text.replace(grouping, "")
    if decimal_sign:
        text = text.replace(decimal_sign, ".")
    return number(Decimal(text)) if NUMBER.fullmatch(text) else None


@built_in("number", "from: number")
def number_from_number(value: Decimal) -> Decimal:
    return value


@built_in("date", "from: string")
def date_from_text(text: str) -> date | None:
    return temporal.parse_date(text)


@built_in("date", "from: day")
def date_from_day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


@built_in("date", "year: number, month: number, day: number")
def date_of(year: Decimal, month: Decimal, day: Decimal) -> date | None:
    parts = (year, month, day)
    if any(part != int(part) for part in parts):
        return None
    return temporal.make_date(int(year), int(month), int(day))


@built_in("date and time", "from: string")
def date_time_from_text(text: str) -> datetime | None:
    return temporal.parse_date_time(text)


@built_in("date and time", "from: day")
def date_time_from_day(value: date) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value, time.min)


@built_in("date and time", "date: day, time: time")
def date_time_of(day: date, clock: time) -> datetime:
    return datetime.combine(date_from_day(day), clock)


@built_in("time", "from: string")
def time_from_text(text: str) -> time | None:
    return temporal.parse_time(text)


@built_in("time", "from: time")
def time_from_time(value: time) -> time:
    return value


@built_in("time", "from: date and time")
def time_from_moment(value: datetime) -> time:
    return value.timetz()


@built_in("time", "hour: number, minute: number, second: number, offset: days and time duration|null?")
def time_of(hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None) -> time | None:
    if hour != int(hour) or minute != int(minute):
        return None
    zone = temporal.offset_zone(offset) if offset is not None else None
    if offset is not None and zone is None:
        return None
    return time(int(hour), int(minute), int(second), int(second % 1 * 1_000_000), zone)


@built_in("duration", "from: string")
def duration_from_text(text: str) -> Any:
    return temporal.parse_duration(text)


@built_in("duration", "from: duration")
def duration_from_duration(value: Any) -> Any:
    return value


@built_in("years and months duration", "from: day, to: day")
def years_and_months(start: date, end: date) -> YearsMonthsDuration:
    return temporal.months_between(start, end)


@built_in("not", "negand: any")
def negation(value: Any) -> bool | None:
    return not value if type(value) is bool else None


@built_in("is", "value1: any, value2: any")
def is_same(budget: Budget, one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, (time, datetime)) and (one.tzinfo is None) != (other.tzinfo is None):
        return False
    if isinstance(one, (time, datetime)) and one.utcoffset() != other.utcoffset():
        return False
    return operations.equal(one, other, budget) is True
