"""Numbers, as a Vietnamese writes them (1.500.000,5) or as a browser sends them (1500000.5)."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import regex

from workflow_engine.forms.messages import ENTER, NOT_NUMBER, NOT_WHOLE, TOO_LARGE, TOO_MANY_DECIMALS, TOO_SMALL
from workflow_engine.forms.schema import Circumstances, Component, Field, FieldType, Refused, Where

MOST_DIGITS = 15  # what a JSON number keeps exactly
_WRITTEN = regex.compile(r"[+-]?\d{1,15}(?:[.]\d{1,15})?", flags=regex.ASCII)
_GROUPED = regex.compile(r"[+-]?\d{1,3}(?:[. ]\d{3})+(?:,\d{1,15})?", flags=regex.ASCII)


@dataclass(frozen=True)
class NumberSettings:
    """Bounds (inclusive) and digits after the comma; None is no bound."""

    least: Decimal | None
    most: Decimal | None
    decimals: int | None
    prefix: str
    suffix: str


def _read(component: Component, where: Where) -> NumberSettings:
    rules, appearance = component.get("validate", {}), component.get("appearance", {})
    least, most = (None if rules.get(name) is None else Decimal(str(rules[name])) for name in ("min", "max"))
    if least is not None and most is not None and least > most:
        raise where.wrong("min is greater than max")
    return NumberSettings(
        least,
        most,
        component.get("decimalDigits"),
        appearance.get("prefixAdorner", ""),
        appearance.get("suffixAdorner", ""),
    )


def _coerce(field: Field, raw: object) -> int | float | None:
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise _refusal(field)
    if isinstance(raw, str):
        number = _read_text(raw, field)
    elif abs(raw) < 10**MOST_DIGITS:  # false for a float that is no number, too
        number = Decimal(repr(raw))
    else:
        raise _refusal(field)
    if number is None:
        return None
    if len(number.normalize().as_tuple().digits) > MOST_DIGITS or abs(number) >= 10**MOST_DIGITS:
        raise _refusal(field)
    return int(number) if number == number.to_integral_value() else float(number)


def _read_text(raw: str, field: Field) -> Decimal | None:
    text = raw[:60].strip()
    if not text:
        return None
    if _GROUPED.fullmatch(text) and (field.settings.decimals == 0 or "," in text or text.count(".") != 1):
        text = text.replace(".", "").replace(" ", "")
    text = text.replace(",", ".")
    if len(raw) > 60 or not _WRITTEN.fullmatch(text):
        raise _refusal(field)
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise _refusal(field) from error


def _refusal(field: Field) -> Refused:
    return Refused(NOT_NUMBER, example=field.example or "10")


def _check(field: Field, value: object, circumstances: Circumstances) -> None:
    settings: NumberSettings = field.settings
    number = Decimal(repr(value))
    exponent = number.normalize().as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    if settings.decimals is not None and decimals > settings.decimals:
        raise Refused(TOO_MANY_DECIMALS if settings.decimals else NOT_WHOLE, most=settings.decimals)
    if settings.least is not None and number < settings.least:
        raise Refused(TOO_SMALL, least=_written(settings.least, "vi"), least_en=_written(settings.least, "en"))
    if settings.most is not None and number > settings.most:
        raise Refused(TOO_LARGE, most=_written(settings.most, "vi"), most_en=_written(settings.most, "en"))


def _written(number: Decimal, language: str) -> str:
    text = f"{number:,f}"
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


def _show(field: Field, value: object, circumstances: Circumstances, language: str) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    parts = (field.settings.prefix, _written(Decimal(repr(value)), language), field.settings.suffix)
    return " ".join(part for part in parts if part)


TYPES = (
    FieldType(
        "number",
        "input",
        {
            "decimalDigits": {"type": "integer", "minimum": 0, "maximum": 10},
            "increment": {"type": ["number", "string"]},
            "appearance": {"type": "object"},
            "defaultValue": {"type": "number"},
            "validate": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "required": {"type": "boolean"},
                    "min": {"type": "number"},
                    "max": {"type": "number"},
                },
            },
        },
        _read,
        _coerce,
        _check,
        _show,
        missing=ENTER,
    ),
)
