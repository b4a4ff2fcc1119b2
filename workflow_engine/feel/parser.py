"""From text to the syntax tree of DMN 1.5, 10.3.1.2. A hostile text ends in a FeelError, not in a full stack."""

from collections.abc import Callable, Collection
from typing import TypeVar

from workflow_engine.feel import grammar, syntax, words
from workflow_engine.feel.cursor import Cursor
from workflow_engine.feel.errors import FeelError, placed
from workflow_engine.feel.functions.registry import SPACED_NAMES
from workflow_engine.feel.limits import DEFAULT_LIMITS
from workflow_engine.feel.names import known
from workflow_engine.feel.tokens import SyntaxFault, scan

Tree = TypeVar("Tree")


def parse_expression(source: str, names: Collection[str] = (), where: str = "") -> syntax.Node:
    """The tree of one expression; FeelError with line and column when it is none."""
    return _parse(source, names, where, grammar.expression)


def parse_unary_tests(source: str, names: Collection[str] = (), where: str = "") -> syntax.Tests:
    """The tree of the tests in one cell of a decision table."""
    return _parse(source, names, where, grammar.unary_tests)


def parse_type(source: str, where: str = "") -> syntax.Type:
    """The tree of a type such as ``list<number>``."""
    return _parse(source, (), where, words.type_of)


def _parse(source: str, names: Collection[str], where: str, rule: Callable[[Cursor], Tree]) -> Tree:
    try:
        if len(source) > DEFAULT_LIMITS.expression_length:
            raise SyntaxFault(f"The expression has more than {DEFAULT_LIMITS.expression_length} characters", 0)
        cursor = Cursor(source, scan(source), known((*SPACED_NAMES, *names)))
        tree = rule(cursor)
        if cursor.token.kind != "end":
            raise cursor.unexpected("the end of the expression")
        return tree
    except SyntaxFault as error:
        raise placed(error, source, where, error.at) from None
    except RecursionError:
        raise placed(FeelError("The expression is nested too deeply"), source, where) from None
