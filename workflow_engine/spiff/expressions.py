"""Texts of a model that may be FEEL: with a leading "=" an expression, else the text itself (the rule of Zeebe)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from workflow_engine import feel
from workflow_engine.spiff.host import Fault
from workflow_engine.spiff.tokens import Token, Variables, Visible, layers_of


@dataclass(frozen=True)
class Text:
    """A text and, when it is FEEL, its compiled expression."""

    text: str | None
    expression: feel.Expression | None


@lru_cache(maxsize=50_000)
def read(text: str | None) -> Text:
    """Compile a text once; raises ``feel.FeelError`` when the expression does not parse."""
    if text is None or not text.startswith("="):
        return Text(text, None)
    return Text(text, feel.compile(text[1:]))


def evaluate(text: str | None, token: Token, layers: list[Variables] | None = None) -> Any:
    """The value of a text for a token, or in the given layers of variables. Raises ``Fault`` naming the element."""
    compiled = read(text)
    if compiled.expression is None:
        return compiled.text
    host = token.workflow.top_workflow.host
    scope: Mapping[str, Any] = Visible(layers_of(token) if layers is None else layers, host.context())
    try:
        return compiled.expression.evaluate(scope, host.functions)
    except feel.FeelError as error:
        raise Fault(str(error), element=token.task_spec.name, process=token.workflow.spec.name) from error


def evaluate_text(text: str, scope: Mapping[str, Any], functions: Mapping[str, Any]) -> Any:
    """The value of a text that may be FEEL, for the host's own use (zeebe:properties)."""
    compiled = read(text)
    return compiled.text if compiled.expression is None else compiled.expression.evaluate(scope, functions)


class Engine:
    """The library's script engine interface, for the conditions of gateways."""

    environment = None

    def evaluate(self, token: Token, expression: str, external_context: object = None) -> bool:
        """Whether a condition holds; anything but true does not."""
        return evaluate(expression, token) is True
