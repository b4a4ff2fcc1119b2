"""From what a browser sent to values: names such as ``scope.0.test_name`` become nested values, texts become typed.

Rules: only what the form declares passes; the number of rows and of values is bounded; a removed row leaves a gap
in the numbers, which closes.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from workflow_engine.forms.paths import is_list, level
from workflow_engine.forms.schema import Field, Form
from workflow_engine.forms.types import registry

MOST_ITEMS = 20_000
LONGEST_NAME = 200
MOST_SENT_ROWS = 500


def parse_post(form: Form, items: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Names and texts of a browser as nested raw values, ready for ``validate`` and for drawing the page again.

    A name ``scope.3`` without a field says that row 3 is there, even if nothing in it is filled in.
    Names that the form does not know are left out; of a single value sent twice the last one counts.
    """
    raw: dict[str, Any] = {}
    for count, (name, text) in enumerate(items):
        if count >= MOST_ITEMS:
            break
        if len(name) <= LONGEST_NAME:
            _put(form.components, raw, name.split("."), text)
    return _renumbered(form.components, raw)


def _put(components: tuple[Field, ...], values: dict[str, Any], parts: list[str], text: str) -> None:
    found = next((each for each in level(components) if each.key == parts[0]), None)
    if found is None:
        return
    rest = parts[1:]
    if is_list(found):
        # Rows stay in a dict by their number until all are read.
        if not rest or not rest[0].isdecimal() or not rest[0].isascii() or len(rest[0]) > 6:
            return
        rows = values.setdefault(found.key, {})
        if int(rest[0]) not in rows and len(rows) >= MOST_SENT_ROWS:
            return
        row = rows.setdefault(int(rest[0]), {})
        if len(rest) > 1:
            _put(found.components, row, rest[1:], text)
    elif found.components:
        if rest:
            _put(found.components, values.setdefault(found.key, {}), rest, text)
    elif not rest:
        if registry()[found.type].has_many:
            values.setdefault(found.key, []).append(text)
        else:
            values[found.key] = text


def _renumbered(components: tuple[Field, ...], values: Mapping[str, Any]) -> dict[str, Any]:
    closed = dict(values)
    for each in level(components):
        if each.key not in closed or not each.components:
            continue
        inner = closed[each.key]
        if is_list(each):
            closed[each.key] = [_renumbered(each.components, inner[number]) for number in sorted(inner)]
        else:
            closed[each.key] = _renumbered(each.components, inner)
    return closed
