"""Names and paths: finding a variable in the scopes, and the members of values."""

from typing import Any

from workflow_engine.feel import syntax, temporal
from workflow_engine.feel.functions.registry import BUILT_IN, as_function
from workflow_engine.feel.limits import Budget
from workflow_engine.feel.site import Site
from workflow_engine.feel.values import PLAIN, Closure, Frame, Range, from_host

MISSING = object()


def converted(value: Any, budget: Budget) -> Any:
    """A variable of the host as a FEEL value; lists and contexts are converted once in an evaluation."""
    of_type = type(value)
    if of_type in PLAIN:
        return value
    if of_type is list or of_type is dict:
        key = id(value)
        if key not in budget.converted:
            # The original is kept too: an id is unique only while its object lives.
            budget.converted[key] = (from_host(value), value)
        return budget.converted[key][0]
    return from_host(value)


def find(frame: Frame, name: str) -> Any:
    """The value of a variable in the nearest scope that has it, or MISSING."""
    scope: Frame | None = frame
    while scope is not None:
        if name in scope.variables:
            value = scope.variables[name]
            return value if scope.parent is not None else converted(value, scope.budget)
        scope = scope.parent
    return MISSING


def name(node: syntax.Name, site: Site) -> Closure:
    wanted = node.name
    missing = as_function(wanted) if wanted in BUILT_IN else None
    # A parameter may be called "Person.Gender"; where none is, the same words are a path.
    first, *keys = wanted.split(".")
    as_path = _static_path(first, tuple(keys)) if keys else None

    def look_up(frame: Frame) -> Any:
        scope: Frame | None = frame
        while scope is not None:
            variables = scope.variables
            if wanted in variables:
                value = variables[wanted]
                return value if scope.parent is not None else converted(value, scope.budget)
            scope = scope.parent
        return as_path(frame) if as_path is not None else missing

    return look_up


def path(node: syntax.Path, site: Site) -> Closure:
    keys = [node.name]
    source = node.source
    while isinstance(source, syntax.Path):
        keys.insert(0, source.name)
        source = source.source
    if isinstance(source, syntax.Name):
        return _static_path(source.name, tuple(keys))
    of_source, wanted = site.build(node.source), node.name

    def get_member(frame: Frame) -> Any:
        return member(of_source(frame), wanted, frame.budget)

    return get_member


def _static_path(first: str, keys: tuple[str, ...]) -> Closure:
    """A path from a variable; only its last value is converted, however large the variable is."""

    def walk(frame: Frame) -> Any:
        scope: Frame | None = frame
        while scope is not None and first not in scope.variables:
            scope = scope.parent
        if scope is None:
            return None
        value = scope.variables[first]
        for key in keys:
            is_plain = type(value) is dict
            value = value.get(key) if is_plain else member(converted(value, frame.budget), key, frame.budget)
        return value if scope.parent is not None else converted(value, frame.budget)

    return walk


def member(value: Any, wanted: str, budget: Budget) -> Any:
    """``value.wanted``; of a list the list of its items' members."""
    of_type = type(value)
    if of_type is dict:
        return value.get(wanted)
    if value is None or of_type is str:
        return None
    if of_type is list:
        budget.tick(len(value))
        return [member(item, wanted, budget) for item in value]
    if of_type is Range:
        return {
            "start": value.low,
            "end": value.high,
            "start included": value.low_closed,
            "end included": value.high_closed,
        }.get(wanted)
    return temporal.part(value, wanted)
