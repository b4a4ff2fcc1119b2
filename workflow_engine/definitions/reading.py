"""From a BPMN file's XML to `Model`. Reading never judges: what is missing is read as empty, `check` names it."""

from collections.abc import Iterator
from dataclasses import replace

from workflow_engine.definitions.diagram import read_edges, read_shapes
from workflow_engine.definitions.extension_reading import read_extension, read_loop
from workflow_engine.definitions.model import (
    NODES,
    SUBPROCESSES,
    Artifact,
    EventDefinition,
    Flow,
    Lane,
    MessageFlow,
    Model,
    Node,
    Participant,
    Process,
)
from workflow_engine.definitions.xml import (
    BPMN,
    DEFAULT_LIMITS,
    ZEEBE,
    Element,
    XmlLimits,
    local_name,
    namespace,
    parse_bpmn,
)

_B = f"{{{BPMN}}}"
_TIMERS = ("timeDate", "timeDuration", "timeCycle")
_ARTIFACTS = frozenset(
    {"textAnnotation", "group", "association", "dataObjectReference", "dataStoreReference", "dataInput", "dataOutput"}
)


def read_model(content: bytes, file: str, limits: XmlLimits = DEFAULT_LIMITS) -> Model:
    """Return the model in a BPMN file; raise ModelRefused when it is not readable as BPMN at all."""
    return model_of(parse_bpmn(content, file, limits), file)


def model_of(root: Element, file: str) -> Model:
    """Return the model below a parsed `bpmn:definitions` element."""
    catalogue = {element.get("id"): element for element in root if element.get("id")}
    return Model(
        file=file,
        processes=tuple(_process(element, catalogue) for element in root.findall(f"{_B}process")),
        participants=tuple(_participant(element) for element in root.iter(f"{_B}participant")),
        message_flows=tuple(
            MessageFlow(*_id_and_name(element), element.get("sourceRef", ""), element.get("targetRef", ""))
            for element in root.iter(f"{_B}messageFlow")
        ),
        artifacts=tuple(_artifact(element) for element in root.iter() if _is_artifact(element)),
        shapes=read_shapes(root),
        edges=read_edges(root),
        is_zeebe=any(namespace(element) == ZEEBE for element in root.iter()),
    )


def _process(element: Element, catalogue: dict[str, Element]) -> Process:
    lanes = tuple(_lanes(element, ""))
    nodes = list(_nodes(element, catalogue))
    lane_of = {node_id: lane.id for lane in lanes for node_id in lane.node_ids}
    scope_of = {node.id: node.scope_id for node in nodes}
    return Process(
        *_id_and_name(element),
        is_executable=element.get("isExecutable") == "true",
        nodes=tuple(replace(node, lane_id=_lane_around(node.id, lane_of, scope_of)) for node in nodes),
        flows=tuple(_flows(element)),
        lanes=lanes,
        line=element.sourceline or 0,
        documentation=_text(element, "documentation"),
    )


def _lane_around(node_id: str, lane_of: dict[str, str], scope_of: dict[str, str]) -> str:
    seen: set[str] = set()
    while node_id and node_id not in lane_of and node_id not in seen:
        seen.add(node_id)
        node_id = scope_of.get(node_id, "")
    return lane_of.get(node_id, "")


def _nodes(scope: Element, catalogue: dict[str, Element]) -> Iterator[Node]:
    for element in scope:
        kind = local_name(element)
        if kind in NODES and namespace(element) == BPMN:
            yield _node(element, kind, scope.get("id", ""), catalogue)
            if kind in SUBPROCESSES:
                yield from _nodes(element, catalogue)


def _node(element: Element, kind: str, scope_id: str, catalogue: dict[str, Element]) -> Node:
    inner = catalogue.get(element.get("messageRef", ""))
    interrupting = element.get("cancelActivity", "true") if kind == "boundaryEvent" else element.get("isInterrupting")
    return Node(
        id=element.get("id", ""),
        type=kind,
        name=element.get("name", ""),
        scope_id=scope_id,
        line=element.sourceline or 0,
        attached_to=element.get("attachedToRef", ""),
        is_interrupting=interrupting != "false",
        is_event_subprocess=element.get("triggeredByEvent") == "true",
        default_flow=element.get("default", ""),
        message=_message(inner, "message", "", element.sourceline or 0) if element.get("messageRef") else None,
        events=tuple(_events(element, catalogue)),
        extension=read_extension(element),
        loop=read_loop(element),
        documentation=_text(element, "documentation"),
        listed_flows=tuple(
            (child.text or "").strip() for child in element.iterchildren(f"{_B}incoming", f"{_B}outgoing")
        ),
    )


def _events(element: Element, catalogue: dict[str, Element]) -> Iterator[EventDefinition]:
    for child in element:
        kind = local_name(child)
        if kind == "eventDefinitionRef":
            child = catalogue.get((child.text or "").strip().split(":")[-1], child)
            kind = local_name(child)
        if not kind.endswith("EventDefinition"):
            continue
        kind, line = kind.removesuffix("EventDefinition"), child.sourceline or 0
        reference = child.get(f"{kind}Ref", "")
        if kind == "link":
            yield EventDefinition("link", child.get("id", ""), child.get("name", ""), line=line)
        elif kind == "timer":
            yield _timer(child)
        else:
            yield _message(catalogue.get(reference), kind, child.get("id", ""), line)


def _timer(element: Element) -> EventDefinition:
    for timer_kind in _TIMERS:
        child = element.find(f"{_B}{timer_kind}")
        if child is not None:
            text = "".join(child.itertext()).strip()
            line = child.sourceline or 0
            return EventDefinition("timer", element.get("id", ""), timer_kind=timer_kind, timer_text=text, line=line)
    return EventDefinition("timer", element.get("id", ""), line=element.sourceline or 0)


def _message(target: Element | None, kind: str, definition_id: str, line: int) -> EventDefinition:
    """An event that refers to a root element: message, signal, error or escalation."""
    if target is None:
        return EventDefinition(kind, definition_id, line=line)
    name = target.get({"error": "errorCode", "escalation": "escalationCode"}.get(kind, "name"), "")
    subscription = target.find(f"{_B}extensionElements/{{{ZEEBE}}}subscription")
    key = "" if subscription is None else subscription.get("correlationKey", "")
    return EventDefinition(kind, definition_id, name, has_target=True, correlation_key=key, line=line)


def _flows(process: Element) -> Iterator[Flow]:
    for element in process.iter(f"{_B}sequenceFlow"):
        condition = element.find(f"{_B}conditionExpression")
        yield Flow(
            *_id_and_name(element),
            source=element.get("sourceRef", ""),
            target=element.get("targetRef", ""),
            scope_id=element.getparent().get("id", ""),
            condition="" if condition is None else "".join(condition.itertext()).strip(),
            line=element.sourceline or 0,
        )


def _lanes(element: Element, parent_id: str) -> Iterator[Lane]:
    for lane_set in [*element.findall(f"{_B}laneSet"), *element.findall(f"{_B}childLaneSet")]:
        for lane in lane_set.findall(f"{_B}lane"):
            references = tuple((ref.text or "").strip() for ref in lane.findall(f"{_B}flowNodeRef"))
            yield Lane(*_id_and_name(lane), parent_id, references, lane.sourceline or 0)
            yield from _lanes(lane, lane.get("id", ""))


def _participant(element: Element) -> Participant:
    return Participant(*_id_and_name(element), element.get("processRef", ""), element.sourceline or 0)


def _is_artifact(element: Element) -> bool:
    return local_name(element) in _ARTIFACTS and namespace(element) == BPMN


def _artifact(element: Element) -> Artifact:
    text = _text(element, "text") or element.get("name", "")
    return Artifact(
        element.get("id", ""), local_name(element), text, element.get("sourceRef", ""), element.get("targetRef", "")
    )


def _id_and_name(element: Element) -> tuple[str, str]:
    return element.get("id", ""), element.get("name", "")


def _text(element: Element, tag: str) -> str:
    child = element.find(f"{_B}{tag}")
    return "" if child is None else "".join(child.itertext()).strip()
