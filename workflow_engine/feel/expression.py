"""Compiled expressions and unary tests. They hold no state: one may be evaluated by many threads at once."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from workflow_engine.feel import analysis, compiler, parser
from workflow_engine.feel.errors import FeelError, placed
from workflow_engine.feel.functions import contexts, conversion, intervals, lists, moments, numbers, ranges, texts
from workflow_engine.feel.limits import DEFAULT_LIMITS, Budget, Limits
from workflow_engine.feel.types import NamedTypes
from workflow_engine.feel.values import Closure, Frame

NOTHING: Mapping[str, Any] = MappingProxyType({})
# Importing these modules registers the built-in functions.
FUNCTION_MODULES = (contexts, conversion, intervals, lists, moments, numbers, ranges, texts)
Functions = Mapping[str, Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class Expression:
    """``names``: free variable paths; ``calls``: functions the host must give; ``run`` is for DMN's shared frames."""

    text: str
    where: str
    names: frozenset[str]
    calls: frozenset[str]
    run: Closure

    def evaluate(self, scope: Mapping[str, Any], functions: Functions = NOTHING, limits: Limits | None = None) -> Any:
        """The value in a scope; FeelError on an unknown function or a broken limit, null on any type error."""
        budget = Budget(limits or DEFAULT_LIMITS, functions)
        try:
            value = self.run(Frame(scope, None, budget))
            if type(value) is list or type(value) is dict:
                compiler.result_size(value, budget)
            return value
        except (FeelError, RecursionError, MemoryError) as error:
            raise _explained(error, self.text, self.where) from error


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """The tests of one cell of a decision table, or the allowed values of a type."""

    text: str
    where: str
    names: frozenset[str]
    calls: frozenset[str]
    run: compiler.Test

    def matches(
        self,
        value: Any,
        scope: Mapping[str, Any] = NOTHING,
        functions: Functions = NOTHING,
        limits: Limits | None = None,
    ) -> bool | None:
        """Whether the value passes; None when that can not be said."""
        budget = Budget(limits or DEFAULT_LIMITS, functions)
        try:
            return self.run(Frame(scope, None, budget), compiler.lookup.converted(value, budget))
        except (FeelError, RecursionError, MemoryError) as error:
            raise _explained(error, self.text, self.where) from error


def _explained(error: Exception, text: str, where: str) -> FeelError:
    if isinstance(error, FeelError):
        return placed(error, text, where)
    reason = "Stopped: nested too deeply." if isinstance(error, RecursionError) else "Stopped: out of memory."
    return placed(FeelError(reason), text, where)


def compile_expression(
    text: str, *, where: str = "", names: Collection[str] = (), types: NamedTypes = NOTHING
) -> Expression:
    """Compile an expression; ``names`` are variables with spaces or signs, ``types`` the model's own types.

    FeelError with line and column when it can not be parsed.
    """
    if types:
        return _expression(text, where, tuple(names), types)
    return _cached_expression(text, where, tuple(names))


def compile_unary_tests(
    text: str, *, where: str = "", names: Collection[str] = (), types: NamedTypes = NOTHING
) -> UnaryTests:
    """Compile the unary tests of a cell such as ``[1..5], > 10`` or ``-``."""
    tree = parser.parse_unary_tests(text, names, where)
    try:
        needs = analysis.needs_of(tree)
        site = compiler.Site(text, where, types, compiler.build)
        run = compiler.tests_closure(tree, site)
    except RecursionError:
        raise placed(FeelError("The expression is nested too deeply"), text, where) from None
    return UnaryTests(text, where, frozenset(needs.names), frozenset(needs.calls), run)


@lru_cache(maxsize=4096)
def _cached_expression(text: str, where: str, names: tuple[str, ...]) -> Expression:
    return _expression(text, where, names, NOTHING)


def _expression(text: str, where: str, names: Collection[str], types: NamedTypes) -> Expression:
    tree = parser.parse_expression(text, names, where)
    try:
        needs = analysis.needs_of(tree)
        run = compiler.build(tree, compiler.Site(text, where, types, compiler.build))
    except RecursionError:
        raise placed(FeelError("The expression is nested too deeply"), text, where) from None
    return Expression(text, where, frozenset(needs.names), frozenset(needs.calls), run)
