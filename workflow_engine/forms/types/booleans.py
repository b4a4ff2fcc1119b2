"""A box to tick. Required means ticked, as in form-js."""

from workflow_engine.forms.messages import NOT_YES_OR_NO, TICK
from workflow_engine.forms.schema import Circumstances, Field, FieldType, Refused

_ANSWERS = {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False, "": False}
YES_AND_NO = {"vi": ("Có", "Không"), "en": ("Yes", "No")}


def _coerce(field: Field, raw: object) -> bool:
    if raw is None:
        return False
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw[:10].lower() in _ANSWERS:
        return _ANSWERS[raw[:10].lower()]
    raise Refused(NOT_YES_OR_NO)


def _show(field: Field, value: object, circumstances: Circumstances, language: str) -> str:
    return YES_AND_NO.get(language, YES_AND_NO["vi"])[0 if value else 1]


TYPES = (
    FieldType(
        "checkbox",
        "input",
        {
            "defaultValue": {"type": "boolean"},
            "validate": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"required": {"type": "boolean"}},
            },
        },
        coerce=_coerce,
        show=_show,
        empty=False,
        missing=TICK,
    ),
)
