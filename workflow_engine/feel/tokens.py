"""From text to tokens. Spaces (U+00A0 and the other Unicode spaces too) and comments separate tokens."""

import re
from dataclasses import dataclass
from decimal import Decimal

from workflow_engine.feel.errors import FeelError
from workflow_engine.feel.values import number

KEYWORDS = frozenset(
    ("and", "or", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "between", "instance")
    + ("of", "function", "true", "false", "null")
)
SPACE = "\\s\u0085\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
# The pattern is ours and linear; patterns of analysts never run on `re`.
TOKEN = re.compile(
    rf"""
      (?P<skip>[{SPACE}]+|//[^\n\r]*|/\*.*?\*/)
    | (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<name>[^\W\d\U000e0001-\U000e01ef][\w\u00b7\u203f\u2040\u0300-\u036f]*|\?
        |[\U00010000-\U000EFFFF][\w\U00010000-\U000EFFFF]*)
    | (?P<string>"(?:[^"\\\r\n]|\\.)*")
    | (?P<symbol>\.\.|\*\*|<=|>=|!=|->|[-+*/=<>()\[\]{{}}.,:@'|&!%^;~\#$])
    """,
    re.VERBOSE | re.DOTALL,
)
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
ESCAPED = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Token:
    """``kind``: name, keyword, number, string, symbol or end; ``text`` as written; ``at`` its offset."""

    kind: str
    text: str
    at: int
    end: int
    value: str | Decimal | None = None


def scan(source: str) -> list[Token]:
    """All tokens, an end token last; FeelError with the offset in ``column`` on anything else."""
    tokens: list[Token] = []
    at = 0
    while at < len(source):
        found = TOKEN.match(source, at)
        if found is None:
            raise unreadable(source, at)
        group = found.lastgroup or ""
        if group != "skip":
            tokens.append(_token(group, found[0], at, found.end(), source))
        at = found.end()
    tokens.append(Token("end", "", len(source), len(source)))
    return tokens


def unreadable(source: str, at: int) -> FeelError:
    if source[at] == '"':
        return SyntaxFault("A text has no closing quotation mark", at)
    return SyntaxFault(f"Unexpected character {source[at]!r}", at)


class SyntaxFault(FeelError):
    """A FeelError that still knows only the offset; the parser turns it into line and column."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


def _token(group: str, text: str, at: int, end: int, source: str) -> Token:
    if group == "name":
        return Token("keyword" if text in KEYWORDS else "name", text, at, end)
    if group == "number":
        if source[end : end + 1].isalpha():
            raise SyntaxFault(f"Unexpected {source[end]!r} after the number {text}", end)
        value = number(Decimal(text)) if len(text) <= 10_000 and len(text.partition("e")[2]) < 9 else None
        if value is None:
            raise SyntaxFault("The number is too large", at)
        return Token("number", text, at, end, value)
    if group == "string":
        return Token("string", text, at, end, unescape(text[1:-1]))
    return Token("symbol", text, at, end)


def unescape(text: str) -> str:
    """Resolve FEEL's string escapes; an unknown escape stays as written."""
    if "\\" not in text:
        return text

    def resolve(found: re.Match[str]) -> str:
        if found[1] or found[2]:
            code = int(found[1] or found[2], 16)
            return chr(code) if code <= 0x10FFFF else found[0]
        return ESCAPED.get(found[3], found[0])

    resolved = ESCAPE.sub(resolve, text)
    # Two \u escapes may write one character beyond the basic plane; a half of a pair is no character.
    return resolved.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
