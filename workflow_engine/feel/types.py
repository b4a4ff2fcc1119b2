"""Types: does a value conform, and the implicit conversions of DMN 1.5, 10.3.2.9.4."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from workflow_engine.feel.limits import Budget
from workflow_engine.feel.syntax import Type
from workflow_engine.feel.values import Function, Range, kind

ANY = Type("Any")
LOWER_NAMES = {"any": "Any", "null": "Null", "dateTime": "date and time", "dayTimeDuration": "days and time duration"}
LOWER_NAMES["yearMonthDuration"] = "years and months duration"


@dataclass(frozen=True)
class ItemType:
    """A type with a name of its own; ``allowed`` tests a single value, None allows all."""

    type: Type
    allowed: Callable[[Any, Budget], bool | None] | None = None


NamedTypes = Mapping[str, ItemType]


def conforms(value: Any, wanted: Type, named: NamedTypes, budget: Budget) -> bool:
    """Whether a value is of a type; null is of no type but Null (callers accept null where the standard does)."""
    name = LOWER_NAMES.get(wanted.name, wanted.name)
    if name in named:
        return _conforms_to_item(value, named[name], named, budget)
    if name == "Any":
        return value is not None
    if kind(value) != name:
        return name == "list" and not wanted.elements and isinstance(value, list)
    budget.tick()
    if name == "list" and wanted.elements:
        return all(item is None or conforms(item, wanted.elements[0], named, budget) for item in value)
    if name == "context":
        return all(
            key in value and (value[key] is None or conforms(value[key], member, named, budget))
            for key, member in wanted.members
        )
    if name == "range" and wanted.elements:
        return _conforms_to_range(value, wanted.elements[0], named, budget)
    if name == "function" and wanted.elements:
        return _conforms_to_function(value, wanted, named)
    return True


def _conforms_to_item(value: Any, item: ItemType, named: NamedTypes, budget: Budget) -> bool:
    if not conforms(value, item.type, named, budget):
        return False
    if item.allowed is None:
        return True
    return item.allowed(value, budget) is True


def _conforms_to_range(value: Range, element: Type, named: NamedTypes, budget: Budget) -> bool:
    return all(end is None or conforms(end, element, named, budget) for end in (value.low, value.high))


def _conforms_to_function(value: Function, wanted: Type, named: NamedTypes) -> bool:
    *parameters, result = wanted.elements
    if len(value.parameters) != len(parameters):
        return False
    own = value.types or (None,) * len(parameters)
    takes = all(fits(given, offered or ANY, named) for given, offered in zip(parameters, own, strict=True))
    return takes and (value.result is None or fits(value.result, result, named))


def fits(given: Type, wanted: Type, named: NamedTypes) -> bool:
    """Whether every value of one type is of the other."""
    if wanted.name in ("Any", "any") or given == wanted:
        return True
    if given.name in named:
        return fits(named[given.name].type, wanted, named)
    if wanted.name in named:
        return fits(given, named[wanted.name].type, named)
    if given.name != wanted.name:
        return False
    if wanted.name == "function":
        return _function_fits(given, wanted, named)
    if wanted.name == "context":
        members = dict(given.members)
        return all(name in members and fits(members[name], member, named) for name, member in wanted.members)
    if not wanted.elements:
        return True
    return bool(given.elements) and fits(given.elements[0], wanted.elements[0], named)


def _function_fits(given: Type, wanted: Type, named: NamedTypes) -> bool:
    if len(given.elements) != len(wanted.elements):
        return False
    pairs = list(zip(given.elements, wanted.elements, strict=True))
    return all(fits(need, offer, named) for offer, need in pairs[:-1]) and fits(*pairs[-1], named)


def coerce(value: Any, wanted: Type | None, named: NamedTypes, budget: Budget) -> Any:
    """The value as the wanted type: itself, out of or into a list of one, a date as midnight; None when it is not."""
    if value is None or wanted is None or conforms(value, wanted, named, budget):
        return value
    if isinstance(value, list) and len(value) == 1 and conforms(value[0], wanted, named, budget):
        return value[0]
    if not isinstance(value, list) and conforms([value], wanted, named, budget):
        return [value]
    if type(value) is date:
        moment = midnight(value)
        if conforms(moment, wanted, named, budget):
            return moment
    return None


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
