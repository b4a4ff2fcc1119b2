"""What one evaluation may cost. Every loop, call and produced value pays here, so no expression hangs a worker."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workflow_engine.feel.errors import FeelError

CLOCK_INTERVAL = 256
# A call costs about as much as this many rounds of a loop.
CALL_STEPS = 10


@dataclass(frozen=True)
class Limits:
    """Steps of loops and calls, nested calls, length of one string and list, bytes produced in all, seconds."""

    steps: int = 100_000
    depth: int = 60
    text_length: int = 500_000
    list_length: int = 50_000
    produced: int = 32_000_000
    seconds: float = 0.5
    expression_length: int = 50_000
    nesting: int = 80
    pattern_length: int = 500


DEFAULT_LIMITS = Limits()


@dataclass(slots=True)
class Budget:
    """What is left of the limits in one evaluation, and the functions the host lends to it."""

    limits: Limits
    functions: Mapping[str, Callable[..., Any]]
    steps: int = 0
    depth: int = 0
    produced: int = 0
    next_look: int = 0
    converted: dict[int, Any] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)

    def tick(self, steps: int = 1) -> None:
        """Pay for steps of a loop."""
        self.steps += steps
        if self.steps >= self.next_look:
            self.look()

    def look(self) -> None:
        """Compare with the limits; the clock is read here only, every few hundred steps."""
        self.next_look = min(self.steps + CLOCK_INTERVAL, self.limits.steps + 1)
        if self.steps > self.limits.steps:
            raise FeelError(f"Stopped: more than {self.limits.steps} steps. Simplify the expression.")
        self.seconds_left()

    def seconds_left(self) -> float:
        left = self.limits.seconds - (time.monotonic() - self.started)
        if left <= 0:
            raise FeelError(f"Stopped: longer than {self.limits.seconds} seconds. Simplify the expression.")
        return left

    def produce_text(self, length: int) -> None:
        """Pay for a string before or just after it is made."""
        if length > self.limits.text_length:
            raise FeelError(f"Stopped: a text of more than {self.limits.text_length} characters.")
        self._produce(length)

    def produce_list(self, length: int) -> None:
        """Pay for a list before or just after it is made."""
        if length > self.limits.list_length:
            raise FeelError(f"Stopped: a list of more than {self.limits.list_length} items.")
        self._produce(8 * length)

    def _produce(self, size: int) -> None:
        self.produced += size
        self.tick(1 + size // 1024)
        if self.produced > self.limits.produced:
            raise FeelError(f"Stopped: values of more than {self.limits.produced} bytes in all.")

    def enter(self) -> None:
        """Pay for a call of a function written in FEEL; ``leave`` follows."""
        self.depth += 1
        self.tick(CALL_STEPS)
        if self.depth > self.limits.depth:
            raise FeelError(f"Stopped: more than {self.limits.depth} nested calls.")

    def leave(self) -> None:
        self.depth -= 1
