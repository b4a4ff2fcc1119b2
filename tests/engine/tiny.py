"""Tiny BPMN models built from strings, and a play of one on the engine core: saved and restored after every action."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from workflow_engine import spiff
from workflow_engine.definitions import parse_bpmn
from workflow_engine.spiff import Definition, Element, Host, Run, Wait

MOMENT = datetime(2026, 11, 12, 2, 0, tzinfo=UTC)
HEAD = """<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d">"""
TAIL = """<bpmn:message id="M" name="m"/>
 <bpmn:message id="K" name="k"><bpmn:extensionElements><zeebe:subscription correlationKey="=code"/>
 </bpmn:extensionElements></bpmn:message>
 <bpmn:escalation id="E" name="E" escalationCode="E"/><bpmn:error id="R" name="R" errorCode="R"/>
 <bpmn:error id="R2" name="R2" errorCode="R2"/><bpmn:signal id="S" name="s"/></bpmn:definitions>"""


def _timer(kind: str, text: str) -> str:
    return f"<bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>"


EVENTS = {
    "escalation": '<bpmn:escalationEventDefinition escalationRef="E"/>',
    "error": '<bpmn:errorEventDefinition errorRef="R"/>',
    "other error": '<bpmn:errorEventDefinition errorRef="R2"/>',
    "any error": "<bpmn:errorEventDefinition/>",
    "message": '<bpmn:messageEventDefinition messageRef="M"/>',
    "keyed message": '<bpmn:messageEventDefinition messageRef="K"/>',
    "signal": '<bpmn:signalEventDefinition signalRef="S"/>',
    "terminate": "<bpmn:terminateEventDefinition/>",
    "one hour": _timer("timeDuration", "PT1H"),
    "FEEL duration": _timer("timeDuration", '=duration("P1DT2H")'),
    "three hours": _timer("timeCycle", "R3/PT1H"),
    "at": _timer("timeDate", "=at"),
    "due": _timer("timeDate", "=due_at"),
}


def flows(*pairs: str) -> str:
    """Sequence flows of "a>b", or "a>b if =condition"; a default flow is named by the gateway."""
    found = []
    for pair in pairs:
        ends, _, condition = pair.partition(" if ")
        source, target = ends.split(">")
        inner = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
        found.append(
            f'<bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inner}'
            "</bpmn:sequenceFlow>"
        )
    return "".join(found)


def extended(inner: str) -> str:
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>" if inner else ""


def mapped(*mappings: str) -> str:
    """zeebe:ioMapping of "in source → target" and "out source → target"."""
    rows = []
    for mapping in mappings:
        direction, _, rest = mapping.partition(" ")
        source, target = rest.split(" → ")
        rows.append(f'<zeebe:{direction}put source="={source}" target="{target}"/>')
    return f"<zeebe:ioMapping>{''.join(rows)}</zeebe:ioMapping>" if rows else ""


def user(node: str, *mappings: str, inner: str = "") -> str:
    return f'<bpmn:userTask id="{node}">{extended(mapped(*mappings))}{inner}</bpmn:userTask>'


def script(node: str, text: str = "1", *mappings: str, result: str = "", inner: str = "") -> str:
    told = f'<zeebe:script expression="={text}" resultVariable="{result or node}"/>{mapped(*mappings)}'
    return f'<bpmn:scriptTask id="{node}">{extended(told)}{inner}</bpmn:scriptTask>'


def job(node: str, *mappings: str, operator: str = "remote") -> str:
    told = f'<zeebe:taskDefinition type="{operator}"/>{mapped(*mappings)}'
    return f'<bpmn:serviceTask id="{node}">{extended(told)}</bpmn:serviceTask>'


def boundary(node: str, on: str, event: str, *, interrupts: bool = True, properties: str = "") -> str:
    return (
        f'<bpmn:boundaryEvent id="{node}" attachedToRef="{on}" cancelActivity="{str(interrupts).lower()}">'
        f"{extended(properties)}{EVENTS[event]}</bpmn:boundaryEvent>"
    )


def catch(node: str, event: str, *mappings: str) -> str:
    told = extended(mapped(*mappings))
    return f'<bpmn:intermediateCatchEvent id="{node}">{told}{EVENTS[event]}</bpmn:intermediateCatchEvent>'


def receive_task(node: str, message: str, *mappings: str) -> str:
    return f'<bpmn:receiveTask id="{node}" messageRef="{message}">{extended(mapped(*mappings))}</bpmn:receiveTask>'


def throw(node: str, event: str) -> str:
    return f'<bpmn:intermediateThrowEvent id="{node}">{EVENTS[event]}</bpmn:intermediateThrowEvent>'


def end(node: str, event: str = "") -> str:
    return f'<bpmn:endEvent id="{node}">{EVENTS[event] if event else ""}</bpmn:endEvent>'


def gateway(kind: str, node: str, default: str = "") -> str:
    return f'<bpmn:{kind}Gateway id="{node}"{f" default={chr(34)}{default}{chr(34)}" if default else ""}/>'


def sub(node: str, inner: str, *mappings: str, loop: str = "") -> str:
    """An embedded sub-process whose start event is "<id>_start"."""
    start = f'<bpmn:startEvent id="{node}_start"/>'
    return f'<bpmn:subProcess id="{node}">{extended(mapped(*mappings))}{start}{inner}{loop}</bpmn:subProcess>'


def handler(node: str, event: str, inner: str, *, interrupts: bool = True, properties: str = "") -> str:
    """An event sub-process whose start event is "<id>_start"."""
    start = (
        f'<bpmn:startEvent id="{node}_start" isInterrupting="{str(interrupts).lower()}">'
        f"{extended(properties)}{EVENTS[event]}</bpmn:startEvent>"
    )
    return f'<bpmn:subProcess id="{node}" triggeredByEvent="true">{start}{inner}</bpmn:subProcess>'


def call(node: str, *mappings: str, attributes: str = "", loop: str = "") -> str:
    """A call of the process "q", whose start event is "sp_start"."""
    told = f'<zeebe:calledElement processId="q" {attributes}/>{mapped(*mappings)}'
    return f'<bpmn:callActivity id="{node}">{extended(told)}{loop}</bpmn:callActivity>'


def each(collection: str, *, sequential: bool = False, output: str = "", until: str = "") -> str:
    """Multi-instance with Zeebe's collections: the item is "item", results are gathered in "results"."""
    gathered = f'outputCollection="results" outputElement="={output}"' if output else ""
    told = extended(f'<zeebe:loopCharacteristics inputCollection="={collection}" inputElement="item" {gathered}/>')
    enough = f"<bpmn:completionCondition>={until}</bpmn:completionCondition>" if until else ""
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">{told}{enough}'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def define(body: str, *, called: str = "", is_package: bool = False) -> Definition:
    """A process "p" that starts with "s"; ``called`` is the inside of "q"."""
    text = f'{HEAD}<bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="s"/>{body}</bpmn:process>'
    if called:
        text += f'<bpmn:process id="q" isExecutable="true"><bpmn:startEvent id="sp_start"/>{called}</bpmn:process>'
    return spiff.parse({"tiny.bpmn": parse_bpmn((text + TAIL).encode(), "tiny.bpmn")}, "p", is_package=is_package)


def host(**given: Any) -> Host:
    """A world in which every operator is remote and nothing is recorded; any part can be given."""
    functions: dict[str, Callable[..., Any]] = {"now": lambda: MOMENT}
    plain = Host(
        now=MOMENT,
        context=dict,
        functions=functions,
        decide=lambda decision_id, scope: None,
        is_local=lambda operator: False,
        call=lambda operator, element, variables: {},
        entered=lambda element, variables: None,
        left=lambda element: None,
    )
    return replace(plain, **given)


@dataclass
class Play:
    """An instance between actions: nothing but its bytes. ``entered`` and ``left`` log what the host heard."""

    definition: Definition
    host: Host
    state: bytes = b""
    is_completed: bool = False
    entered: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    waiting: list[Wait] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)

    def act(self, action: Callable[[Run], Any]) -> Any:
        """Load, act, save; what was saved must be what a fresh load saves again."""
        run = self._load()
        result = action(run)
        self._keep(run)
        return result

    def do(self, element_id: str, /, **values: Any) -> "Play":
        """Complete the oldest open user task or job of an element."""
        token = self.wait_of(element_id, "user_task", "job").token
        self.act(lambda run: run.complete(token, values))
        return self

    def fire(self, element_id: str) -> "Play":
        token = self.wait_of(element_id, "timer").token
        self.act(lambda run: run.fire(token))
        return self

    def send(self, name: str, key: str = "", /, **payload: Any) -> bool:
        return bool(self.act(lambda run: run.correlate(name, key, payload)))

    def fail(self, element_id: str, code: str) -> "Play":
        token = self.wait_of(element_id, "job").token
        self.act(lambda run: run.throw(token, code))
        return self

    def at(self, moment: datetime, **given: Any) -> "Play":
        """Move the clock of the world."""
        self.host = replace(self.host, now=moment, **given)
        self.act(lambda run: None)
        return self

    def wait_of(self, element_id: str, *kinds: str) -> Wait:
        found = [wait for wait in self.waiting if wait.element.id == element_id and wait.kind in kinds]
        assert found, f"nothing waits at {element_id}, but at {[(w.kind, w.element.id) for w in self.waiting]}"
        return found[0]

    def due(self, element_id: str) -> datetime | None:
        return self.wait_of(element_id, "timer").due_at

    @property
    def open(self) -> list[str]:
        """Open user tasks and jobs by element, sorted; what is done says so."""
        assert not (self.is_completed and self.waiting), f"ended, but waits: {self.waiting}"
        tasks = sorted(wait.element.id for wait in self.waiting if wait.kind in ("user_task", "job"))
        return ["(ended)"] if self.is_completed else tasks

    def local(self, element_id: str) -> Mapping[str, Any]:
        """The variables a waiting task sees."""
        token = self.wait_of(element_id, "user_task", "job").token
        return self._load().task_facts(token).local

    def _load(self) -> Run:
        return spiff.load(self.definition, self.host, self.state)

    def _keep(self, run: Run) -> None:
        self.is_completed = run.is_completed
        self.state = run.dump()
        again = self._load()
        self.waiting = sorted(again.waits(), key=lambda wait: wait.token)
        assert self.waiting == sorted(run.waits(), key=lambda wait: wait.token)
        assert again.dump() == self.state
        self.variables = dict(run.workflow.variables or {})


def play(definition: Definition | str, /, **payload: Any) -> Play:
    """Start an instance; a text is the body of process "p"."""
    made = define(definition) if isinstance(definition, str) else definition
    return play_on(made, host(), **payload)


def play_on(definition: Definition, world: Host, /, **payload: Any) -> Play:
    """Start an instance in a given world."""
    played = Play(definition, world)
    entered, left = world.entered, world.left

    def note_entered(element: Element, variables: Mapping[str, Any]) -> None:
        played.entered.append(element.id)
        entered(element, variables)

    def note_left(element: Element) -> None:
        played.left.append(element.id)
        left(element)

    played.host = replace(world, entered=note_entered, left=note_left)
    played._keep(spiff.start(definition, played.host, payload))
    return played
