"""Where a tree is compiled: its text, its place in a model, and the types known there."""

from collections.abc import Callable
from dataclasses import dataclass

from workflow_engine.feel.errors import FeelError, placed
from workflow_engine.feel.syntax import Node
from workflow_engine.feel.types import NamedTypes
from workflow_engine.feel.values import Closure


@dataclass(frozen=True, slots=True)
class Site:
    """``build`` compiles a node at this site."""

    source: str
    where: str
    types: NamedTypes
    builder: Callable[[Node, "Site"], Closure]

    def build(self, node: Node) -> Closure:
        return self.builder(node, self)

    def fault(self, message: str, at: int) -> FeelError:
        """An error of evaluation at an offset of the text."""
        return placed(FeelError(message), self.source, self.where, at)
