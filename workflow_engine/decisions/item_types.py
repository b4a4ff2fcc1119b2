"""Item definitions: the types a decision model gives names to."""

from collections.abc import Callable
from typing import Any

from workflow_engine import feel
from workflow_engine.decisions.reading import Element, child, children, text_in
from workflow_engine.errors import ModelError
from workflow_engine.feel.limits import Budget
from workflow_engine.feel.syntax import Type
from workflow_engine.feel.types import ItemType
from workflow_engine.feel.values import Frame

BUILT_IN_TYPES = {
    name: name
    for name in ("Any", "number", "string", "boolean", "date", "time", "date and time", "context", "list", "range")
} | {
    "any": "Any",
    "function": "function",
    "days and time duration": "days and time duration",
    "years and months duration": "years and months duration",
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "integer": "number",
    "long": "number",
    "double": "number",
    "decimal": "number",
    "duration": "days and time duration",
}


def read_types(root: Element, file_name: str) -> dict[str, ItemType]:
    """The named types of a model; components with allowed values get a name of their own."""
    named: dict[str, ItemType] = {}
    for definition in children(root, "itemDefinition"):
        _define(definition, _name(definition), named, file_name)
    return named


def reference(text: str | None, named: dict[str, ItemType]) -> Type | None:
    """The type a ``typeRef`` means; None when it says nothing or names a type this file does not have."""
    if not text:
        return None
    text = " ".join(text.split())
    for name in (text, text.rpartition(":")[2]):
        if name in named:
            return Type(name)
        if name in BUILT_IN_TYPES:
            return Type(BUILT_IN_TYPES[name])
    return None


def _name(element: Element) -> str:
    return " ".join((element.get("name") or "").split())


def _define(definition: Element, name: str, named: dict[str, ItemType], file_name: str) -> None:
    type_ref = child(definition, "typeRef")
    components = children(definition, "itemComponent")
    function = child(definition, "functionItem")
    if components:
        for component in components:
            _define(component, f"{name}/{_name(component)}", named, file_name)
        shape = Type("context", (), tuple((_name(one), Type(f"{name}/{_name(one)}")) for one in components))
    elif function is not None:
        shape = _function_type(function)
    else:
        shape = Type(_plain(type_ref.text if type_ref is not None else None))
    constraint = child(definition, "typeConstraint", "allowedValues")
    allowed = _allowed(text_in(constraint), name, file_name)
    if definition.get("isCollection") == "true":
        named[f"{name}/item"] = ItemType(shape, allowed)
        named[name] = ItemType(Type("list", (Type(f"{name}/item"),)))
    else:
        named[name] = ItemType(shape, allowed)


def _function_type(function: Element) -> Type:
    parameters = [Type(_plain(parameter.get("typeRef"))) for parameter in children(function, "parameters")]
    return Type("function", (*parameters, Type(_plain(function.get("outputTypeRef")))))


def _plain(text: str | None) -> str:
    """A type's name without a namespace prefix, built-in names in FEEL's spelling."""
    name = " ".join((text or "Any").split())
    bare = name.rpartition(":")[2]
    return BUILT_IN_TYPES.get(name) or BUILT_IN_TYPES.get(bare) or bare


def _allowed(text: str, name: str, file_name: str) -> Callable[[Any, Budget], bool | None] | None:
    if not text:
        return None
    try:
        tests = feel.compile_unary_tests(text, where=f"{file_name}, {name}")
    except feel.FeelError as error:
        raise ModelError(error.message, file=file_name, element=name) from error
    return lambda value, budget: tests.run(Frame({}, None, budget), value)
