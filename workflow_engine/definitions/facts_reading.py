"""Reading a table of `procedure.toml` key by key: a wrong value is noted with its key and reading goes on.

So one run names everything that is to be mended; what could not be read is given a harmless value meanwhile.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, overload

from workflow_engine.definitions.problem import ModelRefused, Problem

_KEY = re.compile(r"[a-z][a-z0-9_]*\Z")
_MISSING = object()


def parse_toml(content: bytes, file: str) -> dict[str, Any]:
    """Return the file as nested dicts, or raise ModelRefused when it is not UTF-8 TOML."""
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        reason = "This is not readable TOML ({cause})."
        raise ModelRefused([Problem(file, "", "facts", reason, {"cause": str(error)})]) from error


@dataclass(frozen=True)
class FactsTable:
    """One table of the file; `path` is its dotted key, `problems` is shared by all tables of one reading."""

    values: Mapping[str, Any]
    file: str
    path: str = ""
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, key: str, reason: str, /, **params: str) -> None:
        self.problems.append(Problem(self.file, self.path + key, "facts", reason, params))

    def text(self, key: str, *, default: str | None = None, empty: bool = False) -> str:
        value = self._value(key, "a text", default is not None)
        if value is _MISSING:
            return default or ""
        if not isinstance(value, str) or not (value.strip() or empty or default is not None):
            self._ill_typed(key, "a text", value)
            return ""
        return value

    def key(self, key: str) -> str:
        value = self.text(key)
        if value and not _KEY.match(value):
            self._ill_typed(key, "a key in snake_case", value)
        return value

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        value = self._value(key, " or ".join(allowed), False)
        if value is not _MISSING and value not in allowed:
            self._ill_typed(key, " or ".join(allowed), value)
        return value if value in allowed else allowed[0]

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._value(key, "a list of texts", False)
        if value is _MISSING:
            return ()
        if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
            self._ill_typed(key, "a list of texts", value)
            return ()
        return tuple(value)

    @overload
    def whole(self, key: str, *, least: int) -> int: ...
    @overload
    def whole(self, key: str, *, least: int, optional: bool) -> int | None: ...
    def whole(self, key: str, *, least: int, optional: bool = False) -> int | None:
        wanted = f"a whole number from {least}"
        value = self._value(key, wanted, optional)
        if value is _MISSING:
            return None if optional else least
        if type(value) is not int or value < least:
            self._ill_typed(key, wanted, value)
            return least
        return value

    def yes_or_no(self, key: str) -> bool:
        value = self._value(key, "true or false", False)
        if value is not _MISSING and not isinstance(value, bool):
            self._ill_typed(key, "true or false", value)
        return value is True

    def day(self, key: str, *, optional: bool = False) -> date | None:
        value = self._value(key, "a date such as 2025-07-01", optional)
        if value is _MISSING:
            return None
        if not isinstance(value, date) or isinstance(value, datetime):
            self._ill_typed(key, "a date such as 2025-07-01", value)
            return None
        return value

    def table(self, key: str, *, optional: bool = False) -> "FactsTable":
        value = self.values.get(key, {})
        if key not in self.values and not optional:
            self._missing(key, f"a table [{self.path}{key}]")
            return FactsTable({}, self.file)
        if not isinstance(value, dict):
            self._ill_typed(key, "a table", value)
            return FactsTable({}, self.file)
        return FactsTable(value, self.file, f"{self.path}{key}.", self.problems)

    def rows(self, key: str) -> list["FactsTable"]:
        value = self._value(key, f"tables [[{key}]]", False)
        if value is _MISSING:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self._ill_typed(key, f"tables [[{key}]]", value)
            return []
        return [FactsTable(row, self.file, f"{key}.{n}.", self.problems) for n, row in enumerate(value)]

    def _value(self, key: str, wanted: str, optional: bool) -> Any:
        if key not in self.values and not optional:
            self._missing(key, wanted)
        return self.values.get(key, _MISSING)

    def _missing(self, key: str, wanted: str) -> None:
        self.refuse(key, "{key} is missing: write {wanted}.", key=self.path + key, wanted=wanted)

    def _ill_typed(self, key: str, wanted: str, value: object) -> None:
        reason = "{key} must be {wanted}, not {found}."
        self.refuse(key, reason, key=self.path + key, wanted=wanted, found=repr(value)[:80])
