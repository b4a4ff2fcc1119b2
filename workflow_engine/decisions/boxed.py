"""Boxed expressions: every form DMN draws as a box, compiled to a closure over FEEL's frames."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from workflow_engine import feel
from workflow_engine.decisions.item_types import reference
from workflow_engine.decisions.model import Logic
from workflow_engine.decisions.reading import Element, child, children, local, text_in
from workflow_engine.decisions.tables import POLICIES, Input, Output, Rule, Table
from workflow_engine.errors import ModelError
from workflow_engine.feel import calls, compiler, loops, syntax, types
from workflow_engine.feel.errors import FeelError, placed
from workflow_engine.feel.expression import Expression, UnaryTests
from workflow_engine.feel.site import Site
from workflow_engine.feel.types import ItemType
from workflow_engine.feel.values import Closure, Frame, Function

FEEL_LANGUAGES = (
    "feel",
    "https://www.omg.org/spec/DMN/",
    "http://www.omg.org/spec/DMN/",
    "http://www.omg.org/spec/FEEL",
)
POLICY_LETTERS = {"U": "UNIQUE", "A": "ANY", "P": "PRIORITY", "F": "FIRST", "R": "RULE ORDER", "O": "OUTPUT ORDER"}


@dataclass(frozen=True)
class Workshop:
    """What compiling a file's expressions needs: its name, the names with spaces in it, its types."""

    file_name: str
    names: tuple[str, ...]
    named: dict[str, ItemType]

    def site(self, where: str) -> Site:
        return Site("", where, self.named, compiler.build)

    def expression(self, text: str, element: str) -> Expression:
        try:
            return feel.compile(text, where=f"{self.file_name}, {element}", names=self.names, types=self.named)
        except FeelError as error:
            raise self.fault(error, element) from error

    def tests(self, text: str, element: str) -> UnaryTests:
        try:
            return feel.compile_unary_tests(
                text, where=f"{self.file_name}, {element}", names=self.names, types=self.named
            )
        except FeelError as error:
            raise self.fault(error, element) from error

    def fault(self, error: FeelError, element: str) -> ModelError:
        place = f"line {error.line}, column {error.column} of {error.text}"
        return ModelError(f"{error.message} ({place})", file=self.file_name, element=element)

    def type_of(self, element: Element | None) -> syntax.Type | None:
        return reference(element.get("typeRef"), self.named) if element is not None else None


def logic_of(box: Element, shop: Workshop, owner: str) -> Logic:
    """The compiled logic of one box; ``owner`` is the id messages name when the box has none."""
    rule = BOXES.get(local(box))
    if rule is None:
        raise ModelError(f"The box {local(box)} is not known", file=shop.file_name, element=owner)
    return rule(box, shop, box.get("id") or owner)


def inner(element: Element | None, shop: Workshop, owner: str) -> Logic | None:
    """The logic of the first box in an element, or None when it is empty."""
    if element is None:
        return None
    box = child(element, *BOXES)
    return logic_of(box, shop, owner) if box is not None else None


def needed(element: Element | None, shop: Workshop, owner: str) -> Closure:
    logic = inner(element, shop, owner)
    if logic is None:
        raise ModelError("A part of the box is empty", file=shop.file_name, element=owner)
    return logic.run


def _literal(box: Element, shop: Workshop, owner: str) -> Logic:
    language = box.get("expressionLanguage")
    if language and not language.lower().startswith(tuple(known.lower() for known in FEEL_LANGUAGES)):
        raise ModelError(f"The language {language} is not FEEL", file=shop.file_name, element=owner)
    text = text_in(box)
    if not text:
        return Logic(lambda frame: None)
    expression = shop.expression(text, owner)
    run = _placed(_typed(expression.run, shop.type_of(box), shop), text, expression.where)
    return Logic(run, names=expression.names, calls=expression.calls)


def _placed(run: Closure, text: str, where: str) -> Closure:
    """Errors name the expression they come from, not the decision that asked for it."""

    def run_placed(frame: Frame) -> Any:
        try:
            return run(frame)
        except FeelError as error:
            raise placed(error, text, where) from error

    return run_placed


def _typed(run: Closure, wanted: syntax.Type | None, shop: Workshop) -> Closure:
    if wanted is None or wanted == types.ANY:
        return run
    return lambda frame: types.coerce(run(frame), wanted, shop.named, frame.budget)


def _table(box: Element, shop: Workshop, owner: str) -> Logic:
    policy = (box.get("hitPolicy") or "UNIQUE").upper()
    policy = POLICY_LETTERS.get(policy, policy)
    aggregation = (box.get("aggregation") or "").upper()
    if policy not in POLICIES or aggregation not in ("", "SUM", "MIN", "MAX", "COUNT"):
        raise ModelError(f"The hit policy {policy} {aggregation} is not known", file=shop.file_name, element=owner)
    inputs = tuple(_input(column, shop, owner) for column in children(box, "input"))
    outputs = tuple(_output(column, shop, owner) for column in children(box, "output"))
    rules = tuple(
        _rule(number, rule, len(inputs), len(outputs), shop, owner)
        for number, rule in enumerate(children(box, "rule"), start=1)
    )
    table = Table(inputs, outputs, rules, policy, aggregation if policy == "COLLECT" else "", shop.named)
    where = f"{shop.file_name}, {owner}"

    def explain(frame: Frame) -> Any:
        try:
            return table.decide(frame)
        except FeelError as error:
            raise placed(error, "", where) from error

    return Logic(lambda frame: explain(frame).value, explain)


def _input(column: Element, shop: Workshop, owner: str) -> Input:
    owner = column.get("id") or owner
    expression = child(column, "inputExpression")
    text = text_in(expression) or column.get("label") or ""
    allowed = text_in(child(column, "inputValues"))
    return Input(
        text,
        shop.expression(text, owner).run,
        shop.type_of(expression),
        shop.tests(allowed, owner).run if allowed else None,
    )


def _output(column: Element, shop: Workshop, owner: str) -> Output:
    owner = column.get("id") or owner
    allowed, default = text_in(child(column, "outputValues")), text_in(child(column, "defaultOutputEntry"))
    return Output(
        column.get("name") or column.get("label") or "",
        shop.type_of(column),
        shop.expression(f"[{allowed}]", owner).run if allowed else None,
        shop.expression(default, owner).run if default else None,
    )


def _rule(number: int, rule: Element, inputs: int, outputs: int, shop: Workshop, owner: str) -> Rule:
    tests, results = children(rule, "inputEntry"), children(rule, "outputEntry")
    if len(tests) != inputs or len(results) != outputs:
        raise ModelError(f"Rule {number} has not one cell per column", file=shop.file_name, element=owner)
    return Rule(
        number,
        tuple(shop.tests(text_in(cell) or "-", f"{owner} rule {number}").run for cell in tests),
        tuple(shop.expression(text_in(cell) or "null", f"{owner} rule {number}").run for cell in results),
    )


def _context(box: Element, shop: Workshop, owner: str) -> Logic:
    entries: list[tuple[str | None, Closure]] = []
    for entry in children(box, "contextEntry"):
        variable = child(entry, "variable")
        run = _typed(needed(entry, shop, owner), shop.type_of(variable), shop)
        entries.append((" ".join(variable.get("name", "").split()) if variable is not None else None, run))

    def make(frame: Frame) -> Any:
        values: dict[str, Any] = {}
        scope = Frame(values, frame, frame.budget)
        for name, run in entries:
            value = run(scope)
            if name is None:
                return value
            values[name] = value
        return values

    return Logic(make)


def _list(box: Element, shop: Workshop, owner: str) -> Logic:
    items = tuple(logic_of(item, shop, owner).run for item in children(box, *BOXES))
    return Logic(lambda frame: [run(frame) for run in items])


def _relation(box: Element, shop: Workshop, owner: str) -> Logic:
    columns = [" ".join((column.get("name") or "").split()) for column in children(box, "column")]
    rows = [
        tuple(zip(columns, (logic_of(cell, shop, owner).run for cell in children(row, *BOXES)), strict=False))
        for row in children(box, "row")
    ]
    return Logic(lambda frame: [{name: run(frame) for name, run in row} for row in rows])


def _invocation(box: Element, shop: Workshop, owner: str) -> Logic:
    function = needed(box, shop, owner)
    bindings = [
        (" ".join(parameter.get("name", "").split()), needed(binding, shop, owner))
        for binding in children(box, "binding")
        if (parameter := child(binding, "parameter")) is not None
    ]

    def invoke(frame: Frame) -> Any:
        called = function(frame)
        if type(called) is not Function:
            return None
        return calls.call_function(
            called, frame.budget, [run(frame) for _, run in bindings], [name for name, _ in bindings]
        )

    return Logic(_typed(invoke, shop.type_of(box), shop))


def _function(box: Element, shop: Workshop, owner: str) -> Logic:
    parameters = children(box, "formalParameter")
    names = tuple(" ".join((parameter.get("name") or "").split()) for parameter in parameters)
    wanted = tuple(shop.type_of(parameter) for parameter in parameters)
    # Java and PMML functions are foreign code: they are never called and give null.
    body = inner(box, shop, owner) if (box.get("kind") or "FEEL").upper() == "FEEL" else None
    result = shop.type_of(child(box, *BOXES))
    site = shop.site(owner)
    run = body.run if body is not None else None
    return Logic(lambda frame: calls.define(names, wanted, run, frame, site, result))


def _conditional(box: Element, shop: Workshop, owner: str) -> Logic:
    condition, then, otherwise = (needed(child(box, part), shop, owner) for part in ("if", "then", "else"))

    def choose(frame: Frame) -> Any:
        outcome = condition(frame)
        if outcome is True:
            return then(frame)
        return otherwise(frame) if outcome is None or outcome is False else None

    return Logic(choose)


def _filter(box: Element, shop: Workshop, owner: str) -> Logic:
    source, predicate = (needed(child(box, part), shop, owner) for part in ("in", "match"))

    def select(frame: Frame) -> Any:
        items = source(frame)
        outcomes: list[Any] = []

        def match(scope: Frame) -> Any:
            outcomes.append(predicate(scope))
            return outcomes[-1]

        chosen = loops.matching(items if type(items) is list else [] if items is None else [items], match, frame)
        # Unlike FEEL's own filter, a box whose condition is no boolean has no value.
        return chosen if all(outcome is None or type(outcome) is bool for outcome in outcomes) else None

    return Logic(_typed(select, shop.type_of(box), shop))


def _iteration(box: Element, shop: Workshop, owner: str) -> Logic:
    source = needed(child(box, "in"), shop, owner)
    body = needed(child(box, "return", "satisfies"), shop, owner)
    name = " ".join((box.get("iteratorVariable") or "").split())
    finish = {"for": loops.collect, "some": loops.some, "every": loops.every}[local(box)]
    return Logic(_typed(lambda frame: finish(name, source(frame), body, frame), shop.type_of(box), shop))


BOXES: Mapping[str, Callable[[Element, Workshop, str], Logic]] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "invocation": _invocation,
    "functionDefinition": _function,
    "conditional": _conditional,
    "filter": _filter,
    "for": _iteration,
    "some": _iteration,
    "every": _iteration,
}
