"""Numeric functions."""

import decimal
from decimal import Decimal
from typing import Any

from workflow_engine.feel.functions.registry import built_in
from workflow_engine.feel.operations import negate
from workflow_engine.feel.values import CONTEXT

SCALE_LIMITS = (Decimal(-6111), Decimal(6176))


def _rounded(value: Decimal, scale: Decimal, rounding: str) -> Decimal | None:
    """The value with ``scale`` digits after the point (negative: before it)."""
    if not SCALE_LIMITS[0] <= scale <= SCALE_LIMITS[1]:
        return None
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= int(scale):
        return value
    wide = decimal.Context(prec=40, rounding=rounding, Emax=6200, Emin=-6200)
    return CONTEXT.plus(value.quantize(Decimal(1).scaleb(-int(scale), wide), context=wide))


@built_in("decimal", "n: number, scale: number")
def to_scale(value: Decimal, scale: Decimal) -> Decimal | None:
    return _rounded(value, scale, decimal.ROUND_HALF_EVEN)


@built_in("floor", "n: number, scale: number?")
def floor(value: Decimal, scale: Decimal = Decimal(0)) -> Decimal | None:
    return _rounded(value, scale, decimal.ROUND_FLOOR)


@built_in("ceiling", "n: number, scale: number?")
def ceiling(value: Decimal, scale: Decimal = Decimal(0)) -> Decimal | None:
    return _rounded(value, scale, decimal.ROUND_CEILING)


@built_in("round up", "n: number, scale: number?")
def round_up(value: Decimal, scale: Decimal = Decimal(0)) -> Decimal | None:
    return _rounded(value, scale, decimal.ROUND_UP)


@built_in("round down", "n: number, scale: number?")
def round_down(value: Decimal, scale: Decimal = Decimal(0)) -> Decimal | None:
    return _rounded(value, scale, decimal.ROUND_DOWN)


@built_in("round half up", "n: number, scale: number?")
def round_half_up(value: Decimal, scale: Decimal = Decimal(0)) -> Decimal | None:
    return _rounded(value, scale, decimal.ROUND_HALF_UP)


@built_in("round half down", "n: number, scale: number?")
def round_half_down(value: Decimal, scale: Decimal = Decimal(0)) -> Decimal | None:
    return _rounded(value, scale, decimal.ROUND_HALF_DOWN)


@built_in("abs", "n: number")
def absolute(value: Decimal) -> Decimal:
    return CONTEXT.abs(value)


@built_in("abs", "n: duration")
def absolute_duration(value: Any) -> Any:
    return negate(value) if value < type(value)(0) else value


@built_in("modulo", "dividend: number, divisor: number")
def modulo(dividend: Decimal, divisor: Decimal) -> Decimal | None:
    """The remainder with the sign of the divisor."""
    if not divisor:
        return None
    rest = CONTEXT.remainder(dividend, divisor)
    return CONTEXT.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


@built_in("sqrt", "number: number")
def square_root(value: Decimal) -> Decimal | None:
    return CONTEXT.sqrt(value) if value >= 0 else None


@built_in("log", "number: number")
def logarithm(value: Decimal) -> Decimal | None:
    return CONTEXT.ln(value) if value > 0 else None


@built_in("exp", "number: number")
def exponential(value: Decimal) -> Decimal:
    return CONTEXT.exp(value)


@built_in("odd", "number: number")
def is_odd(value: Decimal) -> bool:
    return abs(value) % 2 == 1


@built_in("even", "number: number")
def is_even(value: Decimal) -> bool:
    return value % 2 == 0
