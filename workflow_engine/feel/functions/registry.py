"""The built-in functions by name. A signature says names and types; a call that fits none of them gives null."""

import decimal
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from workflow_engine.feel.limits import Budget
from workflow_engine.feel.syntax import Type
from workflow_engine.feel.types import midnight
from workflow_engine.feel.values import Function, Range, YearsMonthsDuration

TYPES: dict[str, tuple[type, ...]] = {
    "number": (Decimal,),
    "string": (str,),
    "boolean": (bool,),
    "list": (list,),
    "context": (dict,),
    "date": (date,),
    "time": (time,),
    "date and time": (datetime,),
    "day": (date, datetime),
    "duration": (timedelta, YearsMonthsDuration),
    "days and time duration": (timedelta,),
    "range": (Range,),
    "point": (Decimal, str, date, time, datetime, timedelta, YearsMonthsDuration),
    "function": (Function,),
    "any": (),
}
UNFIT = object()


@dataclass(frozen=True, slots=True)
class Parameter:
    """``is_nullable``: null may be passed; ``is_rest``: takes all further arguments."""

    name: str
    kind: str
    types: tuple[type, ...]
    is_optional: bool
    is_nullable: bool
    is_rest: bool

    def take(self, value: Any) -> Any:
        """The value as this parameter wants it, or UNFIT."""
        if not self.types or type(value) in self.types:
            return value
        if value is None:
            return None if self.is_nullable else UNFIT
        if type(value) is list and len(value) == 1 and type(value[0]) in self.types:
            return value[0]
        if self.kind == "list":
            return [value]
        if self.kind == "date and time" and type(value) is date:
            return midnight(value)
        return UNFIT


@dataclass(frozen=True, slots=True)
class Overload:
    """One signature of a built-in function."""

    parameters: tuple[Parameter, ...]
    call: Callable[..., Any]
    takes_budget: bool
    least: int
    most: int

    def arrange(self, arguments: Mapping[str, Any]) -> list[Any] | None:
        """Arguments passed by name in the order of the parameters; None when the names do not fit."""
        if not arguments.keys() <= {parameter.name for parameter in self.parameters}:
            return None
        given = [arguments.get(parameter.name, UNFIT) for parameter in self.parameters]
        while given and given[-1] is UNFIT:
            given.pop()
        return given

    def fit(self, arguments: Sequence[Any]) -> list[Any] | None:
        """The arguments as the parameters want them, or None."""
        if not self.least <= len(arguments) <= self.most:
            return None
        taken = []
        for position, value in enumerate(arguments):
            parameter = self.parameters[min(position, len(self.parameters) - 1)]
            if value is UNFIT:
                if not parameter.is_optional:
                    return None
                value = None
            else:
                value = parameter.take(value)
                if value is UNFIT:
                    return None
            taken.append(value)
        return taken


BUILT_IN: dict[str, list[Overload]] = {}
# The parser must know which names with spaces are one name.
SPACED_NAMES: set[str] = set()


def built_in(name: str, signature: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function: "string: string, length: number?" (``?`` optional, ``|null`` takes null, ``*`` the rest)."""

    def register(call: Callable[..., Any]) -> Callable[..., Any]:
        parameters = tuple(_parameter(part) for part in signature.split(", ") if part)
        least = sum(not (parameter.is_optional or parameter.is_rest) for parameter in parameters)
        most = 1000 if parameters and parameters[-1].is_rest else len(parameters)
        takes_budget = "budget" in inspect.signature(call).parameters
        if " " in name:
            SPACED_NAMES.add(name)
        BUILT_IN.setdefault(name, []).append(Overload(parameters, call, takes_budget, least, most))
        return call

    return register


def _parameter(part: str) -> Parameter:
    name, _, wanted = part.partition(": ")
    bare = wanted.rstrip("?*").removesuffix("|null")
    return Parameter(name, bare, TYPES[bare], wanted.endswith("?"), "|null" in wanted, wanted.endswith("*"))


def invoke(overloads: Sequence[Overload], budget: Budget, arguments: Sequence[Any]) -> Any:
    """Call the first signature that fits; null when none does or the values have no result."""
    for overload in overloads:
        taken = overload.fit(arguments)
        if taken is not None:
            return _run(overload, budget, taken)
    return None


def invoke_named(overloads: Sequence[Overload], budget: Budget, arguments: Mapping[str, Any]) -> Any:
    for overload in overloads:
        arranged = overload.arrange(arguments)
        taken = overload.fit(arranged) if arranged is not None else None
        if taken is not None:
            return _run(overload, budget, taken)
    return None


def _run(overload: Overload, budget: Budget, arguments: list[Any]) -> Any:
    budget.tick()
    try:
        result = overload.call(budget, *arguments) if overload.takes_budget else overload.call(*arguments)
    except (decimal.DecimalException, OverflowError, ValueError, ZeroDivisionError):
        return None
    of_type = type(result)
    if of_type is str:
        budget.produce_text(len(result))
    elif of_type is list:
        budget.produce_list(len(result))
    elif of_type is Decimal and not result.is_finite():
        return None
    return result


def as_function(name: str) -> Function:
    """A built-in function as a value, to pass it on."""
    overloads = BUILT_IN[name]
    parameters = overloads[0].parameters
    return Function(
        tuple(parameter.name for parameter in parameters),
        lambda budget, arguments: invoke(overloads, budget, arguments),
        tuple(Type("Any" if parameter.kind == "any" else parameter.kind) for parameter in parameters),
        None,
    )
