"""The values of FEEL and the frame they are looked up in.

Numbers are Decimals of 34 digits, lists and contexts plain lists and dicts; values from outside are converted here.
"""

import decimal
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from workflow_engine.feel.errors import FeelError
from workflow_engine.feel.limits import Budget

# DMN 1.5, 10.3.2.3.1: numbers are IEEE 754-2008 decimal128.
CONTEXT = decimal.Context(
    prec=34,
    Emax=6144,
    Emin=-6143,
    rounding=decimal.ROUND_HALF_EVEN,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)
MAX_NESTING = 100


@dataclass(slots=True)
class Frame:
    """The variables of one nested scope; ``parent`` is the scope around it."""

    variables: Mapping[str, Any]
    parent: "Frame | None"
    budget: Budget


Closure = Callable[[Frame], Any]


@dataclass(frozen=True, order=True)
class YearsMonthsDuration:
    """A duration in whole months, which has no fixed number of days."""

    months: int


@dataclass(frozen=True)
class Range:
    """An interval; None as an end means open on that side (``is_unary``: written as ``> 5``)."""

    low: Any
    high: Any
    low_closed: bool
    high_closed: bool
    is_unary: bool = False


@dataclass(frozen=True, eq=False)
class Function:
    """A function written in FEEL, or a built-in one used as a value (then ``call`` takes the budget first)."""

    parameters: tuple[str, ...]
    call: Callable[[Budget, list[Any]], Any]
    types: tuple[Any, ...] = ()
    result: Any = None


KINDS: dict[type, str] = {
    type(None): "Null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    date: "date",
    time: "time",
    datetime: "date and time",
    timedelta: "days and time duration",
    YearsMonthsDuration: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
    Function: "function",
}


def kind(value: Any) -> str:
    """Name of the FEEL type of a value."""
    return KINDS.get(type(value), "unknown")


def number(value: int | float | Decimal) -> Decimal | None:
    """A Decimal within 34 digits and the bounded exponent; None for what is not a finite number."""
    try:
        if type(value) is int and value.bit_length() <= 112:
            return Decimal(value)
        if isinstance(value, float):
            return CONTEXT.create_decimal(repr(value)) if math.isfinite(value) else None
        if isinstance(value, int) and value.bit_length() > 21000:
            return None
        result = CONTEXT.plus(Decimal(value))
        return result if result.is_finite() else None
    except (decimal.DecimalException, ValueError):
        return None


PLAIN: frozenset[type] = frozenset(
    {type(None), bool, str, date, time, datetime, timedelta, YearsMonthsDuration, Range, Function}
)


def from_host(value: Any, nesting: int = 0) -> Any:
    """A value of the engine (variables, results of host functions) as a FEEL value; FeelError for foreign objects."""
    of_type = type(value)
    if of_type in PLAIN:
        return value
    if of_type is int or of_type is float or of_type is Decimal:
        return number(value)
    if nesting > MAX_NESTING:
        raise FeelError("Stopped: a variable is nested too deeply.")
    if of_type is list or of_type is tuple:
        converted = [from_host(item, nesting + 1) for item in value]
        same = of_type is list and all(new is old for new, old in zip(converted, value, strict=True))
        return value if same else converted
    if isinstance(value, Mapping):
        return {str(key): from_host(item, nesting + 1) for key, item in value.items()}
    for plain in (bool, str, datetime, date, time, timedelta):
        if isinstance(value, plain):
            return plain(value) if plain is str else value
    if isinstance(value, (int, float, Decimal)):
        return number(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [from_host(item, nesting + 1) for item in value]
    raise FeelError(f"A value of the type {of_type.__name__} can not be used in an expression.")
