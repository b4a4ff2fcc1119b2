"""What repeats: filters, ``for``, ``some`` and ``every``. Every round pays a step."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from workflow_engine.feel import operations, syntax
from workflow_engine.feel.limits import Budget
from workflow_engine.feel.site import Site
from workflow_engine.feel.values import Closure, Frame, Range

BOOLEAN_FORMS = (syntax.Logical, syntax.Between, syntax.In, syntax.InstanceOf, syntax.Quantified)
COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})


def filtered(node: syntax.Filter, site: Site) -> Closure:
    of_source, predicate = site.build(node.source), site.build(node.predicate)
    is_boolean = isinstance(node.predicate, BOOLEAN_FORMS) or (
        isinstance(node.predicate, syntax.Binary) and node.predicate.operator in COMPARISONS
    )

    def select(frame: Frame) -> Any:
        source = of_source(frame)
        items = source if type(source) is list else [] if source is None else [source]
        if not is_boolean:
            position = predicate(frame)
            if type(position) is Decimal:
                return _item_at(items, position)
        return matching(items, predicate, frame)

    return select


def matching(items: list[Any], predicate: Closure, frame: Frame) -> list[Any]:
    """The items for which a predicate is true; it sees ``item`` and, of a context, its members."""
    chosen = []
    budget = frame.budget
    for item in items:
        budget.tick()
        scope = Frame({"item": item}, frame, budget)
        if type(item) is dict:
            scope = Frame(item, scope, budget)
        if predicate(scope) is True:
            chosen.append(item)
    budget.produce_list(len(chosen))
    return chosen


def _item_at(items: list[Any], position: Decimal) -> Any:
    if position != int(position) or position == 0 or abs(position) > len(items):
        return None
    return items[int(position) - 1 if position > 0 else int(position)]


def _rounds(iterators: tuple[syntax.Iterator, ...], site: Site) -> Callable[[Frame, dict[str, Any]], Iterator[Any]]:
    """Every combination of the iterators' values, as a frame; False when something to iterate over is not there."""
    parts = [
        (iterator.name, site.build(iterator.source), site.build(iterator.end) if iterator.end else None)
        for iterator in iterators
    ]

    def rounds(frame: Frame, start: dict[str, Any], depth: int = 0) -> Iterator[Any]:
        if depth == len(parts):
            frame.budget.tick()
            yield frame
            return
        name, source, end = parts[depth]
        first = source(frame)
        values = _values(first) if end is None else span(first, end(frame))
        if values is None:
            yield False
            return
        for value in values:
            frame.budget.tick()
            yield from rounds(Frame({name: value, **start}, frame, frame.budget), start, depth + 1)

    return rounds


def _values(source: Any) -> Iterable[Any] | None:
    if type(source) is list:
        return source
    if type(source) is Range:
        return _span_of_range(source)
    return None if source is None else [source]


def _span_of_range(interval: Range) -> Iterable[Any] | None:
    values = span(interval.low, interval.high)
    if values is None:
        return None
    ends = (() if interval.low_closed else (interval.low,)) + (() if interval.high_closed else (interval.high,))
    return (value for value in values if value not in ends)


def span(low: Any, high: Any) -> Iterable[Any] | None:
    """Whole numbers or days from one end to the other, either direction; lazily, whoever iterates pays."""
    if type(low) is Decimal and type(high) is Decimal and low == int(low) and high == int(high):
        step = 1 if low <= high else -1
        return (Decimal(value) for value in range(int(low), int(high) + step, step))
    if type(low) is date and type(high) is date:
        sign = 1 if low <= high else -1
        days = abs((high - low).days)
        return (low + timedelta(days=sign * day) for day in range(days + 1))
    return None


def for_loop(node: syntax.For, site: Site) -> Closure:
    rounds, body = _rounds(node.iterators, site), site.build(node.body)

    def loop(frame: Frame) -> list[Any] | None:
        results: list[Any] = []
        for scope in rounds(frame, {"partial": results}):
            if scope is False:
                return None
            results.append(body(scope))
        frame.budget.produce_list(len(results))
        return results

    return loop


def quantified(node: syntax.Quantified, site: Site) -> Closure:
    rounds, condition = _rounds(node.iterators, site), site.build(node.condition)
    deciding = not node.is_every

    def ask(frame: Frame) -> bool | None:
        outcome: bool | None = not deciding
        for scope in rounds(frame, {}):
            if scope is False:
                return None
            value = condition(scope)
            if value is deciding:
                return deciding
            if type(value) is not bool:
                outcome = None
        return outcome

    return ask


def collect(name: str, source: Any, body: Closure, frame: Frame) -> list[Any] | None:
    """``for name in source return body`` with a source at hand."""
    results: list[Any] = []
    values = _values(source)
    if values is None:
        return None
    for value in values:
        frame.budget.tick()
        results.append(body(Frame({name: value, "partial": results}, frame, frame.budget)))
    frame.budget.produce_list(len(results))
    return results


def some(name: str, source: Any, condition: Closure, frame: Frame) -> bool | None:
    """``some name in source satisfies condition``."""
    outcomes = collect(name, source, condition, frame)
    return None if outcomes is None else any_of(value if type(value) is bool else None for value in outcomes)


def every(name: str, source: Any, condition: Closure, frame: Frame) -> bool | None:
    """``every name in source satisfies condition``."""
    outcomes = collect(name, source, condition, frame)
    if outcomes is None:
        return None
    fails = any_of(not value if type(value) is bool else None for value in outcomes)
    return None if fails is None else not fails


def any_of(outcomes: Iterable[bool | None]) -> bool | None:
    """``or`` over outcomes."""
    result: bool | None = False
    for outcome in outcomes:
        if outcome is True:
            return True
        if outcome is None:
            result = None
    return result


def is_in(value: Any, container: Any, budget: Budget) -> bool | None:
    """``value in container``: of an interval, of a list of values and intervals, or equal."""
    if type(container) is Range:
        return operations.contains(container, value)
    if type(container) is list:
        if type(value) is list and operations.equal(value, container, budget):
            return True
        budget.tick(len(container))
        return any(
            (operations.contains(item, value) if type(item) is Range else operations.equal(value, item, budget)) is True
            for item in container
        )
    return operations.equal(value, container, budget)
