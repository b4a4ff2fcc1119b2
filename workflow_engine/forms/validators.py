"""Named rules for texts: a form names one by ``validate.validationType`` or ``properties.validator``.

This is the one place to add the next; a rule is linear in the length of the text and never asks the network.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import regex

from workflow_engine.forms.messages import NOT_EMAIL, NOT_ENTERPRISE_CODE, NOT_PERSONAL_ID, NOT_PHONE


@dataclass(frozen=True)
class Validator:
    """``tidy`` brings a text into its one written form, ``accepts`` judges it, ``msgid`` says what to write instead."""

    tidy: Callable[[str], str]
    accepts: Callable[[str], bool]
    msgid: str


_EMAIL = regex.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,63}")
_PHONE = regex.compile(r"(?:0\d{9,10}|\+[1-9]\d{6,14})", flags=regex.ASCII)
_ENTERPRISE_CODE = regex.compile(r"\d{10}(?:-\d{3})?", flags=regex.ASCII)
_PERSONAL_ID = regex.compile(r"\d{12}", flags=regex.ASCII)


def _accepts_email(text: str) -> bool:
    return len(text) <= 254 and ".." not in text and _EMAIL.fullmatch(text) is not None


def _without_gaps(text: str) -> str:
    return regex.sub(r"[\s.()]", "", text)


def _tidy_phone(text: str) -> str:
    return _without_gaps(text).replace("-", "")


VALIDATORS: Mapping[str, Validator] = {
    "email": Validator(str.strip, _accepts_email, NOT_EMAIL),
    "phone": Validator(_tidy_phone, lambda text: _PHONE.fullmatch(text) is not None, NOT_PHONE),
    "enterprise_code": Validator(
        _without_gaps, lambda text: _ENTERPRISE_CODE.fullmatch(text) is not None, NOT_ENTERPRISE_CODE
    ),
    "personal_id": Validator(_without_gaps, lambda text: _PERSONAL_ID.fullmatch(text) is not None, NOT_PERSONAL_ID),
}
