"""Decision tables: which rules match, and what the hit policy makes of them.

UNIQUE and ANY are checked: a table that breaks its policy is an error, never a silent choice.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workflow_engine.decisions.model import Outcome
from workflow_engine.feel import operations, types
from workflow_engine.feel.compiler import Test
from workflow_engine.feel.errors import FeelError
from workflow_engine.feel.limits import Budget
from workflow_engine.feel.syntax import Type
from workflow_engine.feel.types import NamedTypes
from workflow_engine.feel.values import Closure, Frame


@dataclass(frozen=True)
class Input:
    """A column tested: ``text`` is its expression, ``allowed`` None when every value may come."""

    text: str
    run: Closure
    type: Type | None
    allowed: Test | None


@dataclass(frozen=True)
class Output:
    """A column given: ``allowed`` lists its values, highest priority first; ``default`` when no rule matches."""

    name: str
    type: Type | None
    allowed: Closure | None
    default: Closure | None


@dataclass(frozen=True)
class Rule:
    number: int
    tests: tuple[Test, ...]
    outputs: tuple[Closure, ...]


@dataclass(frozen=True)
class Hit:
    """A rule that matched and its output values."""

    number: int
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Table:
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    hit_policy: str
    aggregation: str
    named: NamedTypes

    def decide(self, frame: Frame) -> Outcome:
        """The outcome in a frame; FeelError when an input is not allowed or the hit policy is broken."""
        values = [self._input_value(column, frame) for column in self.inputs]
        inputs = {column.text: value for column, value in zip(self.inputs, values, strict=True)}
        hits = []
        for rule in self.rules:
            frame.budget.tick()
            if all(test(frame, value) is True for test, value in zip(rule.tests, values, strict=True)):
                hits.append(Hit(rule.number, self._output_values(rule, frame)))
                if self.hit_policy == "FIRST":
                    break
        if not hits:
            return Outcome(self._default(frame), inputs)
        chosen = POLICIES[self.hit_policy](self, hits, frame)
        numbers = tuple(hit.number for hit in chosen)
        if self.hit_policy in ("RULE ORDER", "OUTPUT ORDER", "COLLECT"):
            return Outcome(self._aggregate([self._value(hit.values) for hit in chosen], frame.budget), inputs, numbers)
        return Outcome(self._value(chosen[0].values), inputs, numbers)

    def _input_value(self, column: Input, frame: Frame) -> Any:
        value = types.coerce(column.run(frame), column.type, self.named, frame.budget)
        if column.allowed is not None and value is not None and column.allowed(frame, value) is not True:
            raise FeelError(f"The value of {column.text} is not among those the table allows")
        return value

    def _output_values(self, rule: Rule, frame: Frame) -> tuple[Any, ...]:
        return tuple(
            types.coerce(run(frame), column.type, self.named, frame.budget)
            for run, column in zip(rule.outputs, self.outputs, strict=True)
        )

    def _value(self, values: Sequence[Any]) -> Any:
        if len(self.outputs) == 1:
            return values[0]
        return {column.name: value for column, value in zip(self.outputs, values, strict=True)}

    def _default(self, frame: Frame) -> Any:
        if all(column.default is None for column in self.outputs):
            return None
        return self._value([column.default(frame) if column.default else None for column in self.outputs])

    def _aggregate(self, values: list[Any], budget: Budget) -> Any:
        if not self.aggregation:
            return values
        if self.aggregation == "COUNT":
            return Decimal(len(values))
        if len(self.outputs) > 1:
            return {
                column.name: AGGREGATORS[self.aggregation]([value[column.name] for value in values])
                for column in self.outputs
            }
        return AGGREGATORS[self.aggregation](values)


def _sum(values: list[Any]) -> Any:
    return functools.reduce(lambda one, other: operations.calculate("+", one, other), values)


def _least(values: list[Any]) -> Any:
    return functools.reduce(lambda one, other: other if operations.compare("<", other, one) else one, values)


def _greatest(values: list[Any]) -> Any:
    return functools.reduce(lambda one, other: other if operations.compare(">", other, one) else one, values)


AGGREGATORS: Mapping[str, Callable[[list[Any]], Any]] = {"SUM": _sum, "MIN": _least, "MAX": _greatest}


def _unique(table: Table, hits: list[Hit], frame: Frame) -> list[Hit]:
    if len(hits) > 1:
        rules = ", ".join(str(hit.number) for hit in hits)
        raise FeelError(f"Only one rule may match (hit policy UNIQUE), but rules {rules} do")
    return hits


def _any(table: Table, hits: list[Hit], frame: Frame) -> list[Hit]:
    first = list(hits[0].values)
    for hit in hits[1:]:
        if operations.equal(first, list(hit.values), frame.budget) is not True:
            raise FeelError(
                f"All matching rules must agree (hit policy ANY), but rules {hits[0].number} and {hit.number} differ"
            )
    return hits


def _by_priority(table: Table, hits: list[Hit], frame: Frame) -> list[Hit]:
    orders = [column.allowed(frame) if column.allowed else [] for column in table.outputs]

    def rank(hit: Hit) -> tuple[int, ...]:
        return tuple(_rank(value, order, frame.budget) for value, order in zip(hit.values, orders, strict=True))

    return sorted(hits, key=rank)


def _rank(value: Any, order: Any, budget: Budget) -> int:
    values = order if isinstance(order, list) else [order]
    for position, allowed in enumerate(values):
        if operations.equal(value, allowed, budget) is True:
            return position
    return len(values)


POLICIES: Mapping[str, Callable[[Table, list[Hit], Frame], list[Hit]]] = {
    "UNIQUE": _unique,
    "ANY": _any,
    "PRIORITY": lambda table, hits, frame: _by_priority(table, hits, frame)[:1],
    "FIRST": lambda table, hits, frame: hits[:1],
    "RULE ORDER": lambda table, hits, frame: hits,
    "OUTPUT ORDER": _by_priority,
    "COLLECT": lambda table, hits, frame: hits,
}
