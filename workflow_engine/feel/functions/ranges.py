"""Range functions: how points and intervals lie to each other, DMN 1.5, table 83."""

from collections.abc import Callable
from typing import Any

from workflow_engine.feel import operations
from workflow_engine.feel.functions.registry import built_in
from workflow_engine.feel.values import Range

EVERY_PAIR = (("point", "point"), ("point", "range"), ("range", "point"), ("range", "range"))


def _less(one: Any, other: Any) -> bool:
    return _known(operations.compare("<", one, other))


def _same(one: Any, other: Any) -> bool:
    return _known(operations.compare("<=", one, other)) and _known(operations.compare(">=", one, other))


def _known(outcome: bool | None) -> bool:
    """Ends that can not be compared make the whole question null."""
    if outcome is None:
        raise ValueError("not comparable")
    return outcome


def _ends(value: Any) -> Range:
    return value if isinstance(value, Range) else Range(value, value, True, True)


def relation(name: str, *pairs: tuple[str, str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a question about two intervals, a point being an interval of one; null in, null out."""

    def register(call: Callable[[Range, Range], bool]) -> Callable[..., Any]:
        def ask(one: Any, other: Any) -> bool:
            return call(_ends(one), _ends(other))

        for first, second in pairs:
            names = (first, second) if first != second else (f"{first}1", f"{second}2")
            built_in(name, f"{names[0]}: {first}, {names[1]}: {second}")(ask)
        return call

    return register


@relation("before", *EVERY_PAIR)
def before(one: Range, other: Range) -> bool:
    return _less(one.high, other.low) or (_same(one.high, other.low) and not (one.high_closed and other.low_closed))


@relation("after", *EVERY_PAIR)
def after(one: Range, other: Range) -> bool:
    return before(other, one)


@relation("meets", ("range", "range"))
def meets(one: Range, other: Range) -> bool:
    return one.high_closed and other.low_closed and _same(one.high, other.low)


@relation("met by", ("range", "range"))
def met_by(one: Range, other: Range) -> bool:
    return meets(other, one)


@relation("overlaps", ("range", "range"))
def overlaps(one: Range, other: Range) -> bool:
    return not before(one, other) and not before(other, one)


@relation("overlaps before", ("range", "range"))
def overlaps_before(one: Range, other: Range) -> bool:
    return _starts_before(one, other) and overlaps(one, other) and not _ends_before(other, one)


@relation("overlaps after", ("range", "range"))
def overlaps_after(one: Range, other: Range) -> bool:
    return overlaps_before(other, one)


def _starts_before(one: Range, other: Range) -> bool:
    return _less(one.low, other.low) or (_same(one.low, other.low) and one.low_closed and not other.low_closed)


def _ends_before(one: Range, other: Range) -> bool:
    return _less(one.high, other.high) or (_same(one.high, other.high) and other.high_closed and not one.high_closed)


@relation("finishes", ("point", "range"), ("range", "range"))
def finishes(one: Range, other: Range) -> bool:
    return _same(one.high, other.high) and one.high_closed == other.high_closed and not _starts_before(one, other)


@relation("finished by", ("range", "point"), ("range", "range"))
def finished_by(one: Range, other: Range) -> bool:
    return finishes(other, one)


@relation("includes", ("range", "point"), ("range", "range"))
def includes(one: Range, other: Range) -> bool:
    return not _starts_before(other, one) and not _ends_before(one, other)


@relation("during", ("point", "range"), ("range", "range"))
def during(one: Range, other: Range) -> bool:
    return includes(other, one)


@relation("starts", ("point", "range"), ("range", "range"))
def starts(one: Range, other: Range) -> bool:
    return _same(one.low, other.low) and one.low_closed == other.low_closed and not _ends_before(other, one)


@relation("started by", ("range", "point"), ("range", "range"))
def started_by(one: Range, other: Range) -> bool:
    return starts(other, one)


@relation("coincides", ("point", "point"), ("range", "range"))
def coincides(one: Range, other: Range) -> bool:
    return (
        _same(one.low, other.low)
        and _same(one.high, other.high)
        and (one.low_closed, one.high_closed) == (other.low_closed, other.high_closed)
    )
