"""Tasks, sub-processes, gateways and events as groups that carry the element's id for marking."""

from workflow_engine.definitions.drawing.canvas import INK, PALETTE, PAPER, Element, add
from workflow_engine.definitions.drawing.labels import below, centred
from workflow_engine.definitions.drawing.symbols import event_symbol, foot_symbols, gateway_symbol, task_symbol
from workflow_engine.definitions.model import EVENTS, GATEWAYS, SUBPROCESSES, Bounds, Node, Shape


def draw_node(parent: Element, node: Node, shape: Shape) -> None:
    """Draw a node: a group with data-element, a class for its type, a title, its shape and its label."""
    group = add(parent, "g", class_=f"bpmn-node bpmn-{node.type}", data_element=node.id)
    if node.name:
        add(group, "title").text = node.name
    if node.type in EVENTS:
        _event(group, node, shape)
    elif node.type in GATEWAYS:
        _gateway(group, node, shape)
    else:
        _activity(group, node, shape)


def _activity(group: Element, node: Node, shape: Shape) -> None:
    bounds = shape.bounds
    expanded = node.type in SUBPROCESSES and shape.is_expanded
    rectangle = add(
        group, "rect", class_="bpmn-shape", x=bounds.x, y=bounds.y, width=bounds.width, height=bounds.height, rx=9,
        fill=PAPER, stroke=INK, stroke_width=3.5 if node.type == "callActivity" else 1.6,
    )  # fmt: skip
    if node.is_event_subprocess:
        rectangle.set("stroke-dasharray", "1.5 4")
        rectangle.set("stroke-linecap", "round")
    if node.type == "transaction":
        add(group, "rect", x=bounds.x + 3, y=bounds.y + 3, width=max(bounds.width - 6, 0),
            height=max(bounds.height - 6, 0), rx=7, fill="none", stroke=INK, stroke_width=1.2)  # fmt: skip
    centre = bounds.x + bounds.width / 2
    marks = _foot_marks(node, expanded)
    foot_symbols(group, marks, centre, bounds.y + bounds.height - 3)
    task_symbol(group, node.type, bounds.x + 6, bounds.y + 6)
    if expanded:
        centred(group, node.name, centre, bounds.y + 16, bounds.width - 20, most=2, bold=True)
    else:
        middle = bounds.y + bounds.height / 2 + (-7 if marks else 4 if bounds.height >= 70 else 0)
        centred(group, node.name, centre, middle, bounds.width - 14, most=max(int(bounds.height // 16), 2))


def _foot_marks(node: Node, expanded: bool) -> list[str]:
    marks = []
    if node.loop is not None:
        marks.append(
            "loop" if node.loop.type == "standard" else "sequential" if node.loop.is_sequential else "parallel"
        )
    if node.type == "adHocSubProcess":
        marks.append("adhoc")
    if node.type == "callActivity" or (node.type in SUBPROCESSES and not expanded):
        marks.append("plus")
    return marks


def _gateway(group: Element, node: Node, shape: Shape) -> None:
    b = shape.bounds
    x, y = b.x + b.width / 2, b.y + b.height / 2
    fill, colour = PALETTE["gateway"]
    points = f"{x:g},{b.y:g} {b.x + b.width:g},{y:g} {x:g},{b.y + b.height:g} {b.x:g},{y:g}"
    add(group, "polygon", class_="bpmn-shape", points=points, fill=fill, stroke=colour, stroke_width=1.6,
        stroke_linejoin="round")  # fmt: skip
    if node.type != "exclusiveGateway" or shape.is_marker_visible:
        gateway_symbol(group, node.type, x, y, colour)
    _outer_label(group, node, shape)


def _event(group: Element, node: Node, shape: Shape) -> None:
    b = shape.bounds
    x, y, radius = b.x + b.width / 2, b.y + b.height / 2, min(b.width, b.height) / 2
    kind = {"startEvent": "start", "endEvent": "end"}.get(node.type, "intermediate")
    fill, colour = PALETTE[kind]
    outer = {"class_": "bpmn-shape", "cx": x, "cy": y, "fill": fill, "stroke": colour}
    circles = [add(group, "circle", r=radius, stroke_width=3.5 if kind == "end" else 1.6, **outer)]
    if kind == "intermediate":
        circles.append(add(group, "circle", cx=x, cy=y, r=max(radius - 3.5, 1), fill="none", stroke=colour,
                           stroke_width=1.6))  # fmt: skip
    if not node.is_interrupting and node.type in ("startEvent", "boundaryEvent"):
        for circle in circles:
            circle.set("stroke-dasharray", "5 3")
    thrown = node.type in ("endEvent", "intermediateThrowEvent")
    event_symbol(group, node.event_type, x, y, colour, thrown=thrown)
    _outer_label(group, node, shape)


def _outer_label(group: Element, node: Node, shape: Shape) -> None:
    if not node.name:
        return
    b = shape.bounds
    beneath = Bounds(b.x + b.width / 2 - 45, b.y + b.height + 6, 90, 14)
    below(group, node.name, shape.label or beneath)
