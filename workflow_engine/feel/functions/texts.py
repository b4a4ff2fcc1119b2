"""String functions. Patterns are XPath's and run on an engine with a time limit, never on Python's ``re``."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import lru_cache
from typing import Any

import regex

from workflow_engine.feel.errors import FeelError
from workflow_engine.feel.functions.registry import built_in
from workflow_engine.feel.limits import Budget

FLAGS = {"s": regex.DOTALL, "m": regex.MULTILINE, "i": regex.IGNORECASE}
PATTERN_SECONDS = 0.1
GROUP = regex.compile(r"\\(.)|\$(\d)|\$")
REPEATED = regex.compile(r"\{\s*(\d*)\s*(?:,\s*(\d*)\s*)?\}")
MAX_REPEAT = 1000
# XPath's subtraction [a-z-[aeiou]] is regex's [a-z--[aeiou]] in version 1.
SUBTRACTION = regex.compile(r"(?<=[^\\\[])-\[")

REFERENCE_IN_CLASS = regex.compile(r"\[[^\]\[]*\\\d")
SPACE_OUTSIDE_CLASS = regex.compile(r"(\[(?:[^\]\\]|\\.)*\])|\s+")


@lru_cache(maxsize=512)
def _compiled(pattern: str, flags: str) -> Any:
    if not set(flags) <= {*FLAGS, "q", "x"} or REFERENCE_IN_CLASS.search(pattern):
        return None
    combined = regex.VERSION1
    for flag in set(flags) & FLAGS.keys():
        combined |= FLAGS[flag]
    if "x" in flags:
        pattern = SPACE_OUTSIDE_CLASS.sub(lambda found: found[1] or "", pattern)
    source = regex.escape(pattern) if "q" in flags else SUBTRACTION.sub("--[", pattern)
    try:
        return regex.compile(source, combined)
    except (regex.error, OverflowError, RecursionError, ValueError):
        return None


def pattern_of(budget: Budget, pattern: str, flags: str | None) -> Any:
    """The compiled pattern, or None when it is none; FeelError when it is too long or repeats too often."""
    if len(pattern) > budget.limits.pattern_length:
        raise FeelError(f"Stopped: a pattern of more than {budget.limits.pattern_length} characters.")
    repeats = 1
    for found in REPEATED.finditer(pattern):
        least, most = (int((count or "1")[:9]) for count in found.groups())
        repeats *= max(least, most, 1)
    if repeats > MAX_REPEAT:
        raise FeelError(f"Stopped: a pattern that repeats more than {MAX_REPEAT} times.")
    return _compiled(pattern, flags or "")


@contextmanager
def timed(budget: Budget) -> Iterator[float]:
    """The seconds a pattern may take; a longer search becomes a FeelError."""
    budget.tick(10)
    try:
        yield min(PATTERN_SECONDS, budget.seconds_left())
    except TimeoutError:
        raise FeelError("Stopped: the pattern takes too long on this text. Simplify the pattern.") from None


@built_in("substring", "string: string, start position: number, length: number|null?")
def substring(text: str, start: Decimal, length: Decimal | None = None) -> str | None:
    first = int(start)
    if first == 0 or abs(first) > len(text) + (first > 0) or (length is not None and length < 1):
        return None
    begin = first - 1 if first > 0 else len(text) + first
    return text[begin:] if length is None else text[begin : begin + int(min(length, Decimal(len(text))))]


@built_in("string length", "string: string")
def string_length(text: str) -> Decimal:
    return Decimal(len(text))


@built_in("upper case", "string: string")
def upper_case(text: str) -> str:
    return text.upper()


@built_in("lower case", "string: string")
def lower_case(text: str) -> str:
    return text.lower()


@built_in("substring before", "string: string, match: string")
def substring_before(text: str, match: str) -> str:
    before, found, _ = text.partition(match) if match else ("", "", "")
    return before if found else ""


@built_in("substring after", "string: string, match: string")
def substring_after(text: str, match: str) -> str:
    return text.partition(match)[2] if match else text


@built_in("contains", "string: string, match: string")
def contains(text: str, match: str) -> bool:
    return match in text


@built_in("starts with", "string: string, match: string")
def starts_with(text: str, match: str) -> bool:
    return text.startswith(match)


@built_in("ends with", "string: string, match: string")
def ends_with(text: str, match: str) -> bool:
    return text.endswith(match)


@built_in("matches", "input: string, pattern: string, flags: string|null?")
def matches(budget: Budget, text: str, pattern: str, flags: str | None = None) -> bool | None:
    compiled = pattern_of(budget, pattern, flags)
    if compiled is None:
        return None
    with timed(budget) as seconds:
        return compiled.search(text, timeout=seconds) is not None


@built_in("replace", "input: string, pattern: string, replacement: string, flags: string|null?")
def replace(budget: Budget, text: str, pattern: str, replacement: str, flags: str | None = None) -> str | None:
    compiled = pattern_of(budget, pattern, flags)
    if compiled is None:
        return None
    is_plain = "q" in (flags or "")

    def expand(found: Any) -> str:
        new = replacement if is_plain else GROUP.sub(lambda mark: _expanded(mark, found), replacement)
        budget.produce_text(len(new))
        return new

    with timed(budget) as seconds:
        return str(compiled.sub(expand, text, timeout=seconds))


def _expanded(mark: Any, found: Any) -> str:
    if mark[1]:
        return str(mark[1])
    if mark[2] is None:
        return "$"
    group = int(mark[2])
    return (found[group] or "") if group <= found.re.groups else ""


@built_in("split", "string: string, delimiter: string")
def split(budget: Budget, text: str, delimiter: str) -> list[str] | None:
    compiled = pattern_of(budget, delimiter, None)
    if compiled is None:
        return None
    parts, end = [], 0
    with timed(budget) as seconds:
        for found in compiled.finditer(text, timeout=seconds):
            parts.append(text[end : found.start()])
            end = found.end()
            if len(parts) > budget.limits.list_length:
                break
    return [*parts, text[end:]]


@built_in("string join", "list: list, delimiter: string|null?")
def string_join(texts: list[Any], delimiter: str | None = None) -> str | None:
    if any(text is not None and type(text) is not str for text in texts):
        return None
    return (delimiter or "").join(text for text in texts if text is not None)
