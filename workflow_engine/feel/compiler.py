"""From the syntax tree to nested Python closures over a frame; nothing is generated as Python text."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from workflow_engine.feel import calls, lookup, loops, operations, syntax, types
from workflow_engine.feel.limits import Budget
from workflow_engine.feel.site import Site
from workflow_engine.feel.syntax import Node
from workflow_engine.feel.values import Closure, Frame, Range, kind

Test = Callable[[Frame, Any], bool | None]
SUBJECT = "?"


def build(node: Node, site: Site) -> Closure:
    """The closure of one node."""
    return RULES[type(node)](node, site)


def _literal(node: syntax.Literal, site: Site) -> Closure:
    value = node.value
    return lambda frame: value


def _list(node: syntax.ListLiteral, site: Site) -> Closure:
    items = tuple(site.build(item) for item in node.items)

    def make(frame: Frame) -> list[Any]:
        frame.budget.produce_list(len(items))
        return [item(frame) for item in items]

    return make


def _context(node: syntax.ContextLiteral, site: Site) -> Closure:
    entries = tuple((key, site.build(value)) for key, value in node.entries)
    has_duplicate = len({key for key, _ in entries}) < len(entries)

    def make(frame: Frame) -> dict[str, Any] | None:
        frame.budget.produce_list(len(entries))
        context: dict[str, Any] = {}
        scope = Frame(context, frame, frame.budget)
        for key, value in entries:
            context[key] = value(scope)
        return None if has_duplicate else context

    return make


def _range(node: syntax.RangeLiteral, site: Site) -> Closure:
    if isinstance(node.low, syntax.Literal) and isinstance(node.high, syntax.Literal):
        constant = _interval(node, node.low.value, node.high.value)
        return lambda frame: constant
    low, high = site.build(node.low), site.build(node.high)
    return lambda frame: _interval(node, low(frame), high(frame))


def _interval(node: syntax.RangeLiteral, low: Any, high: Any) -> Range | None:
    if low is None and high is None:
        return None
    if low is not None and high is not None and operations.compare("<=", low, high) is not True:
        return None
    return Range(low, high, node.low_closed and low is not None, node.high_closed and high is not None)


def _comparison(node: syntax.Comparison, site: Site) -> Closure:
    """``> 5`` as a value: an interval open on one side."""
    of_operand, operator = site.build(node.operand), node.operator

    def make(frame: Frame) -> Range | None:
        end = of_operand(frame)
        if end is None or operator == "!=":
            return None
        if operator == "=":
            return Range(end, end, True, True, is_unary=True)
        if operator in ("<", "<="):
            return Range(None, end, False, operator == "<=", is_unary=True)
        return Range(end, None, operator == ">=", False, is_unary=True)

    return make


def _negate(node: syntax.Negate, site: Site) -> Closure:
    operand = site.build(node.operand)
    if isinstance(node.operand, syntax.Literal) and type(node.operand.value) is Decimal:
        negative = operations.negate(node.operand.value)
        return lambda frame: negative
    return lambda frame: operations.negate(operand(frame))


def _binary(node: syntax.Binary, site: Site) -> Closure:
    left, right, operator = site.build(node.left), site.build(node.right), node.operator
    if operator in ("=", "!="):
        return _equality(left, right, is_negated=operator == "!=")
    if operator in operations.ORDER:
        return _order(left, right, operator)

    def calculate(frame: Frame) -> Any:
        one, other = left(frame), right(frame)
        if type(one) is str and type(other) is str:
            frame.budget.produce_text(len(one) + len(other))
        return operations.calculate(operator, one, other)

    return calculate


def _equality(left: Closure, right: Closure, *, is_negated: bool) -> Closure:
    def compare(frame: Frame) -> bool | None:
        one, other = left(frame), right(frame)
        if type(one) is str and type(other) is str:
            return (one == other) is not is_negated
        outcome = operations.equal(one, other, frame.budget)
        return outcome if outcome is None else outcome is not is_negated

    return compare


def _order(left: Closure, right: Closure, operator: str) -> Closure:
    order = operations.ORDER[operator]

    def compare(frame: Frame) -> bool | None:
        one, other = left(frame), right(frame)
        if type(one) is Decimal and type(other) is Decimal:
            return order(one, other)
        return operations.compare(operator, one, other)

    return compare


def _logical(node: syntax.Logical, site: Site) -> Closure:
    operands = tuple(site.build(operand) for operand in node.operands)
    deciding = node.operator == "or"

    def combine(frame: Frame) -> bool | None:
        outcome: bool | None = not deciding
        for operand in operands:
            value = operand(frame)
            if value is deciding:
                return deciding
            if type(value) is not bool:
                outcome = None
        return outcome

    return combine


def _between(node: syntax.Between, site: Site) -> Closure:
    value, low, high = (site.build(part) for part in (node.value, node.low, node.high))

    def test(frame: Frame) -> bool | None:
        subject = value(frame)
        is_above = operations.compare(">=", subject, low(frame))
        is_below = operations.compare("<=", subject, high(frame))
        if is_above is False or is_below is False:
            return False
        return None if is_above is None or is_below is None else True

    return test


def _in(node: syntax.In, site: Site) -> Closure:
    value = site.build(node.value)
    tests = [_test(test, site, takes_truth=False) for test in node.tests.tests]

    def contained(frame: Frame) -> bool | None:
        subject = value(frame)
        return loops.any_of(test(frame, subject) for test in tests)

    return contained


def tests_closure(node: syntax.Tests, site: Site) -> Test:
    """Unary tests as a function of the frame and the value tested."""
    tests = [_test(test, site, takes_truth=True) for test in node.tests]

    def match(frame: Frame, subject: Any) -> bool | None:
        if not tests:
            return True
        outcome = loops.any_of(test(frame, subject) for test in tests)
        if node.is_negated:
            return None if outcome is None else not outcome
        return outcome

    return match


def _test(node: Node, site: Site, *, takes_truth: bool) -> Test:
    if isinstance(node, syntax.Comparison):
        return _comparison_test(node, site)
    value = site.build(node)
    is_about_subject = takes_truth and mentions_subject(node)

    def test(frame: Frame, subject: Any) -> bool | None:
        if is_about_subject:
            frame = Frame({SUBJECT: subject}, frame, frame.budget)
        result = value(frame)
        if is_about_subject and (result is None or type(result) is bool):
            return result
        if takes_truth and result is True and type(subject) is not bool and subject is not None:
            return True
        return loops.is_in(subject, result, frame.budget)

    return test


def _comparison_test(node: syntax.Comparison, site: Site) -> Test:
    operand, operator = site.build(node.operand), node.operator

    def test(frame: Frame, subject: Any) -> bool | None:
        end = operand(frame)
        if operator in ("=", "!="):
            outcome = operations.equal(subject, end, frame.budget)
            return outcome if outcome is None else outcome is (operator == "=")
        return operations.compare(operator, subject, end)

    return test


def mentions_subject(node: object) -> bool:
    """Whether ``?`` occurs in a tree."""
    if isinstance(node, syntax.Name):
        return node.name == SUBJECT
    if isinstance(node, tuple):
        return any(mentions_subject(part) for part in node)
    if isinstance(node, (Node, syntax.Iterator)):
        return any(mentions_subject(getattr(node, slot)) for cls in type(node).__mro__ for slot in _slots(cls))
    return False


def _slots(cls: type) -> tuple[str, ...]:
    return tuple(getattr(cls, "__slots__", ()))


def _instance_of(node: syntax.InstanceOf, site: Site) -> Closure:
    value, wanted = site.build(node.value), node.type
    # A value outside the allowed ones is still an instance of the type: only its shape counts.
    shapes = {name: types.ItemType(item.type) for name, item in site.types.items()}

    def test(frame: Frame) -> bool:
        return types.conforms(value(frame), wanted, shapes, frame.budget)

    return test


def _if(node: syntax.If, site: Site) -> Closure:
    condition, then, otherwise = (site.build(part) for part in (node.condition, node.then, node.otherwise))
    return lambda frame: then(frame) if condition(frame) is True else otherwise(frame)


def result_size(value: Any, budget: Budget) -> None:
    """Pay for every part of a result: shared parts count each time, as they will when it is written as JSON."""
    if kind(value) in ("list", "context"):
        budget.produce_list(len(value))
        for part in value.values() if isinstance(value, dict) else value:
            result_size(part, budget)


RULES: dict[type[Node], Callable[..., Closure]] = {
    syntax.Literal: _literal,
    syntax.Name: lookup.name,
    syntax.Path: lookup.path,
    syntax.Filter: loops.filtered,
    syntax.Call: calls.call,
    syntax.ListLiteral: _list,
    syntax.ContextLiteral: _context,
    syntax.RangeLiteral: _range,
    syntax.Comparison: _comparison,
    syntax.Negate: _negate,
    syntax.Binary: _binary,
    syntax.Logical: _logical,
    syntax.Between: _between,
    syntax.In: _in,
    syntax.InstanceOf: _instance_of,
    syntax.If: _if,
    syntax.For: loops.for_loop,
    syntax.Quantified: loops.quantified,
    syntax.FunctionLiteral: calls.function_literal,
}
