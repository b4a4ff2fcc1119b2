"""Text of one line and of many lines."""

import unicodedata
from dataclasses import dataclass

import regex

from workflow_engine.forms.messages import (
    ENTER,
    HIDDEN_CHARACTER,
    NOT_TEXT,
    PATTERN_TOO_SLOW,
    TOO_LONG,
    TOO_SHORT,
    WRONG_PATTERN,
    WRONG_PATTERN_LIKE,
)
from workflow_engine.forms.schema import Circumstances, Component, Field, FieldType, Refused, Where
from workflow_engine.forms.validators import VALIDATORS

LONGEST_LINE = 500
LONGEST_TEXT = 10_000
PATTERN_SECONDS = 0.1
_PLAIN_NUMBER = {"type": "integer", "minimum": 0, "maximum": LONGEST_TEXT}


@dataclass(frozen=True)
class TextSettings:
    """Bounds in characters, a pattern with JavaScript's meaning of \\d and \\w, the name of a validator."""

    shortest: int
    longest: int
    pattern: "regex.Pattern[str] | None"
    validator: str
    has_lines: bool


def _read(component: Component, where: Where) -> TextSettings:
    rules = component.get("validate", {})
    has_lines = component["type"] == "textarea"
    validator = rules.get("validationType") or component.get("properties", {}).get("validator", "")
    if validator == "custom":
        validator = ""
    if validator and validator not in VALIDATORS:
        raise where.wrong(f"there is no validator {validator!r}; the known ones are {', '.join(sorted(VALIDATORS))}")
    return TextSettings(
        shortest=rules.get("minLength") or 0,
        longest=rules.get("maxLength") or (LONGEST_TEXT if has_lines else LONGEST_LINE),
        pattern=_pattern(rules.get("pattern"), where),
        validator=validator,
        has_lines=has_lines,
    )


def _pattern(text: str | None, where: Where) -> "regex.Pattern[str] | None":
    if not text:
        return None
    try:
        # ASCII: in JavaScript, for which form-js patterns are written, \d is 0-9 only.
        return regex.compile(text, flags=regex.ASCII)
    except regex.error as error:
        raise where.wrong(f"the pattern {text!r} is not a regular expression: {error}") from error


def _coerce(field: Field, raw: object) -> str:
    if raw is None:
        return ""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise Refused(NOT_TEXT)
    if not isinstance(raw, str):
        raw = str(raw) if abs(raw) < 10**18 else ""
    settings: TextSettings = field.settings
    if len(raw) > 4 * settings.longest + 1000:
        raise Refused(TOO_LONG, most=settings.longest, length=len(raw))
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n")).strip()
    allowed = "\n\t" if settings.has_lines else ""
    if not settings.has_lines:
        text = " ".join(text.splitlines()).replace("\t", " ").strip()
    for position, character in enumerate(text, start=1):
        if unicodedata.category(character) in ("Cc", "Cs", "Cn", "Co") and character not in allowed:
            raise Refused(HIDDEN_CHARACTER, position=position)
    return VALIDATORS[settings.validator].tidy(text) if settings.validator else text


def _check(field: Field, value: object, circumstances: Circumstances) -> None:
    text, settings = str(value), field.settings
    if len(text) > settings.longest:
        raise Refused(TOO_LONG, most=settings.longest, length=len(text))
    if text and len(text) < settings.shortest:
        raise Refused(TOO_SHORT, least=settings.shortest, length=len(text))
    if not text:
        return
    if settings.validator and not VALIDATORS[settings.validator].accepts(text):
        raise Refused(VALIDATORS[settings.validator].msgid)
    if settings.pattern is not None:
        try:
            matches = settings.pattern.search(text, timeout=PATTERN_SECONDS)
        except TimeoutError as error:
            raise Refused(PATTERN_TOO_SLOW) from error
        if not matches:
            raise Refused(WRONG_PATTERN_LIKE if field.example else WRONG_PATTERN, example=field.example)


_RULES = {
    "validate": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "required": {"type": "boolean"},
            "minLength": _PLAIN_NUMBER,
            "maxLength": _PLAIN_NUMBER,
            "pattern": {"type": "string", "maxLength": 500},
            "validationType": {"enum": ["email", "phone", "custom"]},
        },
    },
    "defaultValue": {"type": "string"},
    "appearance": {"type": "object"},
}

TYPES = (
    FieldType("textfield", "input", _RULES, _read, _coerce, _check, empty="", missing=ENTER),
    FieldType("textarea", "input", _RULES, _read, _coerce, _check, empty="", missing=ENTER),
)
