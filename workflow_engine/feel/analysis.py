"""What an expression asks of its surroundings, read from its tree: variable paths and functions."""

from dataclasses import dataclass, field

from workflow_engine.feel import syntax
from workflow_engine.feel.functions.registry import BUILT_IN
from workflow_engine.feel.syntax import Node


@dataclass(frozen=True, slots=True)
class Needs:
    """``names``: free variables as paths ("dossier.code"); ``calls``: called functions that are not built in."""

    names: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)


def needs_of(tree: Node) -> Needs:
    """Names inside a filter are left out: they may be members of the filtered items."""
    needs = Needs()
    _visit(tree, frozenset({"?"}), needs, in_filter=False)
    return needs


def _visit(node: object, bound: frozenset[str], needs: Needs, *, in_filter: bool) -> None:
    if isinstance(node, tuple):
        for part in node:
            _visit(part, bound, needs, in_filter=in_filter)
    elif isinstance(node, (syntax.Name, syntax.Path)):
        _visit_path(node, bound, needs, in_filter)
    elif isinstance(node, syntax.Call):
        _visit_call(node, bound, needs, in_filter)
    elif isinstance(node, syntax.Filter):
        _visit(node.source, bound, needs, in_filter=in_filter)
        _visit(node.predicate, bound, needs, in_filter=True)
    elif isinstance(node, syntax.ContextLiteral):
        for key, value in node.entries:
            _visit(value, bound, needs, in_filter=in_filter)
            bound = bound | {key}
    elif isinstance(node, (syntax.For, syntax.Quantified)):
        _visit_loop(node, bound, needs, in_filter)
    elif isinstance(node, syntax.FunctionLiteral):
        inner = bound | {name for name, _ in node.parameters}
        _visit(node.body, inner, needs, in_filter=in_filter)
    elif isinstance(node, Node):
        for part in _parts(node):
            _visit(part, bound, needs, in_filter=in_filter)


def _parts(node: Node) -> list[object]:
    return [getattr(node, name) for name in type(node).__dataclass_fields__]


def _visit_path(node: Node, bound: frozenset[str], needs: Needs, in_filter: bool) -> None:
    keys: list[str] = []
    while isinstance(node, syntax.Path):
        keys.insert(0, node.name)
        node = node.source
    if not isinstance(node, syntax.Name):
        _visit(node, bound, needs, in_filter=in_filter)
    elif node.name not in bound and not in_filter and (keys or node.name not in BUILT_IN):
        needs.names.add(".".join([node.name, *keys]))


def _visit_call(node: syntax.Call, bound: frozenset[str], needs: Needs, in_filter: bool) -> None:
    if not isinstance(node.function, syntax.Name):
        _visit(node.function, bound, needs, in_filter=in_filter)
    elif node.function.name not in bound and node.function.name not in BUILT_IN:
        needs.calls.add(node.function.name)
    _visit(node.arguments, bound, needs, in_filter=in_filter)


def _visit_loop(node: syntax.For | syntax.Quantified, bound: frozenset[str], needs: Needs, in_filter: bool) -> None:
    for iterator in node.iterators:
        _visit((iterator.source, iterator.end), bound, needs, in_filter=in_filter)
        bound = bound | {iterator.name}
    if isinstance(node, syntax.For):
        _visit(node.body, bound | {"partial"}, needs, in_filter=in_filter)
    else:
        _visit(node.condition, bound, needs, in_filter=in_filter)
