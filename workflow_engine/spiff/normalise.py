"""A model is brought to the shapes the library runs rightly, before it is parsed; its meaning does not change.

Implicit starts and ends become explicit, link events become sequence flows, and an event sub-process becomes a
boundary event on an implicit body: the library starts event sub-processes at once and does not let an interrupting
one interrupt.
"""

from typing import Any

from lxml import etree

from workflow_engine.spiff.elements import BODY, HANDLER

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
B = f"{{{BPMN}}}"
NODES = {
    f"{B}{tag}"
    for tag in (
        *("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"),
        *("task", "userTask", "manualTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask"),
        *("subProcess", "callActivity"),
        *("exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway"),
    )
}


def normalise(root: Any) -> None:
    """Normalise every process and sub-process of a parsed BPMN file in place."""
    for scope in list(root.iter(f"{B}process", f"{B}subProcess")):
        _name_called(scope)
        _join_links(scope)
        handlers = [node for node in _nodes(scope) if node.get("triggeredByEvent") == "true"]
        _close_ends(scope, handlers)
        if handlers:
            _wrap(scope, handlers)


def _nodes(scope: Any) -> list[Any]:
    return [element for element in scope if element.tag in NODES]


def _add(parent: Any, tag: str, **attributes: str) -> Any:
    return etree.SubElement(parent, B + tag, attributes)


def _flow(scope: Any, source: str, target: str) -> None:
    _add(scope, "sequenceFlow", id=f"{source}__{target}", sourceRef=source, targetRef=target)


def _name_called(scope: Any) -> None:
    """The library reads the called process from the standard attribute, Camunda 8 from its extension."""
    for call in scope.findall(f"{B}callActivity"):
        called = call.find(f"./{B}extensionElements/{{{ZEEBE}}}calledElement")
        if called is not None:
            call.set("calledElement", called.get("processId", ""))


def _join_links(scope: Any) -> None:
    link = f"{B}linkEventDefinition"
    targets = {
        event.find(link).get("name"): event
        for event in scope.findall(f"{B}intermediateCatchEvent")
        if event.find(link) is not None
    }
    for event in scope.findall(f"{B}intermediateThrowEvent"):
        definition = event.find(link)
        if definition is not None:
            _flow(scope, event.get("id"), targets[definition.get("name")].get("id"))
            event.remove(definition)
    for event in targets.values():
        event.tag = f"{B}intermediateThrowEvent"
        event.remove(event.find(link))


def _close_ends(scope: Any, handlers: list[Any]) -> None:
    """Implicit start and end are legal BPMN: a node without inflow starts, a node without outflow ends."""
    flows = scope.findall(f"{B}sequenceFlow")
    sources, targets = {flow.get("sourceRef") for flow in flows}, {flow.get("targetRef") for flow in flows}
    body = [node for node in _nodes(scope) if node not in handlers]
    if body and not any(node.tag == f"{B}startEvent" for node in body):
        start = f"{scope.get('id')}__start"
        _add(scope, "startEvent", id=start)
        for node in body:
            if node.get("id") not in targets and node.tag != f"{B}boundaryEvent":
                _flow(scope, start, node.get("id"))
    for node in body:
        if node.get("id") not in sources and node.tag != f"{B}endEvent":
            end = f"{node.get('id')}__end"
            _add(scope, "endEvent", id=end)
            _flow(scope, node.get("id"), end)


def _wrap(scope: Any, handlers: list[Any]) -> None:
    scope_id = scope.get("id")
    start, body_id, end = f"{scope_id}__start0", f"{scope_id}{BODY}", f"{scope_id}__end0"
    body = etree.Element(f"{B}subProcess", id=body_id)
    outer = etree.Element(f"{B}startEvent", id=start)
    inside = [node for node in _nodes(scope) if node not in handlers] + scope.findall(f"{B}sequenceFlow")
    for element in inside:
        if element.tag == f"{B}startEvent":
            outer.extend([child for child in element if str(child.tag).endswith("EventDefinition")])
        body.append(element)
    scope.append(outer)
    scope.append(body)
    _add(scope, "endEvent", id=end)
    _flow(scope, start, body_id)
    _flow(scope, body_id, end)
    for handler in handlers:
        _attach(scope, handler, body_id)


def _attach(scope: Any, handler: Any, body_id: str) -> None:
    trigger = handler.find(f"{B}startEvent")
    handler_id = handler.get("id")
    event_id, end = f"{handler_id}{HANDLER}", f"{handler_id}__end0"
    event = _add(
        scope, "boundaryEvent", id=event_id, attachedToRef=body_id, cancelActivity=trigger.get("isInterrupting", "true")
    )
    event.extend([child for child in trigger if str(child.tag).endswith(("EventDefinition", "extensionElements"))])
    handler.attrib.pop("triggeredByEvent")
    _add(scope, "endEvent", id=end)
    _flow(scope, event_id, handler_id)
    _flow(scope, handler_id, end)
