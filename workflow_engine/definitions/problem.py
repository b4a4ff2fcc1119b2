"""What is wrong with a model, form or facts file: where it stands and one sentence that says what to do.

A reason is an English template with named parameters, so that a screen can translate it; `str` gives English.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from workflow_engine.errors import ModelError


@dataclass(frozen=True)
class Problem:
    """One refusal. ``element`` is the id in the model or the key in the facts, ``line`` is 0 where none is known."""

    file: str
    element: str
    rule: str
    reason: str
    params: Mapping[str, str] = field(default_factory=dict, hash=False)
    line: int = 0

    @property
    def sentence(self) -> str:
        return self.reason.format_map(self.params) if self.params else self.reason

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        element = f" {self.element}:" if self.element else ""
        return f"{place}:{element} {self.sentence} [{self.rule}]"


class ModelRefused(ModelError):
    """A file can not be read as a definition; ``problems`` says why, the first one is the message."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        super().__init__(first.sentence, file=first.file, element=first.element)
        self.problems = tuple(problems)
