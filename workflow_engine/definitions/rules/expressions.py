"""Every FEEL text in a model: where it stands and whether it parses. The list serves the rules on variables too."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workflow_engine import feel
from workflow_engine.definitions.model import Node, Process
from workflow_engine.definitions.rules.registry import Finding, Source, World, file_rule


@dataclass(frozen=True)
class FeelText:
    """A text of a model that may be FEEL. `kind` says what it is for, `target` the variable it sets, if any."""

    element: str
    kind: str
    text: str
    line: int
    target: str = ""

    @property
    def is_feel(self) -> bool:
        return self.text.startswith("=")

    def names(self) -> frozenset[str]:
        """The free variable paths; none for a text that does not parse (its own rule says so)."""
        try:
            return feel.compile(self.text[1:], where=self.element).names if self.is_feel else frozenset()
        except feel.FeelError:
            return frozenset()


HOST_FUNCTIONS = frozenset(
    {
        "now",
        "today",
        "working_days_between",
        "add_working_days",
        "add_working_hours",
        "add_days",
        "is_working_day",
    }
)
_MUST_BE_FEEL = frozenset({"condition", "input", "output", "script", "correlation key", "input collection"})


def node_texts(node: Node) -> Iterator[FeelText]:
    """Yield every text of a node that may be FEEL."""
    extension, line = node.extension, node.line
    plain = {
        "assignee": extension.assignee,
        "candidate groups": extension.candidate_groups,
        "due date": extension.due_date,
        "script": extension.script,
    }
    for kind, text in plain.items():
        yield FeelText(node.id, kind, text, line)
    for mapping in extension.inputs:
        yield FeelText(node.id, "input", mapping.source, mapping.line, mapping.target)
    for mapping in extension.outputs:
        yield FeelText(node.id, "output", mapping.source, mapping.line, mapping.target)
    for name, value in extension.properties.items():
        parts = value.split(",") if name == "produces" else [value]
        yield from (FeelText(node.id, f"property {name}", part.strip(), line) for part in parts)
    for event in (*node.events, *([node.message] if node.message else [])):
        yield FeelText(node.id, "timer", event.timer_text, event.line)
        yield FeelText(node.id, "correlation key", event.correlation_key, event.line)
    if node.loop is not None:
        yield FeelText(node.id, "input collection", node.loop.input_collection, line)
        yield FeelText(node.id, "output element", node.loop.output_element, line)
        yield FeelText(node.id, "completion condition", node.loop.completion_condition, line)


def process_texts(process: Process) -> Iterator[FeelText]:
    """Yield every text of a process that may be FEEL, the conditions of its flows included."""
    for node in process.nodes:
        yield from (text for text in node_texts(node) if text.text)
    for flow in process.flows:
        if flow.condition:
            yield FeelText(flow.id, "condition", flow.condition, flow.line)


@file_rule("feel.parse")
def feel_parses(source: Source, world: World) -> Iterator[Finding]:
    """Every expression parses, and what must be an expression is one."""
    for process in source.model.processes:
        for text in process_texts(process):
            yield from _judge(text)


@file_rule("mapping.target")
def mapping_targets(source: Source, world: World) -> Iterator[Finding]:
    """A mapping sets one variable whose name FEEL can read."""
    for process in source.model.processes:
        for node in process.nodes:
            for mapping in (*node.extension.inputs, *node.extension.outputs):
                if not mapping.source or not mapping.target.isidentifier():
                    reason = "The mapping to {target} is incomplete: write a source and a variable name for the target."
                    yield Finding(node.id, reason, {"target": mapping.target or "nothing"}, mapping.line)


def _judge(text: FeelText) -> Iterator[Finding]:
    params: Mapping[str, str] = {"kind": text.kind, "text": text.text[:200]}
    if not text.is_feel:
        if text.kind in _MUST_BE_FEEL:
            yield Finding(text.element, "The {kind} is not FEEL: write = before {text}.", params, text.line)
        return
    try:
        expression = feel.compile(text.text[1:], where=text.element)
    except feel.FeelError as error:
        reason = "The {kind} does not parse, column {column}: {message} ({text})"
        found = {"column": str(error.column), "message": str(error.message), **params}
        yield Finding(text.element, reason, found, text.line)
        return
    for name in sorted(expression.calls - HOST_FUNCTIONS):
        reason = "The {kind} calls the function {name}, which does not exist: correct its name ({text})."
        yield Finding(text.element, reason, {"name": name, **params}, text.line)
