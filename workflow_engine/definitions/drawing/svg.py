"""A BPMN file's diagram as a standalone SVG of our own drawing.

No style attribute, style element or script: presentation attributes and classes, so a page marks the current step with
CSS on `[data-element="<id>"]` (`.bpmn-shape` is the outline, `.bpmn-label` its text) under a strict CSP.
"""

import re

from lxml import etree

from workflow_engine.definitions.drawing.canvas import FAINT, INK, PAPER, SVG, Element, add, path
from workflow_engine.definitions.drawing.labels import below, centred, left_aligned, sideways
from workflow_engine.definitions.drawing.lines import (
    define_arrows,
    draw_association,
    draw_message_flow,
    draw_sequence_flow,
)
from workflow_engine.definitions.drawing.nodes import draw_node
from workflow_engine.definitions.model import GATEWAYS, SUBPROCESSES, Artifact, Bounds, Model, Node, Process, Shape
from workflow_engine.definitions.problem import ModelRefused, Problem

_MARGIN = 16.0


def render_svg(model: Model) -> str:
    """Return the drawing of a model; raise ModelRefused when the file holds no diagram."""
    if not model.shapes:
        reason = "The file has no diagram: open it in the editor, arrange it and save it."
        raise ModelRefused([Problem(model.file, "", "diagram.missing", reason)])
    root = _root(model)
    prefix = "bpmn-" + re.sub(r"[^A-Za-z0-9_-]", "-", model.processes[0].id if model.processes else "diagram")
    define_arrows(root, prefix)
    _pools(root, model)
    for process in model.processes:
        _lanes(root, model, process)
        _nodes(root, model, process, expanded=True)
    _artifacts(root, model)
    for process in model.processes:
        _flows(root, model, process, prefix)
    for process in model.processes:
        _nodes(root, model, process, expanded=False)
    for flow in model.message_flows:
        if flow.id in model.edges:
            draw_message_flow(root, model.edges[flow.id], flow.name, prefix)
    return etree.tostring(root, encoding="unicode")


def _root(model: Model) -> Element:
    box = _extent(model)
    root = etree.Element(f"{{{SVG}}}svg", nsmap={None: SVG})
    names = [process.name or process.id for process in model.processes if process.nodes]
    attributes = {
        "viewBox": f"{box.x:g} {box.y:g} {box.width:g} {box.height:g}",
        "width": f"{box.width:g}",
        "height": f"{box.height:g}",
        "class": "bpmn-diagram",
        "role": "img",
    }
    for name, value in attributes.items():
        root.set(name, value)
    add(root, "title").text = ", ".join(names)
    add(root, "rect", class_="bpmn-background", x=box.x, y=box.y, width=box.width, height=box.height, fill=PAPER)
    return root


def _extent(model: Model) -> Bounds:
    boxes = [shape.bounds for shape in model.shapes.values()]
    boxes += [shape.label for shape in model.shapes.values() if shape.label is not None]
    points = [point for edge in model.edges.values() for point in edge.waypoints]
    left = min([box.x for box in boxes] + [x for x, _y in points]) - _MARGIN
    top = min([box.y for box in boxes] + [y for _x, y in points]) - _MARGIN
    right = max([box.x + box.width for box in boxes] + [x for x, _y in points]) + _MARGIN
    bottom = max([box.y + box.height for box in boxes] + [y for _x, y in points]) + _MARGIN
    return Bounds(left, top, right - left, bottom - top)


def _frame(root: Element, kind: str, element_id: str, bounds: Bounds, fill: str = PAPER) -> Element:
    group = add(root, "g", class_=f"bpmn-{kind}", data_element=element_id)
    add(group, "rect", class_="bpmn-shape", x=bounds.x, y=bounds.y, width=max(bounds.width, 0),
        height=max(bounds.height, 0), fill=fill, stroke=FAINT, stroke_width=1.2)  # fmt: skip
    return group


def _pools(root: Element, model: Model) -> None:
    for pool in model.participants:
        shape = model.shapes.get(pool.id)
        if shape is None:
            continue
        b = shape.bounds
        process = model.process(pool.process_id)
        has_content = process is not None and bool(process.nodes)
        group = _frame(root, "pool", pool.id, b, PAPER if has_content else "#f8fafc")
        if not has_content:
            centred(group, pool.name, b.x + b.width / 2, b.y + b.height / 2, b.width - 20, bold=True)
        elif shape.is_horizontal:
            add(group, "rect", x=b.x, y=b.y, width=30, height=b.height, fill="#e2e8f0", stroke=FAINT, stroke_width=1.2)
            sideways(group, pool.name, b)
        else:
            add(group, "rect", x=b.x, y=b.y, width=b.width, height=30, fill="#e2e8f0", stroke=FAINT, stroke_width=1.2)
            centred(group, pool.name, b.x + b.width / 2, b.y + 15, b.width - 20, most=2)


def _lanes(root: Element, model: Model, process: Process) -> None:
    for lane in process.lanes:
        shape = model.shapes.get(lane.id)
        if shape is None:
            continue
        group = _frame(root, "lane", lane.id, shape.bounds)
        b = shape.bounds
        if shape.is_horizontal:
            add(group, "rect", x=b.x, y=b.y, width=30, height=b.height, fill="#f1f5f9", stroke=FAINT, stroke_width=1)
            sideways(group, lane.name, b)
        else:
            add(group, "rect", x=b.x, y=b.y, width=b.width, height=30, fill="#f1f5f9", stroke=FAINT, stroke_width=1)
            centred(group, lane.name, b.x + b.width / 2, b.y + 15, b.width - 12, most=2)


def _nodes(root: Element, model: Model, process: Process, *, expanded: bool) -> None:
    """Expanded sub-processes lie under the flows, everything else above, boundary events on top."""
    drawn = [(node, model.shapes[node.id]) for node in process.nodes if node.id in model.shapes]
    for node, shape in sorted(drawn, key=lambda pair: pair[0].type == "boundaryEvent"):
        if _is_frame(node, shape) == expanded:
            draw_node(root, node, shape)


def _is_frame(node: Node, shape: Shape) -> bool:
    return node.type in SUBPROCESSES and shape.is_expanded


def _flows(root: Element, model: Model, process: Process, prefix: str) -> None:
    nodes = {node.id: node for node in process.nodes}
    for flow in process.flows:
        source = nodes.get(flow.source)
        if flow.id in model.edges:
            draw_sequence_flow(
                root,
                model.edges[flow.id],
                flow.name,
                prefix,
                is_default=source is not None and source.default_flow == flow.id,
                is_conditional=bool(flow.condition) and source is not None and source.type not in GATEWAYS,
            )


def _artifacts(root: Element, model: Model) -> None:
    for artifact in model.artifacts:
        if artifact.type == "association":
            if artifact.id in model.edges:
                draw_association(root, model.edges[artifact.id])
        elif artifact.id in model.shapes:
            _artifact(root, artifact, model.shapes[artifact.id])


def _artifact(root: Element, artifact: Artifact, shape: Shape) -> None:
    b = shape.bounds
    group = add(root, "g", class_=f"bpmn-artifact bpmn-{artifact.type}", data_element=artifact.id)
    if artifact.type == "textAnnotation":
        path(group, f"M{b.x + 10:g} {b.y:g} H{b.x:g} V{b.y + b.height:g} H{b.x + 10:g}", INK)
        left_aligned(group, artifact.text, b)
        return
    if artifact.type == "group":
        add(group, "rect", x=b.x, y=b.y, width=b.width, height=b.height, rx=8, fill="none", stroke=INK,
            stroke_dasharray="8 4 2 4", stroke_width=1.3)  # fmt: skip
    elif artifact.type == "dataStoreReference":
        _cylinder(group, b)
    else:
        corner = min(b.width, b.height) / 3
        right = b.x + b.width
        path(group, f"M{b.x:g} {b.y:g} H{right - corner:g} l{corner:g} {corner:g} V{b.y + b.height:g} H{b.x:g} Z "
             f"M{right - corner:g} {b.y:g} v{corner:g} h{corner:g}", INK, PAPER)  # fmt: skip
    if artifact.text:
        beneath = Bounds(b.x - 20, b.y + b.height + 4, b.width + 40, 14)
        below(group, artifact.text, shape.label or beneath)


def _cylinder(group: Element, b: Bounds) -> None:
    rx, ry = b.width / 2, b.height / 8
    path(group, f"M{b.x:g} {b.y + ry:g} V{b.y + b.height - ry:g} a{rx:g} {ry:g} 0 0 0 {b.width:g} 0 V{b.y + ry:g} "
         f"a{rx:g} {ry:g} 0 0 0 {-b.width:g} 0 a{rx:g} {ry:g} 0 0 0 {b.width:g} 0", INK, PAPER)  # fmt: skip
