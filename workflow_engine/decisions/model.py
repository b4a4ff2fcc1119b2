"""The parts of a decision model once read: what decides, what it needs, and what came out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workflow_engine.errors import ModelError
from workflow_engine.feel.syntax import Type
from workflow_engine.feel.values import Closure, Frame


@dataclass(frozen=True)
class Decided:
    """What a decision gave and why: ``inputs`` by their expression, ``matched_rules`` numbered from 1 as in the table.

    ``required`` holds the decisions it asked, in the order they were taken.
    """

    decision_id: str
    value: Any
    inputs: Mapping[str, Any] = field(default_factory=dict)
    matched_rules: tuple[int, ...] = ()
    required: tuple["Decided", ...] = ()


@dataclass(frozen=True)
class Outcome:
    """The value of a boxed expression, with the inputs and rules when it is a decision table."""

    value: Any
    inputs: Mapping[str, Any] = field(default_factory=dict)
    matched_rules: tuple[int, ...] = ()


@dataclass(frozen=True)
class Logic:
    """A compiled boxed expression; ``explain`` is there for a decision table, ``names`` for a literal expression."""

    run: Closure
    explain: Callable[[Frame], Outcome] | None = None
    names: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()


@dataclass(frozen=True)
class InputData:
    id: str
    name: str
    type: Type | None


@dataclass(frozen=True)
class Knowledge:
    """A business knowledge model: a function over the knowledge it requires."""

    id: str
    name: str
    logic: Logic
    requires: tuple[str, ...]


@dataclass(frozen=True)
class Service:
    """A decision service: ``inputs`` are ids of input data and decisions that are given to it."""

    id: str
    name: str
    outputs: tuple[str, ...]
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class Decision:
    """``requires``: ids of decisions, input data, knowledge and services; ``fault`` is raised when it is asked."""

    id: str
    name: str
    variable: str
    type: Type | None
    logic: Logic | None
    requires: tuple[str, ...]
    fault: ModelError | None = None
