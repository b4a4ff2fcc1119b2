"""Reading a decision model and taking its decisions, each after those it requires."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflow_engine.decisions import boxed, reading
from workflow_engine.decisions.boxed import BOXES, Workshop
from workflow_engine.decisions.item_types import read_types
from workflow_engine.decisions.model import Decided, Decision, InputData, Knowledge, Logic, Outcome, Service
from workflow_engine.decisions.reading import Element, child, children, references
from workflow_engine.errors import ModelError
from workflow_engine.feel import types
from workflow_engine.feel.compiler import result_size
from workflow_engine.feel.errors import FeelError, placed
from workflow_engine.feel.expression import NOTHING, Functions
from workflow_engine.feel.limits import DEFAULT_LIMITS, Budget, Limits
from workflow_engine.feel.lookup import converted
from workflow_engine.feel.types import ItemType
from workflow_engine.feel.values import Frame, Function

REQUIRED = ("requiredDecision", "requiredInput", "requiredKnowledge")


@dataclass(frozen=True)
class Decisions:
    """The decisions of one file, by id."""

    file_name: str
    decisions: Mapping[str, Decision]
    inputs: Mapping[str, InputData]
    knowledge: Mapping[str, Knowledge]
    services: Mapping[str, Service]
    types: Mapping[str, ItemType]

    def decide(
        self,
        decision_id: str,
        scope: Mapping[str, Any],
        functions: Functions = NOTHING,
        limits: Limits | None = None,
    ) -> Decided:
        """Take a decision or run a decision service, named by id or name; every decision sees the whole scope.

        ModelError when there is none or it is faulty, FeelError when an expression or a hit policy fails.
        """
        budget = Budget(limits or DEFAULT_LIMITS, functions)
        turn = _Turn(self, Frame(scope, None, budget), budget)
        wanted = self.find(decision_id)
        if wanted is None:
            raise ModelError(f"There is no decision “{decision_id}”", file=self.file_name, element=decision_id)
        try:
            if isinstance(wanted, Service):
                return Decided(wanted.id, turn.serve(wanted))
            return turn.take(wanted)
        except RecursionError:
            raise placed(FeelError("Stopped: nested too deeply."), "", f"{self.file_name}, {wanted.id}") from None

    def find(self, name: str) -> Decision | Service | None:
        """The decision or service with this id or name, or None."""
        every: list[Decision | Service] = [*self.decisions.values(), *self.services.values()]
        by_id = (known for known in every if known.id == name)
        return next(by_id, None) or next((known for known in every if known.name == name), None)


@dataclass(frozen=True)
class _Turn:
    """One asking of a model: what is already decided in it."""

    model: Decisions
    root: Frame
    budget: Budget
    decided: dict[str, Decided] = field(default_factory=dict)

    def take(self, decision: Decision) -> Decided:
        if decision.id in self.decided:
            return self.decided[decision.id]
        if decision.fault is not None:
            raise decision.fault
        required = [self.take(self.model.decisions[ref]) for ref in decision.requires if ref in self.model.decisions]
        frame = Frame(self.variables(decision.requires), self.root, self.budget)
        logic = decision.logic or Logic(lambda frame: None)
        outcome = logic.explain(frame) if logic.explain else Outcome(logic.run(frame), _read(logic.names, frame))
        value = types.coerce(outcome.value, decision.type, self.model.types, self.budget)
        result_size(value, self.budget)
        decided = Decided(decision.id, value, outcome.inputs, outcome.matched_rules, tuple(required))
        self.decided[decision.id] = decided
        return decided

    def variables(self, requires: tuple[str, ...]) -> dict[str, Any]:
        """What the requirements of a decision or knowledge model bring into its scope."""
        model = self.model
        values: dict[str, Any] = {}
        for ref in requires:
            if ref in model.inputs:
                self._give_input(model.inputs[ref], values)
            elif ref in model.decisions:
                values[model.decisions[ref].variable] = self.take(model.decisions[ref]).value
            elif ref in model.knowledge:
                values[model.knowledge[ref].name] = self._function(model.knowledge[ref])
            elif ref in model.services:
                values[model.services[ref].name] = self._service_function(model.services[ref])
        return values

    def _give_input(self, given: InputData, values: dict[str, Any]) -> None:
        if given.type is not None and given.name in self.root.variables:
            value = converted(self.root.variables[given.name], self.budget)
            values[given.name] = types.coerce(value, given.type, self.model.types, self.budget)

    def _function(self, knowledge: Knowledge) -> Any:
        return knowledge.logic.run(Frame(self.variables(knowledge.requires), self.root, self.budget))

    def serve(self, service: Service) -> Any:
        values = {
            self.model.decisions[ref].variable: self.take(self.model.decisions[ref]).value for ref in service.outputs
        }
        return next(iter(values.values())) if len(values) == 1 else values

    def _service_function(self, service: Service) -> Function:
        names = tuple(self._name_of(ref) for ref in service.inputs)

        def call(budget: Budget, given: list[Any]) -> Any:
            if len(given) != len(names):
                return None
            root = Frame(dict(zip(names, given, strict=True)), self.root, budget)
            known = {
                ref: Decided(ref, value)
                for ref, value in zip(service.inputs, given, strict=True)
                if ref in self.model.decisions
            }
            budget.enter()
            try:
                return _Turn(self.model, root, budget, known).serve(service)
            finally:
                budget.leave()

        return Function(names, call)

    def _name_of(self, ref: str) -> str:
        model = self.model
        return model.inputs[ref].name if ref in model.inputs else model.decisions[ref].variable


def _read(names: frozenset[str], frame: Frame) -> dict[str, Any]:
    """The values of variable paths, for the record of why."""
    values = {}
    for path in sorted(names):
        first, *keys = path.split(".")
        scope: Frame | None = frame
        while scope is not None and first not in scope.variables:
            scope = scope.parent
        value = scope.variables[first] if scope is not None else None
        for key in keys:
            value = value.get(key) if isinstance(value, Mapping) else None
        if not isinstance(value, Function):
            values[path] = value
    return values


def parse(xml: bytes, file_name: str, *, keep_faulty: bool = False) -> Decisions:
    """Read a decision model of DMN 1.1 to 1.5.

    ModelError names file, element and reason; with ``keep_faulty`` a decision with a fault raises it when asked.
    """
    root = reading.read(xml, file_name)
    named = read_types(root, file_name)
    shop = Workshop(file_name, tuple(sorted(set(reading.names_in(root)))), named)
    decisions = [_decision(element, shop, keep_faulty=keep_faulty) for element in children(root, "decision")]
    model = Decisions(
        file_name,
        {decision.id: decision for decision in decisions},
        {given.id: given for given in (_input_data(element, shop) for element in children(root, "inputData"))},
        {known.id: known for known in (_knowledge(one, shop) for one in children(root, "businessKnowledgeModel"))},
        {service.id: service for service in (_service(one) for one in children(root, "decisionService"))},
        named,
    )
    _refuse_circles(model)
    return model


def _named(element: Element) -> tuple[str, str]:
    name = " ".join((element.get("name") or "").split())
    return element.get("id") or name, name


def _decision(element: Element, shop: Workshop, *, keep_faulty: bool) -> Decision:
    element_id, name = _named(element)
    variable = child(element, "variable")
    variable_name = _named(variable)[1] if variable is not None else name
    logic, fault = None, None
    try:
        logic = boxed.inner(element, shop, element_id)
    except ModelError as error:
        if not keep_faulty:
            raise
        fault = error
    requires = references(element, *REQUIRED)
    return Decision(element_id, name, variable_name or name, shop.type_of(variable), logic, requires, fault)


def _input_data(element: Element, shop: Workshop) -> InputData:
    element_id, name = _named(element)
    variable = child(element, "variable")
    return InputData(element_id, _named(variable)[1] if variable is not None else name, shop.type_of(variable))


def _knowledge(element: Element, shop: Workshop) -> Knowledge:
    element_id, name = _named(element)
    logic = element.find("{*}encapsulatedLogic")
    box = logic if logic is not None else None
    if box is None:
        raise ModelError("The business knowledge model is empty", file=shop.file_name, element=element_id)
    return Knowledge(
        element_id, name, BOXES["functionDefinition"](box, shop, element_id), references(element, *REQUIRED)
    )


def _service(element: Element) -> Service:
    element_id, name = _named(element)
    variable = child(element, "variable")
    return Service(
        element_id,
        _named(variable)[1] if variable is not None else name,
        references(element, "outputDecision"),
        (*references(element, "inputData"), *references(element, "inputDecision")),
    )


def _refuse_circles(model: Decisions) -> None:
    done: set[str] = set()

    def visit(ref: str, path: tuple[str, ...]) -> None:
        if ref in path:
            raise ModelError("The decision requires itself", file=model.file_name, element=ref)
        if ref in done:
            return
        for required in model.decisions[ref].requires:
            if required in model.decisions:
                visit(required, (*path, ref))
        done.add(ref)

    for decision_id in model.decisions:
        visit(decision_id, ())
