"""The refusals of the engine. Each is a sentence that says what to do; the class says which HTTP status it becomes.

A message is an English template (``msgid``) with named parameters: logs and the console print it as it is,
the web translates it into the language of the reader.
"""

from dataclasses import dataclass, field
from typing import Any


class EngineError(Exception):
    """The action cannot be done."""

    status = 500

    def __init__(self, msgid: str | None = None, **params: Any) -> None:
        self.msgid = msgid or (self.__doc__ or "").strip()
        self.params = params
        super().__init__(self.msgid)

    def __str__(self) -> str:
        return self.msgid.format_map(self.params) if self.params else self.msgid


class NotFound(EngineError):
    """There is no such thing, or it is not yours to see."""

    status = 404


class Forbidden(EngineError):
    """Your role does not allow this."""

    status = 403


class Conflict(EngineError):
    """Somebody was faster: the thing is no longer in the state you saw."""

    status = 409


@dataclass(frozen=True)
class FieldError:
    """One thing to mend in a form: ``path`` names the field ("scope.0.test_name"), ``msgid`` the sentence."""

    path: str
    msgid: str
    params: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.msgid.format_map(self.params) if self.params else self.msgid


class InvalidForm(EngineError):
    """Some fields need mending."""

    status = 422

    def __init__(self, errors: list[FieldError], msgid: str | None = None, **params: Any) -> None:
        super().__init__(msgid, **params)
        self.errors = errors


class ModelError(EngineError):
    """A model, form or facts file is wrong."""

    status = 500

    def __init__(self, reason: str, *, file: str = "", element: str = "") -> None:
        where = ", ".join(part for part in (file, element) if part)
        super().__init__("{where}: {reason}" if where else "{reason}", where=where, reason=reason)
        self.file, self.element, self.reason = file, element, reason
