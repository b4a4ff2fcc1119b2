"""List functions. Positions count from 1, negative ones from the end."""

import functools
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from workflow_engine.feel import operations
from workflow_engine.feel.functions.registry import built_in
from workflow_engine.feel.limits import Budget
from workflow_engine.feel.values import CONTEXT, Function

SCALARS = frozenset({str, Decimal, bool, type(None)})


def _numbers(items: Iterable[Any]) -> list[Decimal] | None:
    numbers = list(items)
    return numbers if numbers and all(type(item) is Decimal for item in numbers) else None


def both(name: str, of: str = "list") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function that takes one list, or its items as arguments."""

    def register(call: Callable[..., Any]) -> Callable[..., Any]:
        built_in(name, f"{of}: list")(call)

        @built_in(name, "items: any*")
        def spread(budget: Budget, *items: Any) -> Any:
            if len(items) < 2:
                return None
            budget.tick(len(items))
            return call(budget, list(items))

        return call

    return register


@built_in("list contains", "list: list, element: any")
def list_contains(budget: Budget, items: list[Any], element: Any) -> bool:
    return _position(budget, items, element) is not None


def _position(budget: Budget, items: list[Any], element: Any, start: int = 0) -> int | None:
    budget.tick(1 + len(items) // 64)
    for position in range(start, len(items)):
        if operations.equal(items[position], element, budget) is True:
            return position
    return None


@built_in("count", "list: list")
def count(items: list[Any]) -> Decimal:
    return Decimal(len(items))


def _extreme(budget: Budget, items: list[Any], operator: str) -> Any:
    budget.tick(len(items))
    if not items:
        return None
    best = items[0]
    for item in items:
        is_better = operations.compare(operator, item, best)
        if is_better is None:
            return None
        best = item if is_better else best
    return best


@both("min")
def minimum(budget: Budget, items: list[Any]) -> Any:
    return _extreme(budget, items, "<")


@both("max")
def maximum(budget: Budget, items: list[Any]) -> Any:
    return _extreme(budget, items, ">")


@both("sum")
def total(budget: Budget, items: list[Any]) -> Any:
    budget.tick(len(items))
    if not _addable(items):
        return None
    return functools.reduce(lambda one, other: operations.calculate("+", one, other), items)


def _addable(items: list[Any]) -> bool:
    return bool(items) and all(type(item) is not str and operations.negate(item) is not None for item in items)


@both("mean")
def mean(budget: Budget, items: list[Any]) -> Any:
    return operations.calculate("/", total(budget, items), Decimal(len(items)))


@both("product")
def product(budget: Budget, items: list[Any]) -> Decimal | None:
    budget.tick(len(items))
    numbers = _numbers(items)
    return functools.reduce(CONTEXT.multiply, numbers) if numbers else None


@both("median")
def median(budget: Budget, items: list[Any]) -> Decimal | None:
    budget.tick(len(items))
    numbers = _numbers(items)
    if not numbers:
        return None
    numbers = sorted(numbers)
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return CONTEXT.divide(CONTEXT.add(numbers[middle - 1], numbers[middle]), Decimal(2))


@both("stddev")
def standard_deviation(budget: Budget, items: list[Any]) -> Decimal | None:
    """Of a sample: divided by n - 1."""
    budget.tick(len(items))
    numbers = _numbers(items)
    if not numbers or len(numbers) < 2:
        return None
    average = CONTEXT.divide(functools.reduce(CONTEXT.add, numbers), Decimal(len(numbers)))
    squares = [CONTEXT.power(CONTEXT.subtract(item, average), Decimal(2)) for item in numbers]
    return CONTEXT.sqrt(CONTEXT.divide(functools.reduce(CONTEXT.add, squares), Decimal(len(numbers) - 1)))


@both("mode")
def mode(budget: Budget, items: list[Any]) -> list[Decimal] | None:
    budget.tick(len(items))
    if not items:
        return []
    numbers = _numbers(items)
    if numbers is None:
        return None
    counts: dict[Decimal, int] = {}
    for item in numbers:
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values())
    return sorted(item for item, often in counts.items() if often == most)


def _conjunction(items: list[Any], deciding: bool) -> bool | None:
    if any(item is deciding for item in items):
        return deciding
    return None if any(type(item) is not bool for item in items) else not deciding


@both("all")
def all_true(budget: Budget, items: list[Any]) -> bool | None:
    budget.tick(len(items))
    return _conjunction(items, deciding=False)


@both("any")
def any_true(budget: Budget, items: list[Any]) -> bool | None:
    budget.tick(len(items))
    return _conjunction(items, deciding=True)


@built_in("sublist", "list: list, start position: number, length: number|null?")
def sublist(items: list[Any], start: Decimal, length: Decimal | None = None) -> list[Any] | None:
    begin = _index(items, start)
    if begin is None or (length is not None and length < 1):
        return None
    end = len(items) if length is None else begin + int(min(length, Decimal(len(items) + 1)))
    return items[begin:end] if end <= len(items) else None


def _index(items: list[Any], position: Decimal) -> int | None:
    """The Python index of a FEEL position, or None when there is no such item."""
    whole = int(position)
    if whole == 0 or abs(whole) > len(items):
        return None
    return whole - 1 if whole > 0 else len(items) + whole


@built_in("append", "list: list, items: any*")
def append(items: list[Any], *more: Any) -> list[Any]:
    return [*items, *more]


@built_in("concatenate", "lists: list*")
def concatenate(budget: Budget, *lists: list[Any]) -> list[Any]:
    budget.produce_list(sum(map(len, lists)))
    return [item for items in lists for item in items]


@built_in("insert before", "list: list, position: number, newItem: any")
def insert_before(items: list[Any], position: Decimal, item: Any) -> list[Any] | None:
    at = _index(items, position)
    return None if at is None else [*items[:at], item, *items[at:]]


@built_in("remove", "list: list, position: number")
def remove(items: list[Any], position: Decimal) -> list[Any] | None:
    at = _index(items, position)
    return None if at is None else [*items[:at], *items[at + 1 :]]


@built_in("list replace", "list: list, position: number, newItem: any")
def list_replace(items: list[Any], position: Decimal, item: Any) -> list[Any] | None:
    at = _index(items, position)
    return None if at is None else [*items[:at], item, *items[at + 1 :]]


@built_in("list replace", "list: list, match: function, newItem: any")
def list_replace_matching(budget: Budget, items: list[Any], match: Function, new: Any) -> list[Any] | None:
    if len(match.parameters) != 2:
        return None
    replaced = []
    for item in items:
        is_match = match.call(budget, [item, new])
        if type(is_match) is not bool:
            return None
        replaced.append(new if is_match else item)
    return replaced


@built_in("reverse", "list: list")
def reverse(items: list[Any]) -> list[Any]:
    return items[::-1]


@built_in("index of", "list: list, match: any")
def index_of(budget: Budget, items: list[Any], element: Any) -> list[Decimal]:
    budget.tick(1 + len(items) // 64)
    return [Decimal(at) for at, item in enumerate(items, start=1) if operations.equal(item, element, budget) is True]


@built_in("union", "lists: list*")
def union(budget: Budget, *lists: list[Any]) -> list[Any]:
    return distinct_values(budget, concatenate(budget, *lists))


@built_in("distinct values", "list: list")
def distinct_values(budget: Budget, items: list[Any]) -> list[Any]:
    seen: set[tuple[type, Any]] = set()
    composed: list[Any] = []
    distinct = []
    budget.tick(len(items))
    for item in items:
        if type(item) in SCALARS:
            if (type(item), item) in seen:
                continue
            seen.add((type(item), item))
        elif list_contains(budget, composed, item):
            continue
        else:
            composed.append(item)
        distinct.append(item)
    return distinct


@built_in("flatten", "list: list")
def flatten(budget: Budget, items: list[Any]) -> list[Any]:
    flat: list[Any] = []
    for item in items:
        budget.tick()
        if type(item) is list:
            flat.extend(flatten(budget, item))
            budget.produce_list(len(flat))
        else:
            flat.append(item)
    return flat


@built_in("sort", "list: list, precedes: function|null?")
def sort(budget: Budget, items: list[Any], precedes: Function | None = None) -> list[Any] | None:
    """Sorted by ``precedes(x, y)``, or in the natural order."""
    if precedes is not None and len(precedes.parameters) != 2:
        return None

    def order(one: Any, other: Any) -> int:
        budget.tick()
        for left, right, sign in ((one, other, -1), (other, one, 1)):
            before = precedes.call(budget, [left, right]) if precedes else operations.compare("<", left, right)
            if before is None:
                raise ValueError("not comparable")
            if before is True:
                return sign
        return 0

    return sorted(items, key=functools.cmp_to_key(order))
