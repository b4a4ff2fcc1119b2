"""Which fields are shown and what computed and read-only fields hold: settled together, for one may ask the other.

Rule: a hidden field has no value, so a condition that asks for it sees null.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from workflow_engine.feel import Expression, FeelError
from workflow_engine.forms.paths import as_mapping, inner_prefix, is_list, path_of, rows_of
from workflow_engine.forms.schema import Circumstances, Field
from workflow_engine.forms.types import registry

MOST_PASSES = 12


@dataclass(frozen=True)
class Settled:
    """``hidden``: paths of hidden components (what lies in them is hidden with them). ``fixed``: values by path
    that the server worked out or took from before; the request has no say in them."""

    hidden: frozenset[str]
    fixed: Mapping[str, Any]


def ask(expression: Expression, scope: Mapping[str, object], functions: Mapping[str, Callable[..., object]]) -> object:
    """The value of an expression; None when it has none (an expression that fails is never true)."""
    try:
        return expression.evaluate(scope, functions)
    except FeelError:
        return None


def row_scope(outer: Mapping[str, object], row: Mapping[str, Any], number: int) -> dict[str, object]:
    """What an expression in a row sees: its own fields first, then the form's; this, parent and i as in form-js."""
    return {**outer, **row, "this": row, "parent": outer, "i": number}


def settle(
    components: tuple[Field, ...], values: Mapping[str, Any], previous: Mapping[str, Any], around: Circumstances
) -> Settled:
    """Passes over the form until nothing changes; conditions that chase each other stop after MOST_PASSES."""
    settled = Settled(frozenset(), {})
    for _ in range(MOST_PASSES):
        shown = shown_values(components, values, settled)
        hidden: set[str] = set()
        fixed: dict[str, Any] = {}
        _pass(components, shown, previous, {**around.scope, **shown}, around, "", hidden, fixed)
        following = Settled(frozenset(hidden), fixed)
        if following == settled:
            break
        settled = following
    return settled


def _pass(
    components: tuple[Field, ...],
    shown: Mapping[str, Any],
    previous: Mapping[str, Any],
    scope: Mapping[str, object],
    around: Circumstances,
    prefix: str,
    hidden: set[str],
    fixed: dict[str, Any],
) -> None:
    for each in components:
        path = path_of(prefix, each)
        if each.hide_when is not None and ask(each.hide_when, scope, around.functions) is True:
            hidden.add(path)
        elif is_list(each):
            before = rows_of(previous, each.key)
            for number, row in enumerate(rows_of(shown, each.key)):
                old = as_mapping(before[number]) if number < len(before) else {}
                inner_scope = row_scope(scope, row, number + 1)
                _pass(each.components, row, old, inner_scope, around, f"{path}.{number}.", hidden, fixed)
        elif each.components:
            inner = as_mapping(shown.get(each.key)) if each.key else shown
            old = as_mapping(previous.get(each.key)) if each.key else previous
            inner_scope = {**scope, **inner}
            _pass(each.components, inner, old, inner_scope, around, inner_prefix(prefix, each), hidden, fixed)
        elif registry()[each.type].is_computed:
            worked_out = ask(each.settings.expression, scope, around.functions)
            fixed[path] = registry()[each.type].coerce(each, worked_out)
        elif each.readonly_when is not None and ask(each.readonly_when, scope, around.functions) is not False:
            # Anything but a plain "no" locks the field: an expression that fails must not open it.
            fixed[path] = previous.get(each.key, registry()[each.type].empty)


def shown_values(
    components: tuple[Field, ...], values: Mapping[str, Any], settled: Settled, prefix: str = ""
) -> dict[str, Any]:
    """The values without those of hidden fields, with those the server fixed."""
    kept: dict[str, Any] = {}
    for each in components:
        path = path_of(prefix, each)
        if path in settled.hidden or registry()[each.type].kind == "display":
            continue
        if is_list(each):
            kept[each.key] = [
                shown_values(each.components, row, settled, f"{path}.{number}.")
                for number, row in enumerate(rows_of(values, each.key))
            ]
        elif each.components and each.key:
            inner = as_mapping(values.get(each.key))
            kept[each.key] = shown_values(each.components, inner, settled, f"{path}.")
        elif each.components:
            kept |= shown_values(each.components, values, settled, prefix)
        elif path in settled.fixed:
            kept[each.key] = settled.fixed[path]
        elif each.key in values:
            kept[each.key] = values[each.key]
    return kept


def shown_paths(
    components: tuple[Field, ...], values: Mapping[str, Any], settled: Settled, prefix: str = ""
) -> set[str]:
    """The paths of all shown components; of a list also each row ("scope.0") and what lies in it."""
    paths: set[str] = set()
    for each in components:
        path = path_of(prefix, each)
        if path in settled.hidden:
            continue
        paths.add(path)
        if is_list(each):
            for number, row in enumerate(rows_of(values, each.key)):
                paths.add(f"{path}.{number}")
                paths |= shown_paths(each.components, row, settled, f"{path}.{number}.")
        elif each.components:
            inner = as_mapping(values.get(each.key)) if each.key else values
            paths |= shown_paths(each.components, inner, settled, inner_prefix(prefix, each))
    return paths
