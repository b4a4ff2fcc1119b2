"""Labels: wrapped by measured width, centred, with a light edge so that lines under them do not disturb."""

import unicodedata

from workflow_engine.definitions.drawing.canvas import PAPER, Element, add
from workflow_engine.definitions.model import Bounds

FONT = "Inter, 'Segoe UI', Roboto, Arial, 'Liberation Sans', sans-serif"
SIZE = 12.0
SMALL = 11.0
LINE = 14.5
_NARROW, _WIDE = frozenset("iljtfr.,:;'|!()[]- "), frozenset("mwMWG@%")


def width_of(text: str, size: float = SIZE) -> float:
    """Return about how wide a text is drawn; the marks of Vietnamese letters take no room of their own."""
    letters = [letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter)]
    units = (0.33 if c in _NARROW else 0.88 if c in _WIDE else 0.7 if c.isupper() else 0.56 for c in letters)
    return sum(units) * size


def wrap(text: str, width: float, size: float = SIZE, most: int = 6) -> list[str]:
    """Return the lines of a text no wider than `width` where words allow; what does not fit `most` lines is cut."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(joined, size) <= width:
            lines[-1] = joined
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]} …"]
    return lines


def centred(parent: Element, text: str, x: float, y: float, width: float, most: int = 6, bold: bool = False) -> None:
    """Draw a text centred on (x, y)."""
    lines = wrap(text, width, most=most)
    _draw(parent, lines, x, y - (len(lines) - 1) * LINE / 2 + SIZE * 0.36, bold=bold)


def below(parent: Element, text: str, bounds: Bounds) -> None:
    """Draw the label of an event, gateway or flow into its place in the diagram, lines going down from its top."""
    lines = wrap(text, max(bounds.width + 6, 60), SMALL)
    _draw(parent, lines, bounds.x + bounds.width / 2, bounds.y + SIZE * 0.9, size=SMALL)


def sideways(parent: Element, text: str, bounds: Bounds, band: float = 30) -> None:
    """Draw the name of a pool or lane upwards along its left edge."""
    x, y = bounds.x + band / 2, bounds.y + bounds.height / 2
    lines = wrap(text, bounds.height - 16, most=2)
    first = x - (len(lines) - 1) * LINE / 2 + SIZE * 0.36
    for number, line in enumerate(lines):
        at = first + number * LINE
        element = _line(parent, line, at, y)
        element.set("transform", f"rotate(-90 {at:g} {y:g})")


def left_aligned(parent: Element, text: str, bounds: Bounds) -> None:
    """Draw the text of an annotation."""
    for number, line in enumerate(wrap(text, bounds.width - 12, most=12)):
        element = _line(parent, line, bounds.x + 8, bounds.y + 16 + number * LINE)
        element.set("text-anchor", "start")


def _draw(parent: Element, lines: list[str], x: float, y: float, *, size: float = SIZE, bold: bool = False) -> None:
    for number, line in enumerate(lines):
        element = _line(parent, line, x, y + number * LINE)
        if bold:
            element.set("font-weight", "600")
        if size != SIZE:
            outlined = {"font-size": f"{size:g}", "stroke": PAPER, "stroke-width": "3", "paint-order": "stroke"}
            for name, value in outlined.items():
                element.set(name, value)


def _line(parent: Element, text: str, x: float, y: float) -> Element:
    element = add(
        parent, "text", x=x, y=y, class_="bpmn-label", text_anchor="middle", font_size=SIZE, font_family=FONT,
        fill="#1e293b",
    )  # fmt: skip
    element.text = text
    return element
