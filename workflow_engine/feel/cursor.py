"""Where the parser stands in a text, and how deep it is nested."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from workflow_engine.feel.limits import DEFAULT_LIMITS
from workflow_engine.feel.names import KnownNames
from workflow_engine.feel.tokens import SyntaxFault, Token


@dataclass(slots=True)
class Cursor:
    """``in_filter`` counts the filters around, ``is_range_end`` forbids a filter: in ``[1..n[`` it ends the range."""

    source: str
    tokens: list[Token]
    names: KnownNames
    at: int = 0
    nesting: int = 0
    in_filter: int = 0
    is_range_end: bool = False

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def next_token(self, ahead: int = 1) -> Token:
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def is_at(self, text: str) -> bool:
        token = self.tokens[self.at]
        return token.text == text and token.kind != "string"

    def advance(self, count: int = 1) -> Token:
        token = self.tokens[self.at]
        self.at = min(self.at + count, len(self.tokens) - 1)
        return token

    def accept(self, text: str) -> bool:
        if self.is_at(text):
            self.advance()
            return True
        return False

    def expect(self, text: str) -> Token:
        if not self.is_at(text):
            raise self.unexpected(f"“{text}”")
        return self.advance()

    def unexpected(self, wanted: str) -> SyntaxFault:
        found = "the end of the expression" if self.token.kind == "end" else f"“{self.token.text}”"
        return SyntaxFault(f"Expected {wanted}, found {found}", self.token.at)

    @contextmanager
    def nested(self) -> Iterator[None]:
        """One level deeper."""
        self.nesting += 1
        if self.nesting > DEFAULT_LIMITS.nesting:
            raise SyntaxFault(f"Nested more than {DEFAULT_LIMITS.nesting} levels deep", self.token.at)
        yield
        self.nesting -= 1

    @contextmanager
    def enclosed(self, *, is_range_end: bool = False, is_filter: bool = False) -> Iterator[None]:
        """Between two signs: the flags hold until the closing one."""
        outer, self.is_range_end = self.is_range_end, is_range_end
        self.in_filter += is_filter
        yield
        self.is_range_end = outer
        self.in_filter -= is_filter

    @contextmanager
    def knowing(self, *names: str) -> Iterator[None]:
        """With names of a nested scope."""
        outer, self.names = self.names, self.names.nested(names)
        yield
        self.names = outer
