"""What a template may be given: JSON with clean text, Vietnamese local times and QR codes drawn beforehand.

Characters nobody can see (controls, direction overrides) are taken out: what is printed is what was stored.
"""

import io
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import segno

from workflow_engine.errors import ModelError
from workflow_engine.local_time import VIETNAM

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")
_QR_ADDRESSES = {"verify": ("document", "verify_url"), "tracking": ("dossier", "tracking_url")}


def clean_text(text: str) -> str:
    """Return the text in Unicode NFC (TCVN 6909) without the characters a paper can not show."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = text.encode("utf-8", "replace").decode("utf-8")
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", text))
    # A right-to-left value is isolated, so that it does not turn around the Vietnamese beside it.
    return f"\u2068{text}\u2069" if any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text) else text


def _local(moment: datetime) -> str:
    return moment.astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M") if moment.tzinfo else moment.strftime("%Y-%m-%dT%H:%M")


def _local_when_moment(key: str, text: str) -> str:
    if key.endswith("at") and _MOMENT.match(text):
        try:
            return _local(datetime.fromisoformat(text))
        except ValueError:
            return text
    return text


def printable(value: Any, key: str = "") -> Any:
    """Return the value as JSON knows it, with clean text and local times; ``key`` is the name it is kept under."""
    if isinstance(value, str):
        return _local_when_moment(key, clean_text(value))
    if isinstance(value, datetime):
        return _local(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f").replace(".", ",")
    if isinstance(value, Mapping):
        return {str(name): printable(item, str(name)) for name, item in value.items()}
    if isinstance(value, Sequence):
        return [printable(item, key) for item in value]
    return value


def _qr_drawing(address: str, template: str, element: str) -> str:
    drawing = io.BytesIO()
    try:
        segno.make_qr(address, error="m").save(drawing, kind="svg", border=0, xmldecl=False, svgns=True)
    except segno.DataOverflowError as error:
        raise ModelError("this address is too long for a QR code", file=template, element=element) from error
    return drawing.getvalue().decode()


def to_json(values: Mapping[str, Any], *, template: str) -> str:
    """Return the values of one paper as JSON text, with a drawing under ``qr`` for each address that is given."""
    paper = printable(values)
    drawings = {}
    for name, (part, key) in _QR_ADDRESSES.items():
        address = paper.get(part, {}).get(key) if isinstance(paper.get(part), dict) else None
        if isinstance(address, str) and address:
            drawings[name] = _qr_drawing(address, template, f"{part}.{key}")
    return json.dumps(paper | {"qr": drawings}, ensure_ascii=False)
