"""Raw values to typed values, faults put aside by path: a fault in a hidden field does not count.

Rule: a read-only field takes its value from before, or from the variable of its name; a list that is not open
has exactly the rows it had before.
"""

from collections.abc import Mapping
from typing import Any

from workflow_engine.forms.messages import NOT_FIELDS, NOT_ROWS, TOO_MANY_ROWS
from workflow_engine.forms.paths import as_mapping, inner_prefix, is_list, path_of, rows_of
from workflow_engine.forms.schema import Circumstances, Field, Refused
from workflow_engine.forms.types import registry

Faults = dict[str, Refused]


def is_empty(field: Field, value: object) -> bool:
    """Nothing was entered: no text, no choice, no tick, no row. Zero is something, and so is "no" as a choice."""
    is_no_tick = value is False and registry()[field.type].empty is False
    return value is None or is_no_tick or value == "" or value == []


def coerced(field: Field, raw: object) -> Any:
    """The typed value of one field, its empty value when ``raw`` can not be one."""
    try:
        return registry()[field.type].coerce(field, raw)
    except Refused:
        return registry()[field.type].empty


def locked_value(field: Field, previous: Mapping[str, Any], around: Circumstances, is_top: bool) -> Any:
    """The value of a read-only field: what it held, else the variable of its name, else its default."""
    value = coerced(field, previous.get(field.key))
    if is_empty(field, value) and is_top:
        value = coerced(field, around.scope.get(field.key))
    return coerced(field, field.default) if is_empty(field, value) and field.default is not None else value


def typed_values(
    components: tuple[Field, ...],
    raw: Mapping[str, Any],
    previous: Mapping[str, Any],
    around: Circumstances,
    faults: Faults,
    prefix: str = "",
) -> dict[str, Any]:
    """Every field of the form with its typed value; what could not be typed is empty and stands in ``faults``."""
    values: dict[str, Any] = {}
    for each in components:
        path = path_of(prefix, each)
        kind = registry()[each.type]
        if is_list(each):
            values[each.key] = _rows(each, raw.get(each.key), rows_of(previous, each.key), around, faults, path)
        elif each.components:
            inner = raw.get(each.key) if each.key else raw
            if not isinstance(inner, Mapping | None):
                faults[path] = Refused(NOT_FIELDS)
            old = as_mapping(previous.get(each.key)) if each.key else previous
            inside = typed_values(each.components, as_mapping(inner), old, around, faults, inner_prefix(prefix, each))
            values |= {each.key: inside} if each.key else inside
        elif each.is_readonly:
            values[each.key] = locked_value(each, previous, around, not prefix)
        elif kind.kind == "input" and not kind.is_computed:
            try:
                values[each.key] = kind.coerce(each, raw.get(each.key))
            except Refused as refused:
                values[each.key] = kind.empty
                faults[path] = refused
    return values


def _rows(
    field: Field, raw: object, before: list[Any], around: Circumstances, faults: Faults, path: str
) -> list[dict[str, Any]]:
    if raw is None or raw == "":
        raw = []
    if not isinstance(raw, list | tuple):
        faults[path] = Refused(NOT_ROWS)
        raw = []
    most = field.settings.most
    if field.settings.is_open and len(raw) > most:
        faults[path] = Refused(TOO_MANY_ROWS, most=most, count=len(raw))
    count = min(len(raw), most) if field.settings.is_open else len(before)
    rows = []
    for number in range(count):
        sent = raw[number] if number < len(raw) else {}
        if not isinstance(sent, Mapping):
            faults[f"{path}.{number}"] = Refused(NOT_FIELDS)
        old = as_mapping(before[number]) if number < len(before) else {}
        rows.append(typed_values(field.components, as_mapping(sent), old, around, faults, f"{path}.{number}."))
    return rows
