"""What a form shows before anybody types: the person's own last round, else the same path of the start form.

Also the restricted form: for a supplement only what was asked for is open, all else stands as it was filed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from workflow_engine.forms.coercion import coerced, is_empty
from workflow_engine.forms.paths import as_mapping, is_list, rows_of
from workflow_engine.forms.schema import Choice, Field, Form, walk
from workflow_engine.forms.types import registry


def prefill(
    form: Form,
    previous: Mapping[str, Any],
    start_values: Mapping[str, Any],
    *,
    scope: Mapping[str, object] = {},
) -> dict[str, Any]:
    """Values for all fields of the form. Give the result to ``validate`` as ``previous``.

    ``previous``: this form's own last round, {} in the first; ``start_values``: the start form as it stands now;
    ``scope``: variables, read by read-only fields of the same name. A field with ``ask_again`` starts empty.
    """
    return _filled(form.components, previous, start_values, scope)


def _filled(
    components: tuple[Field, ...], own: Mapping[str, Any], start: Mapping[str, Any], scope: Mapping[str, object]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for each in components:
        kind = registry()[each.type]
        if is_list(each):
            values[each.key] = _filled_rows(each, rows_of(own, each.key), rows_of(start, each.key))
        elif each.components and each.key:
            inside = as_mapping(own.get(each.key)), as_mapping(start.get(each.key))
            values[each.key] = _filled(each.components, *inside, {})
        elif each.components:
            values |= _filled(each.components, own, start, scope)
        elif kind.kind == "input" and not kind.is_computed:
            values[each.key] = _value(each, own, start, scope)
    return values


def _value(field: Field, own: Mapping[str, Any], start: Mapping[str, Any], scope: Mapping[str, object]) -> Any:
    if field.is_asked_again:
        sources: tuple[Mapping[str, Any], ...] = ()
    elif field.is_readonly:
        # What is only shown must be what stands now, not what was shown in the last round.
        sources = (start, scope, own)
    else:
        sources = (own, start)
    for source in sources:
        if field.key in source:
            value = coerced(field, source[field.key])
            if not is_empty(field, value) or source is own:
                return value
    return coerced(field, field.default)


def _filled_rows(field: Field, own: Sequence[Any], start: Sequence[Any]) -> list[dict[str, Any]]:
    components = field.components
    if field.is_asked_again:
        own, start = (), ()
    if not field.settings.is_open and start:
        return [_filled(components, _same_row(field, own, as_mapping(row)), as_mapping(row), {}) for row in start]
    rows = [_filled(components, as_mapping(row), {}, {}) for row in own]
    rows = rows or [_filled(components, {}, as_mapping(row), {}) for row in start]
    return rows or [_filled(components, {}, {}, {}) for _ in range(field.settings.repetitions)]


def _same_row(field: Field, own: Sequence[Any], row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row of the last round about the same thing: rows may have moved since the applicant changed the list."""
    shown = [each.key for each in walk(field.components) if each.is_readonly]
    for candidate in own:
        candidate = as_mapping(candidate)
        if all(candidate.get(key) == row.get(key) for key in shown):
            return candidate
    return {}


def supplement_items(form: Form) -> tuple[Choice, ...]:
    """What can be asked for again in this (start) form: each upload by its key, each section by its id."""
    items = []
    for section in form.components:
        inner = section.components if section.type == "group" else (section,)
        if section.type == "group" and any(each.type not in ("filepicker", "text") for each in inner):
            items.append(Choice(section.id, section.label, section.label_en))
    items += [Choice(each.key, each.label, each.label_en) for each in form.fields() if each.type == "filepicker"]
    return tuple(items)


def restrict(form: Form, open_items: Collection[str]) -> Form:
    """The same form in which only these items (keys of fields and lists, ids of groups) can be changed.

    What appears only because of an open field is open too; so is what is marked ``always_open`` (a pledge).
    """
    opened = set(open_items)
    while True:
        keys = {each.key for each in _open_fields(form.components, opened) if each.key}
        more = {
            each.id
            for each in form.fields()
            if each.hide_when is not None and each.id not in opened and _names(each) & keys
        }
        if not more:
            return replace(form, components=tuple(_restricted(each, opened) for each in form.components))
        opened |= more


def _names(field: Field) -> set[str]:
    return {name.split(".")[0] for name in field.hide_when.names} if field.hide_when else set()


def _is_open(field: Field, opened: Collection[str]) -> bool:
    return (
        field.id in opened or bool(field.key and field.key in opened) or field.properties.get("always_open") == "true"
    )


def _open_fields(components: tuple[Field, ...], opened: Collection[str]) -> list[Field]:
    found: list[Field] = []
    for each in components:
        found += walk((each,)) if _is_open(each, opened) else _open_fields(each.components, opened)
    return found


def _restricted(field: Field, opened: Collection[str]) -> Field:
    if _is_open(field, opened):
        return field
    if is_list(field):
        settings = replace(field.settings, is_open=False)
        return replace(field, settings=settings, components=tuple(_restricted(each, ()) for each in field.components))
    if field.components:
        return replace(field, components=tuple(_restricted(each, opened) for each in field.components))
    if registry()[field.type].kind == "input" and not registry()[field.type].is_computed:
        return replace(field, is_readonly=True, readonly_when=None)
    return field
