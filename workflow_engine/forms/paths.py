"""Walking a form along its values: groups without a path are looked through, lists hold rows."""

from collections.abc import Iterator, Mapping
from typing import Any

from workflow_engine.forms.schema import Field


def level(components: tuple[Field, ...]) -> Iterator[Field]:
    """The components whose values lie side by side in one mapping."""
    for each in components:
        if each.components and not each.key:
            yield from level(each.components)
        elif each.key:
            yield each


def is_list(field: Field) -> bool:
    """Holds rows."""
    return field.type == "dynamiclist"


def path_of(prefix: str, field: Field) -> str:
    """The path of a component: its key, or its id when it holds no value, after the path it lies in."""
    return f"{prefix}{field.key or field.id}"


def inner_prefix(prefix: str, field: Field) -> str:
    """What the paths inside a group begin with."""
    return f"{prefix}{field.key}." if field.key else prefix


def rows_of(values: Mapping[str, Any], key: str) -> list[Any]:
    """The rows under ``key``, none if there is no list."""
    rows = values.get(key)
    return rows if isinstance(rows, list) else []


def as_mapping(value: object) -> Mapping[str, Any]:
    """The value if it is a mapping, else an empty one."""
    return value if isinstance(value, Mapping) else {}
