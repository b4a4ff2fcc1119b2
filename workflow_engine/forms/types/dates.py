"""Dates and times. Stored as ISO 8601 text as form-js does (2026-12-31, 08:30, 2026-12-31T08:30); shown dd/mm/yyyy.

Times have no zone: they are the wall clock of the authority.
"""

from dataclasses import dataclass
from datetime import date, datetime, time

import regex

from workflow_engine.forms.messages import ENTER, NOT_DATE, NOT_DATE_TIME, NOT_TIME, PASSED_DATE
from workflow_engine.forms.schema import Circumstances, Component, Field, FieldType, Refused, Where

_ISO_DATE = regex.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", flags=regex.ASCII)
_WRITTEN_DATE = regex.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", flags=regex.ASCII)
_TIME = regex.compile(r"(\d{1,2})[:hg](\d{2})(?::\d{2}(?:\.\d+)?)?", flags=regex.ASCII)
_ADVICE = {"date": NOT_DATE, "time": NOT_TIME, "datetime": NOT_DATE_TIME}


@dataclass(frozen=True)
class DateSettings:
    """``subtype``: date, time or datetime."""

    subtype: str
    is_future_only: bool


def _read(component: Component, where: Where) -> DateSettings:
    if component["subtype"] == "time" and component.get("disallowPassedDates"):
        raise where.wrong("a time of day has no passed dates")
    return DateSettings(component["subtype"], bool(component.get("disallowPassedDates")))


def _coerce(field: Field, raw: object) -> str | None:
    subtype = field.settings.subtype
    if raw is None or raw == "":
        return None
    if not isinstance(raw, str) or len(raw) > 40:
        raise Refused(_ADVICE[subtype])
    text = raw.strip()
    if not text:
        return None
    try:
        if subtype == "date":
            return _date(text).isoformat()
        if subtype == "time":
            return _time(text).isoformat("minutes")
        day, _, clock = text.replace("T", " ").partition(" ")
        return datetime.combine(_date(day), _time(clock.strip())).isoformat(timespec="minutes")
    except ValueError as error:
        raise Refused(_ADVICE[subtype]) from error


def _date(text: str) -> date:
    if found := _ISO_DATE.fullmatch(text):
        year, month, day = found.groups()
    elif found := _WRITTEN_DATE.fullmatch(text):
        day, month, year = found.groups()
    else:
        raise ValueError(text)
    if not 1900 <= int(year) <= 2200:
        raise ValueError(text)
    return date(int(year), int(month), int(day))


def _time(text: str) -> time:
    found = _TIME.fullmatch(text)
    if not found:
        raise ValueError(text)
    return time(int(found[1]), int(found[2]))


def _check(field: Field, value: object, circumstances: Circumstances) -> None:
    if field.settings.is_future_only:
        today = circumstances.functions.get("today")
        first = today() if today else None
        # Without a clock nothing can be proved to lie ahead, so nothing is accepted.
        if not isinstance(first, date) or str(value)[:10] < first.isoformat()[:10]:
            raise Refused(PASSED_DATE)


def _show(field: Field, value: object, circumstances: Circumstances, language: str) -> str:
    text = value if isinstance(value, str) else ""
    day, _, clock = text.partition("T")
    if field.settings.subtype == "time" or not _ISO_DATE.fullmatch(day):
        return text
    year, month, of_month = day.split("-")
    return f"{of_month}/{month}/{year} {clock}".strip()


TYPES = (
    FieldType(
        "datetime",
        "input",
        {
            "subtype": {"enum": ["date", "time", "datetime"]},
            "dateLabel": {"type": "string"},
            "timeLabel": {"type": "string"},
            "disallowPassedDates": {"type": "boolean"},
            "use24h": {"const": True},
            "timeInterval": {"type": "integer"},
            "timeSerializingFormat": {"const": "no_timezone"},
            "defaultValue": {"type": "string"},
            "validate": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"required": {"type": "boolean"}},
            },
        },
        _read,
        _coerce,
        _check,
        _show,
        missing=ENTER,
    ),
)
