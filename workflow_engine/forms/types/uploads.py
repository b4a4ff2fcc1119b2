"""Files. The value is a list of SHA-256 hashes; a file must be among those the provider ``uploads`` offers.

The provider offers what this person uploaded for this form: knowing the hash of another's file opens nothing.
"""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import regex

from workflow_engine.forms.messages import FILE_GONE, FILE_KIND, TOO_MANY_FILES, UPLOAD
from workflow_engine.forms.schema import Circumstances, Component, Field, FieldType, Refused, Where

MOST_FILES = 20
PROVIDER = "uploads"
_SHA256 = regex.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class UploadSettings:
    """``accept``: endings such as ".pdf" in small letters; the content is checked when the file is stored."""

    accept: tuple[str, ...]
    is_multiple: bool
    copy: str
    paper: str
    provider: str = PROVIDER


def _read(component: Component, where: Where) -> UploadSettings:
    accept = tuple(part.strip().lower() for part in component.get("accept", "").split(",") if part.strip())
    if any(not ending.startswith(".") for ending in accept):
        raise where.wrong("accept lists file name endings such as .pdf")
    properties = component.get("properties", {})
    if properties.get("copy", "plain") not in ("original", "certified", "plain"):
        raise where.wrong("properties.copy is original, certified or plain")
    return UploadSettings(
        accept, component.get("multiple") is True, properties.get("copy", "plain"), properties.get("paper", "")
    )


def _coerce(field: Field, raw: object) -> list[str]:
    if raw is None or raw == "":
        return []
    hashes: list[Any] = list(raw) if isinstance(raw, list | tuple) else [raw]
    if len(hashes) > 10 * MOST_FILES:
        raise Refused(TOO_MANY_FILES, most=MOST_FILES, count=len(hashes))
    hashes = [each for each in hashes if each != ""]
    if any(not isinstance(each, str) or not _SHA256.fullmatch(each) for each in hashes):
        raise Refused(FILE_GONE)
    return list(dict.fromkeys(hashes))


def _check(field: Field, value: object, circumstances: Circumstances) -> None:
    hashes = value if isinstance(value, list) else []
    most = MOST_FILES if field.settings.is_multiple else 1
    if len(hashes) > most:
        raise Refused(TOO_MANY_FILES, most=most, count=len(hashes))
    offered = {choice.token: choice.label for choice in circumstances.choices.get(PROVIDER, ())}
    for each in hashes:
        if each not in offered:
            raise Refused(FILE_GONE)
        accept = field.settings.accept
        if accept and PurePath(offered[each]).suffix.lower() not in accept:
            raise Refused(FILE_KIND, filename=offered[each], accepted=", ".join(accept))


def _show(field: Field, value: object, circumstances: Circumstances, language: str) -> str:
    names = {choice.token: choice.label for choice in circumstances.choices.get(PROVIDER, ())}
    hashes = value if isinstance(value, list) else []
    return "; ".join(names.get(each, each[:12]) for each in hashes)


TYPES = (
    FieldType(
        "filepicker",
        "input",
        {
            "accept": {"type": "string", "pattern": "^[^=]*$"},
            "multiple": {"type": "boolean"},
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
        [],
        UPLOAD,
        has_many=True,
    ),
)
