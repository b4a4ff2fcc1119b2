"""Reading a form: form-js JSON in, frozen dataclasses out, or a ModelError that names file and field.

Rule: what we would not run as form-js means it is refused, never ignored.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from workflow_engine.errors import ModelError
from workflow_engine.feel import Expression, FeelError, compile
from workflow_engine.forms.json_schema import validator_of
from workflow_engine.forms.schema import Component, Field, Form, Where, walk
from workflow_engine.forms.types import registry

LARGEST_FORM = 1_000_000
DEEPEST = 5


def parse_form(key: str, text: str) -> Form:
    """The form of ``text``; ``key`` is its path under ``forms/`` without the ending."""
    file = f"forms/{key}.form"
    source = _load(text, file)
    if source.get("id", key) != key:
        raise ModelError(f"the id is {source['id']!r}, the file says {key!r}", file=file)
    components = _read_all(source["components"], file, depth=1)
    _refuse_doubles(components, file)
    heading = next((each for each in components if each.type == "text" and each.settings.level), None)
    return Form(
        key=key,
        title=heading.settings.text if heading else key,
        title_en=heading.settings.text_en if heading else "",
        components=components,
    )


def _load(text: str, file: str) -> Mapping[str, Any]:
    if len(text) > LARGEST_FORM:
        raise ModelError(f"the form is longer than {LARGEST_FORM} characters", file=file)
    try:
        source = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"this is no JSON: {error}", file=file) from error
    _refuse_unknown(source, "", Where(file, ""))
    return dict(source)


def _refuse_unknown(source: object, type_name: str, where: Where) -> None:
    """The first thing in a component (or in the form itself, type "") that we do not know, as a sentence."""
    fault = next(validator_of(type_name).iter_errors(source), None)
    if fault is not None:
        place = ".".join(str(part) for part in fault.absolute_path)
        raise where.wrong(f"{place}: {fault.message}" if place else fault.message)


def _read_all(sources: Iterable[object], file: str, depth: int) -> tuple[Field, ...]:
    return tuple(_read(source, file, depth, position) for position, source in enumerate(sources, start=1))


def _read(source: object, file: str, depth: int, position: int) -> Field:
    if not isinstance(source, Mapping):
        raise ModelError("a component is an object", file=file, element=f"component {position}")
    where = Where(file, str(source.get("id") or source.get("key") or f"component {position}"))
    kind = registry().get(str(source.get("type")))
    if kind is None:
        raise where.wrong(f"there is no field type {source.get('type')!r}; the known ones are {', '.join(registry())}")
    if depth > DEEPEST:
        raise where.wrong(f"groups and lists lie at most {DEEPEST} deep")
    _refuse_unknown(source, kind.name, where)
    properties = source.get("properties", {})
    layout, readonly = source.get("layout", {}), source.get("readonly", False)
    message = properties.get("validate_message", "")
    return Field(
        id=source["id"],
        type=kind.name,
        key=source.get("key", "") or source.get("path", ""),
        label=source.get("label") or source.get("dateLabel") or source.get("timeLabel") or "",
        label_en=properties.get("label_en", ""),
        description=source.get("description", ""),
        description_en=properties.get("description_en", ""),
        is_required=source.get("validate", {}).get("required", False),
        is_readonly=readonly is True,
        readonly_when=_expression(readonly, where) if isinstance(readonly, str) else None,
        hide_when=_expression(source.get("conditional", {}).get("hide", ""), where),
        rule=_expression(properties.get("validate_feel", ""), where),
        message=_expression(message, where) or message if message.startswith("=") else message,
        message_en=properties.get("validate_message_en", ""),
        default=source.get("defaultValue"),
        properties=properties,
        settings=kind.read(source, where),
        components=_read_inner(source, file, depth, where),
        row=layout.get("row", ""),
        columns=layout.get("columns") or 0,
    )


def _read_inner(source: Component, file: str, depth: int, where: Where) -> tuple[Field, ...]:
    inner = _read_all(source.get("components", ()), file, depth + 1)
    if source["type"] == "dynamiclist" and source.get("allowAddRemove", True):
        for each in walk(inner):
            # Rows are numbered anew when one is removed: the old value of a row could land in another.
            if each.is_readonly or each.readonly_when:
                raise where.wrong(f"{each.id} is read-only, so the list needs allowAddRemove: false")
    return inner


def _expression(text: str, where: Where) -> Expression | None:
    if not text:
        return None
    if not text.startswith("="):
        raise where.wrong(f"the expression {text!r} does not begin with =")
    try:
        return compile(text[1:], where=f"{where.file}, {where.element}")
    except FeelError as error:
        raise where.wrong(f"the expression {text!r} can not be read: {error}") from error


def _refuse_doubles(components: tuple[Field, ...], file: str) -> None:
    """Ids are unique in the form, keys in their level (a group without a path is no level)."""
    ids = Counter(each.id for each in walk(components))
    for name, count in ids.items():
        if count > 1:
            raise ModelError("two components have this id", file=file, element=name)
    _refuse_double_keys(components, file)


def _refuse_double_keys(components: tuple[Field, ...], file: str) -> None:
    level = list(_level(components))
    for name, count in Counter(each.key for each in level if each.key).items():
        if count > 1:
            raise ModelError("two components have this key", file=file, element=name)
    for each in level:
        if each.components:
            _refuse_double_keys(each.components, file)


def _level(components: tuple[Field, ...]) -> Iterable[Field]:
    for each in components:
        if each.components and not each.key:
            yield from _level(each.components)
        else:
            yield each
