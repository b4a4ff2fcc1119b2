"""Flows between the nodes: sequence flows, message flows and associations."""

from math import hypot

from workflow_engine.definitions.drawing.canvas import FAINT, INK, PAPER, Element, add, path
from workflow_engine.definitions.drawing.labels import SIZE, below, width_of
from workflow_engine.definitions.model import Bounds, Edge

_CORNER = 6.0


def define_arrows(root: Element, prefix: str) -> None:
    """Add the arrow heads; the prefix keeps two drawings on one page apart."""
    heads = add(root, "defs")
    for name, fill in (("sequence", INK), ("message", PAPER)):
        marker = add(heads, "marker", id=f"{prefix}-{name}", viewBox="0 0 10 10", refX=9.5, refY=5, markerWidth=9,
                     markerHeight=9, orient="auto", markerUnits="userSpaceOnUse")  # fmt: skip
        add(marker, "path", d="M0 1 L10 5 L0 9 Z", fill=fill, stroke=INK, stroke_width=1)
    circle = add(heads, "marker", id=f"{prefix}-origin", viewBox="0 0 10 10", refX=5, refY=5, markerWidth=9,
                 markerHeight=9, markerUnits="userSpaceOnUse")  # fmt: skip
    add(circle, "circle", cx=5, cy=5, r=4, fill=PAPER, stroke=INK, stroke_width=1.2)


def draw_sequence_flow(
    parent: Element, edge: Edge, name: str, prefix: str, *, is_default: bool, is_conditional: bool
) -> None:
    """Draw a sequence flow; a default flow has a stroke near its beginning, a condition leaving a task a diamond."""
    group = add(parent, "g", class_="bpmn-flow", data_element=edge.element_id)
    line = path(group, _rounded(edge.waypoints), width=1.6)
    line.set("class", "bpmn-line")
    line.set("marker-end", f"url(#{prefix}-sequence)")
    if is_default:
        path(group, _slash(edge), width=1.6)
    if is_conditional:
        x, y = edge.waypoints[0]
        add(group, "rect", x=x - 4, y=y - 4, width=8, height=8, transform=f"rotate(45 {x:g} {y:g})", fill=PAPER,
            stroke=INK, stroke_width=1.2)  # fmt: skip
    draw_line_label(group, edge, name)


def draw_message_flow(parent: Element, edge: Edge, name: str, prefix: str) -> None:
    """Draw a message flow between pools."""
    group = add(parent, "g", class_="bpmn-message-flow", data_element=edge.element_id)
    line = path(group, _rounded(edge.waypoints), width=1.4)
    line.set("stroke-dasharray", "8 5")
    line.set("marker-start", f"url(#{prefix}-origin)")
    line.set("marker-end", f"url(#{prefix}-message)")
    draw_line_label(group, edge, name)


def draw_association(parent: Element, edge: Edge) -> None:
    """Draw the dotted line of an association."""
    line = path(parent, _rounded(edge.waypoints), FAINT, width=1.3)
    line.set("stroke-dasharray", "1 4")


def draw_line_label(group: Element, edge: Edge, name: str) -> None:
    """Draw the name of a line at its place, or beside the middle of its longest part."""
    if not name:
        return
    if edge.label is not None and edge.label.width > 0:
        below(group, name, edge.label)
        return
    pairs = zip(edge.waypoints, edge.waypoints[1:], strict=False)
    (x1, y1), (x2, y2) = max(pairs, key=lambda pair: hypot(pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]))
    width = min(width_of(name), 100)
    below(group, name, Bounds((x1 + x2) / 2 - width / 2, (y1 + y2) / 2 - SIZE - 6, width, SIZE))


def _rounded(points: tuple[tuple[float, float], ...]) -> str:
    """A path through the points whose corners are quarter circles of at most `_CORNER`."""
    commands = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        (ax, ay), (bx, by) = _towards(corner, before), _towards(corner, after)
        commands.append(f"L{ax:g} {ay:g} Q{corner[0]:g} {corner[1]:g} {bx:g} {by:g}")
    commands.append(f"L{points[-1][0]:g} {points[-1][1]:g}")
    return " ".join(commands)


def _towards(begin: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    length = hypot(end[0] - begin[0], end[1] - begin[1])
    part = min(_CORNER, length / 2) / length if length else 0.0
    return round(begin[0] + (end[0] - begin[0]) * part, 1), round(begin[1] + (end[1] - begin[1]) * part, 1)


def _slash(edge: Edge) -> str:
    (x1, y1), (x2, y2) = edge.waypoints[0], edge.waypoints[1]
    length = hypot(x2 - x1, y2 - y1) or 1.0
    dx, dy = (x2 - x1) / length, (y2 - y1) / length
    x, y = x1 + dx * 7, y1 + dy * 7
    ax, ay = x + dx * 2 - dy * 5, y + dy * 2 + dx * 5
    bx, by = x - dx * 2 + dy * 5, y - dy * 2 - dx * 5
    return f"M{ax:.1f} {ay:.1f} L{bx:.1f} {by:.1f}"
