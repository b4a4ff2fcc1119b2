"""The small symbols: what kind of task, gateway or event it is. Each is drawn into a box around a centre."""

from math import cos, pi, sin

from workflow_engine.definitions.drawing.canvas import INK, PAPER, Element, add, path


def task_symbol(parent: Element, kind: str, x: float, y: float) -> None:
    """Draw the mark of a task type with its upper left corner at (x, y), 16 wide."""
    group = add(parent, "g", class_="bpmn-symbol", transform=f"translate({x:g} {y:g})")
    if kind == "userTask":
        add(group, "circle", cx=8, cy=4.5, r=3.5, stroke=INK, fill="none", stroke_width=1.3)
        path(group, "M1.5 15.5 C1.5 11 4 9.5 8 9.5 C12 9.5 14.5 11 14.5 15.5 Z", width=1.3)
    elif kind == "serviceTask":
        _gear(group)
    elif kind in ("sendTask", "receiveTask"):
        _envelope(group, 8, 8, 7.5, filled=kind == "sendTask")
    elif kind == "scriptTask":
        path(group, "M4 1 H15 C12 5 12 6 14 9 C16 12 15 14 12 15 H1 C4 12 4 10 2 7 C1 5 1 3 4 1 Z", width=1.2)
        path(group, "M5 4.5 H10 M5.5 8 H10.5 M5 11.5 H10", width=1)
    elif kind == "businessRuleTask":
        path(group, "M1 2 H15 V14 H1 Z M1 6 H15 M1 10 H15 M5.5 6 V14", width=1.2)
        add(group, "rect", x=1, y=2, width=14, height=4, fill=INK, fill_opacity=0.25)
    elif kind == "manualTask":
        path(group, "M1 8 L5 4 H12 M7 7 H15 M7 10 H14.5 M7 13 H13 C9 15.5 4 15 1 13", width=1.3)


def gateway_symbol(parent: Element, kind: str, x: float, y: float, colour: str) -> None:
    """Draw the mark inside a gateway centred at (x, y)."""
    if kind == "exclusiveGateway":
        path(parent, f"M{x - 7:g} {y - 7:g} L{x + 7:g} {y + 7:g} M{x + 7:g} {y - 7:g} L{x - 7:g} {y + 7:g}", colour,
             width=3)  # fmt: skip
    elif kind in ("parallelGateway", "complexGateway"):
        path(parent, f"M{x - 10:g} {y:g} H{x + 10:g} M{x:g} {y - 10:g} V{y + 10:g}", colour, width=3)
        if kind == "complexGateway":
            path(parent, f"M{x - 7:g} {y - 7:g} L{x + 7:g} {y + 7:g} M{x + 7:g} {y - 7:g} L{x - 7:g} {y + 7:g}", colour,
                 width=3)  # fmt: skip
    elif kind == "inclusiveGateway":
        add(parent, "circle", cx=x, cy=y, r=10, stroke=colour, fill="none", stroke_width=3)
    elif kind == "eventBasedGateway":
        add(parent, "circle", cx=x, cy=y, r=13, stroke=colour, fill="none", stroke_width=1)
        add(parent, "circle", cx=x, cy=y, r=10.5, stroke=colour, fill="none", stroke_width=1)
        path(parent, _polygon(x, y, 7, 5), colour, width=1.2)


def event_symbol(parent: Element, kind: str, x: float, y: float, colour: str, *, thrown: bool) -> None:
    """Draw the trigger of an event centred at (x, y); what is thrown is filled."""
    fill = colour if thrown else "none"
    shapes = {
        "error": f"M{x - 8:g} {y + 7:g} L{x - 3:g} {y - 6:g} L{x + 3:g} {y + 1:g} L{x + 8:g} {y - 7:g} "
        f"L{x + 3:g} {y + 7:g} L{x - 3:g} {y:g} Z",
        "escalation": f"M{x:g} {y - 9:g} L{x + 7:g} {y + 8:g} L{x:g} {y + 2:g} L{x - 7:g} {y + 8:g} Z",
        "signal": f"M{x:g} {y - 9:g} L{x + 8:g} {y + 6:g} H{x - 8:g} Z",
        "link": f"M{x - 9:g} {y - 3:g} H{x + 1:g} V{y - 7:g} L{x + 9:g} {y:g} L{x + 1:g} {y + 7:g} V{y + 3:g} "
        f"H{x - 9:g} Z",
        "compensate": f"M{x:g} {y:g} L{x + 8:g} {y - 7:g} V{y + 7:g} Z M{x - 8:g} {y:g} L{x:g} {y - 7:g} V{y + 7:g} Z",
        "cancel": f"M{x - 7:g} {y - 4:g} L{x - 4:g} {y - 7:g} L{x:g} {y - 3:g} L{x + 4:g} {y - 7:g} "
        f"L{x + 7:g} {y - 4:g} L{x + 3:g} {y:g} L{x + 7:g} {y + 4:g} L{x + 4:g} {y + 7:g} L{x:g} {y + 3:g} "
        f"L{x - 4:g} {y + 7:g} L{x - 7:g} {y + 4:g} L{x - 3:g} {y:g} Z",
        "multiple": _polygon(x, y, 9, 5),
    }
    if kind in shapes:
        path(parent, shapes[kind], colour, fill, 1.3)
    elif kind == "message":
        _envelope(parent, x, y, 9, filled=thrown, colour=colour)
    elif kind == "timer":
        _clock(parent, x, y, colour)
    elif kind == "terminate":
        add(parent, "circle", cx=x, cy=y, r=10, fill=colour)
    elif kind == "conditional":
        path(parent, f"M{x - 7:g} {y - 8:g} H{x + 7:g} V{y + 8:g} H{x - 7:g} Z", colour, width=1.3)
        path(
            parent,
            f"M{x - 5:g} {y - 4:g} H{x + 5:g} M{x - 5:g} {y:g} H{x + 5:g} M{x - 5:g} {y + 4:g} H{x + 5:g}",
            colour,
        )


def foot_symbols(parent: Element, kinds: list[str], x: float, y: float) -> None:
    """Draw the marks at the foot of an activity, side by side around x; y is their lower edge."""
    for number, kind in enumerate(kinds):
        left = x - 8 * len(kinds) + 16 * number + 1
        top = y - 15
        if kind == "plus":
            add(parent, "rect", x=left, y=top, width=14, height=14, stroke=INK, fill=PAPER, stroke_width=1.2)
            path(parent, f"M{left + 3:g} {top + 7:g} h8 M{left + 7:g} {top + 3:g} v8", width=1.4)
        elif kind == "parallel":
            path(parent, f"M{left + 3:g} {top + 1:g} v12 M{left + 7:g} {top + 1:g} v12 M{left + 11:g} {top + 1:g} v12",
                 width=2)  # fmt: skip
        elif kind == "sequential":
            path(parent, f"M{left + 1:g} {top + 3:g} h12 M{left + 1:g} {top + 7:g} h12 M{left + 1:g} {top + 11:g} h12",
                 width=2)  # fmt: skip
        elif kind == "loop":
            path(parent, f"M{left + 4:g} {top + 12:g} A5.5 5.5 0 1 1 {left + 10:g} {top + 12:g} l0 -4 M{left + 10:g} "
                 f"{top + 12:g} l4 0", width=1.4)  # fmt: skip
        elif kind == "adhoc":
            path(parent, f"M{left + 1:g} {top + 8:g} q3 -6 6 -1 t6 -1", width=2)


def _gear(parent: Element) -> None:
    teeth = []
    for number in range(16):
        radius, angle = (7.6 if number % 4 < 2 else 5.4), (number + 0.5) * pi / 8
        teeth.append(f"{8 + radius * cos(angle):.1f} {8 + radius * sin(angle):.1f}")
    path(parent, f"M{' L'.join(teeth)} Z", width=1.2)
    add(parent, "circle", cx=8, cy=8, r=2.4, stroke=INK, fill="none", stroke_width=1.2)


def _envelope(parent: Element, x: float, y: float, half: float, *, filled: bool, colour: str = INK) -> None:
    high = half * 0.68
    line, fill = (PAPER, colour) if filled else (colour, PAPER)
    add(parent, "rect", x=x - half, y=y - high, width=2 * half, height=2 * high, fill=fill, stroke=colour,
        stroke_width=1.2)  # fmt: skip
    path(parent, f"M{x - half:g} {y - high:g} L{x:g} {y + high * 0.2:g} L{x + half:g} {y - high:g}", line, width=1.2)


def _clock(parent: Element, x: float, y: float, colour: str) -> None:
    add(parent, "circle", cx=x, cy=y, r=9.5, stroke=colour, fill=PAPER, stroke_width=1.3)
    ticks = []
    for number in range(12):
        c, s = cos(number * pi / 6), sin(number * pi / 6)
        ticks.append(f"M{x + 7.5 * c:.1f} {y + 7.5 * s:.1f} L{x + 9 * c:.1f} {y + 9 * s:.1f}")
    path(parent, " ".join(ticks), colour, width=0.8)
    path(parent, f"M{x + 1.5:g} {y - 6:g} L{x:g} {y:g} L{x + 5:g} {y + 1:g}", colour, width=1.4)


def _polygon(x: float, y: float, radius: float, corners: int) -> str:
    points = [
        f"{x + radius * sin(2 * pi * n / corners):.1f} {y - radius * cos(2 * pi * n / corners):.1f}"
        for n in range(corners)
    ]
    return f"M{' L'.join(points)} Z"
