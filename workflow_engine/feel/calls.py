"""Calling functions: those of the model, of the host, and the built-in ones, in this order."""

from collections.abc import Callable, Sequence
from typing import Any

from workflow_engine.errors import EngineError
from workflow_engine.feel import syntax, types
from workflow_engine.feel.errors import FeelError
from workflow_engine.feel.functions.registry import BUILT_IN, invoke, invoke_named
from workflow_engine.feel.limits import Budget
from workflow_engine.feel.lookup import MISSING, find
from workflow_engine.feel.site import Site
from workflow_engine.feel.values import Closure, Frame, Function, from_host


def call(node: syntax.Call, site: Site) -> Closure:
    arguments = tuple(site.build(argument) for argument in node.arguments)
    if isinstance(node.function, syntax.Name):
        return _call_by_name(node.function.name, node, arguments, site)
    function = site.build(node.function)

    def call_value(frame: Frame) -> Any:
        called = function(frame)
        given = [argument(frame) for argument in arguments]
        return call_function(called, frame.budget, given, node.names) if type(called) is Function else None

    return call_value


def _call_by_name(name: str, node: syntax.Call, arguments: Sequence[Closure], site: Site) -> Closure:
    overloads = BUILT_IN.get(name)

    def call_named(frame: Frame) -> Any:
        budget = frame.budget
        own = find(frame, name)
        if type(own) is Function:
            return call_function(own, budget, [argument(frame) for argument in arguments], node.names)
        given = [argument(frame) for argument in arguments]
        if name in budget.functions:
            return _call_host(budget.functions[name], name, given, node, site)
        if overloads is not None:
            if node.names is None:
                return invoke(overloads, budget, given)
            return invoke_named(overloads, budget, dict(zip(node.names, given, strict=True)))
        if own is MISSING:
            raise site.fault(f"There is no function “{name}”", node.at)
        return None

    return call_named


def _call_host(function: Callable[..., Any], name: str, given: list[Any], node: syntax.Call, site: Site) -> Any:
    try:
        if node.names is None:
            return from_host(function(*given))
        return from_host(function(**dict(zip(node.names, given, strict=True))))
    except FeelError as error:
        raise site.fault(error.message, node.at) from error
    except (EngineError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        raise site.fault(f"“{name}” can not be computed: {error}", node.at) from error


def call_function(function: Function, budget: Budget, given: list[Any], names: Sequence[str] | None) -> Any:
    """Call a function written in FEEL; null when the arguments do not fit its parameters."""
    if names is not None:
        by_name = dict(zip(names, given, strict=True))
        if by_name.keys() != set(function.parameters):
            return None
        given = [by_name[parameter] for parameter in function.parameters]
    return function.call(budget, given)


def function_literal(node: syntax.FunctionLiteral, site: Site) -> Closure:
    parameters = tuple(parameter for parameter, _ in node.parameters)
    wanted = tuple(wanted for _, wanted in node.parameters)
    body = site.build(node.body) if node.body is not None else None

    def make(frame: Frame) -> Function:
        return define(parameters, wanted, body, frame, site)

    return make


def define(
    parameters: tuple[str, ...],
    wanted: tuple[syntax.Type | None, ...],
    body: Closure | None,
    frame: Frame,
    site: Site,
    result: syntax.Type | None = None,
) -> Function:
    """A function over the scope it is written in; ``body`` None is a foreign function, which gives null."""

    def run(budget: Budget, given: list[Any]) -> Any:
        if body is None or len(given) != len(parameters):
            return None
        variables = {}
        for name, value, of_type in zip(parameters, given, wanted, strict=True):
            fitting = types.coerce(value, of_type, site.types, budget)
            if fitting is None and value is not None:
                return None
            variables[name] = fitting
        budget.enter()
        try:
            return types.coerce(body(Frame(variables, frame, budget)), result, site.types, budget)
        finally:
            budget.leave()

    return Function(parameters, run, wanted, result)
