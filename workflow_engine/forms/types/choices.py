"""One or several answers of a list: written in the form, or offered by a provider that ``valuesKey`` names."""

from collections.abc import Sequence
from dataclasses import dataclass

from workflow_engine.forms.messages import CHOOSE, NOT_IN_LIST, TOO_MANY_CHOSEN
from workflow_engine.forms.schema import Choice, Circumstances, Component, Field, FieldType, Refused, Where, token_of

MOST_CHOSEN = 100


@dataclass(frozen=True)
class ChoiceSettings:
    """Either ``choices`` or the name of a ``provider``."""

    choices: tuple[Choice, ...]
    provider: str


def _read(component: Component, where: Where) -> ChoiceSettings:
    values, provider = component.get("values"), component.get("valuesKey", "")
    if bool(values) == bool(provider):
        raise where.wrong("give the answers either as values or by valuesKey")
    english = component.get("properties", {})
    choices = tuple(
        Choice(each["value"], each["label"], english.get(f"value_en_{token_of(each['value'])}", ""))
        for each in values or ()
    )
    if len({choice.token for choice in choices}) != len(choices):
        raise where.wrong("two answers have the same value")
    return ChoiceSettings(choices, provider)


def answers(field: Field, circumstances: Circumstances) -> Sequence[Choice]:
    """The answers that may be given now."""
    return circumstances.choices.get(field.choices_from, ()) if field.choices_from else field.choices


def _coerce_one(field: Field, raw: object) -> object:
    """The token, or the value itself when the form knows it."""
    if raw is None or raw == "":
        return None
    if not isinstance(raw, str | bool | int | float):
        raise Refused(NOT_IN_LIST)
    token = token_of(raw)
    if not token or len(token) > 500:
        raise Refused(NOT_IN_LIST)
    known = {choice.token: choice.value for choice in field.choices}
    return known.get(token, token)


def _coerce_many(field: Field, raw: object) -> list[object]:
    if raw is None or raw == "":
        return []
    if not isinstance(raw, list | tuple):
        raw = [raw]
    if len(raw) > MOST_CHOSEN:
        raise Refused(TOO_MANY_CHOSEN, most=MOST_CHOSEN)
    values = [_coerce_one(field, each) for each in raw]
    return list(dict.fromkeys(value for value in values if value is not None))


def _check_one(field: Field, value: object, circumstances: Circumstances) -> None:
    if value is not None and token_of(value) not in {choice.token for choice in answers(field, circumstances)}:
        raise Refused(NOT_IN_LIST)


def _check_many(field: Field, value: object, circumstances: Circumstances) -> None:
    for each in value if isinstance(value, list) else ():
        _check_one(field, each, circumstances)


def _show(field: Field, value: object, circumstances: Circumstances, language: str) -> str:
    chosen = value if isinstance(value, list) else [] if value is None else [value]
    labels = {choice.token: choice for choice in answers(field, circumstances)}
    return "; ".join(_label(labels.get(token_of(each)), language) or token_of(each) for each in chosen)


def _label(choice: Choice | None, language: str) -> str:
    if choice is None:
        return ""
    return (choice.label_en if language == "en" else "") or choice.label


_VALUES = {
    "values": {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["label", "value"],
            "additionalProperties": False,
            "properties": {"label": {"type": "string"}, "value": {"type": ["string", "boolean", "number"]}},
        },
    },
    "valuesKey": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"},
    "validate": {
        "type": "object",
        "additionalProperties": False,
        "properties": {"required": {"type": "boolean"}},
    },
}
_ONE = _VALUES | {"searchable": {"type": "boolean"}, "defaultValue": {"type": ["string", "boolean", "number"]}}
_MANY = _VALUES | {"defaultValue": {"type": "array"}}

TYPES = (
    FieldType("radio", "input", _ONE, _read, _coerce_one, _check_one, _show, missing=CHOOSE),
    FieldType("select", "input", _ONE, _read, _coerce_one, _check_one, _show, missing=CHOOSE),
    FieldType("checklist", "input", _MANY, _read, _coerce_many, _check_many, _show, [], CHOOSE, has_many=True),
    FieldType("taglist", "input", _MANY, _read, _coerce_many, _check_many, _show, [], CHOOSE, has_many=True),
)
