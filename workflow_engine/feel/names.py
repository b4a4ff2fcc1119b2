"""Names with spaces or signs: which sequences of tokens are one name is known only from the names in scope."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from workflow_engine.feel.errors import FeelError
from workflow_engine.feel.tokens import Token, scan


@dataclass(slots=True)
class KnownNames:
    """Names of more than one token by their first token, longest first; ``push`` opens a nested scope."""

    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = field(default_factory=dict)

    def nested(self, names: Iterable[str]) -> "KnownNames":
        """These names and some more."""
        added = [(words, name) for name in names if (words := split(name)) and len(words) > 1]
        if not added:
            return self
        by_first = {first: list(known) for first, known in self.by_first.items()}
        for words, name in added:
            known = by_first.setdefault(words[0], [])
            if (words, name) not in known:
                known.append((words, name))
                known.sort(key=lambda entry: -len(entry[0]))
        return KnownNames(by_first)

    def match(self, tokens: list[Token], at: int) -> tuple[str, int] | None:
        """The longest known name that begins at this token, and how many tokens it takes."""
        for words, name in self.by_first.get(tokens[at].text, ()):
            if at + len(words) <= len(tokens) and all(
                token.text == word for token, word in zip(tokens[at : at + len(words)], words, strict=True)
            ):
                return name, len(words)
        return None


def split(name: str) -> tuple[str, ...]:
    """The tokens a name is written with; empty when it can not be written at all."""
    try:
        return tuple(token.text for token in scan(name)[:-1])
    except FeelError:
        return ()


def known(names: Collection[str]) -> KnownNames:
    return KnownNames().nested(names)
