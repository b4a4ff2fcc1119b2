"""A value worked out by an expression; it is never read from the request."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from workflow_engine.feel import Expression, compile
from workflow_engine.forms.schema import Component, Field, FieldType, Where


@dataclass(frozen=True)
class ComputedSettings:
    """The expression of the value."""

    expression: Expression


def _read(component: Component, where: Where) -> ComputedSettings:
    text = component.get("expression", "")
    if not text.startswith("="):
        raise where.wrong("the expression of a computed field begins with =")
    return ComputedSettings(compile(text[1:], where=f"{where.file}, {where.element}"))


def _coerce(field: Field, raw: object) -> object:
    """A value of FEEL as it is stored: numbers, text, dates in ISO 8601."""
    if isinstance(raw, Decimal):
        return int(raw) if raw == raw.to_integral_value() else float(raw)
    if isinstance(raw, date | datetime | time):
        return raw.isoformat()
    return raw if isinstance(raw, str | bool | int | float) else None


TYPES = (
    FieldType(
        "expression",
        "input",
        {"expression": {"type": "string"}, "computeOn": {"enum": ["change", "presubmit"]}},
        _read,
        _coerce,
        is_computed=True,
    ),
)
