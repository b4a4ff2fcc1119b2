"""Operators on values. What the standard leaves without meaning gives None; no Python error leaves this module."""

import decimal
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from workflow_engine.feel import temporal
from workflow_engine.feel.limits import Budget
from workflow_engine.feel.values import CONTEXT, Range, YearsMonthsDuration

SAME_EQUAL = frozenset({Decimal, str, bool, date, timedelta, YearsMonthsDuration})
ORDERED = frozenset({Decimal, str, date, timedelta, YearsMonthsDuration})
ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def equal(left: Any, right: Any, budget: Budget) -> bool | None:
    """``left = right``; None when the types differ."""
    of_type = type(left)
    if left is None or right is None:
        return left is right
    if of_type is not type(right):
        return None
    if of_type in SAME_EQUAL:
        return bool(left == right)
    budget.tick()
    if of_type is list:
        return _all_equal(left, right, budget)
    if of_type is dict:
        if left.keys() != right.keys():
            return False
        return _all_equal(list(left.values()), [right[key] for key in left], budget)
    if of_type is Range:
        return _equal_ranges(left, right, budget)
    if of_type is datetime or of_type is time:
        return _equal_moments(left, right)
    return left is right


def _all_equal(left: list[Any], right: list[Any], budget: Budget) -> bool:
    return len(left) == len(right) and all(
        equal(one, other, budget) is True for one, other in zip(left, right, strict=True)
    )


def _equal_ranges(left: Range, right: Range, budget: Budget) -> bool:
    if (left.low_closed, left.high_closed, left.is_unary) != (right.low_closed, right.high_closed, right.is_unary):
        return False
    return equal(left.low, right.low, budget) is True and equal(left.high, right.high, budget) is True


def _equal_moments(left: Any, right: Any) -> bool:
    if (left.tzinfo is None) != (right.tzinfo is None):
        return False
    if isinstance(left, time) and left.utcoffset() is None:
        return left.tzinfo == right.tzinfo and left.replace(tzinfo=None) == right.replace(tzinfo=None)
    return bool(left == right)


def compare(operator: str, left: Any, right: Any) -> bool | None:
    """``<``, ``<=``, ``>``, ``>=``; None unless both are of one ordered type."""
    of_type = type(left)
    if of_type is not type(right):
        return None
    if of_type in ORDERED:
        return ORDER[operator](left, right)
    if of_type is datetime or of_type is time:
        if (left.utcoffset() is None) != (right.utcoffset() is None):
            return None
        return ORDER[operator](left, right)
    return None


def contains(interval: Range, value: Any) -> bool | None:
    """``value in [low..high]``."""
    if value is None or (not interval.is_unary and (interval.low is None or interval.high is None)):
        return None
    is_above = True if interval.low is None else compare(">=" if interval.low_closed else ">", value, interval.low)
    if is_above is False:
        return False
    is_below = True if interval.high is None else compare("<=" if interval.high_closed else "<", value, interval.high)
    return False if is_below is False else (None if is_above is None or is_below is None else True)


def _months_times(duration: YearsMonthsDuration, factor: Decimal) -> YearsMonthsDuration | None:
    months = duration.months * factor
    return YearsMonthsDuration(int(months)) if abs(months) < 10**12 else None


def _days_times(duration: timedelta, factor: Decimal) -> timedelta | None:
    return temporal.of_seconds(CONTEXT.multiply(temporal.seconds_of(duration), factor))


def _add_months(moment: date, duration: YearsMonthsDuration) -> Any:
    return temporal.add_months(moment, duration.months)


def _subtract_days(moment: Any, duration: timedelta) -> Any:
    return temporal.add_days(moment, -duration)


Operation = Callable[[Any, Any], Any]


def _additions() -> dict[tuple[type, type], Operation]:
    table: dict[tuple[type, type], Operation] = {
        (Decimal, Decimal): CONTEXT.add,
        (str, str): lambda left, right: left + right,
        (timedelta, timedelta): lambda left, right: left + right,
        (YearsMonthsDuration, YearsMonthsDuration): lambda left, right: YearsMonthsDuration(left.months + right.months),
    }
    moments: tuple[type, ...] = (date, datetime, time)
    for moment in moments:
        table[moment, timedelta] = temporal.add_days
        table[timedelta, moment] = lambda left, right: temporal.add_days(right, left)
    for moment in (date, datetime):
        table[moment, YearsMonthsDuration] = _add_months
        table[YearsMonthsDuration, moment] = lambda left, right: _add_months(right, left)
    return table


def _subtractions() -> dict[tuple[type, type], Operation]:
    table: dict[tuple[type, type], Operation] = {
        (Decimal, Decimal): CONTEXT.subtract,
        (timedelta, timedelta): lambda left, right: left - right,
        (YearsMonthsDuration, YearsMonthsDuration): lambda left, right: YearsMonthsDuration(left.months - right.months),
        (time, time): temporal.between,
    }
    for moment in (date, datetime):
        table[moment, date] = table[moment, datetime] = temporal.between
        table[moment, YearsMonthsDuration] = lambda left, right: temporal.add_months(left, -right.months)
    table[date, timedelta] = table[datetime, timedelta] = table[time, timedelta] = _subtract_days
    return table


TABLES: dict[str, dict[tuple[type, type], Operation]] = {
    "+": _additions(),
    "-": _subtractions(),
    "*": {
        (Decimal, Decimal): CONTEXT.multiply,
        (timedelta, Decimal): _days_times,
        (Decimal, timedelta): lambda left, right: _days_times(right, left),
        (YearsMonthsDuration, Decimal): _months_times,
        (Decimal, YearsMonthsDuration): lambda left, right: _months_times(right, left),
    },
    "/": {
        (Decimal, Decimal): CONTEXT.divide,
        (timedelta, Decimal): lambda left, right: _days_times(left, CONTEXT.divide(Decimal(1), right)),
        (YearsMonthsDuration, Decimal): lambda left, right: _months_times(left, CONTEXT.divide(Decimal(1), right)),
        (timedelta, timedelta): lambda left, right: CONTEXT.divide(
            temporal.seconds_of(left), temporal.seconds_of(right)
        ),
        (YearsMonthsDuration, YearsMonthsDuration): lambda left, right: CONTEXT.divide(
            Decimal(left.months), Decimal(right.months)
        ),
    },
    "**": {(Decimal, Decimal): CONTEXT.power},
}


def calculate(operator: str, left: Any, right: Any) -> Any:
    """``+ - * / **``; None when the types do not fit, on division by zero and on overflow."""
    operation = TABLES[operator].get((type(left), type(right)))
    if operation is None:
        return None
    try:
        return operation(left, right)
    except (decimal.DecimalException, OverflowError, ValueError):
        return None


def negate(value: Any) -> Any:
    if type(value) is Decimal:
        return CONTEXT.minus(value)
    if type(value) is timedelta:
        return -value
    if type(value) is YearsMonthsDuration:
        return YearsMonthsDuration(-value.months)
    return None
