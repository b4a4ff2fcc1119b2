"""``range("[1..3]")``: an interval from its text, whose ends are literals or the functions that make dates."""

from workflow_engine.feel import compiler, parser, syntax
from workflow_engine.feel.errors import FeelError
from workflow_engine.feel.functions.registry import built_in
from workflow_engine.feel.limits import Budget
from workflow_engine.feel.site import Site
from workflow_engine.feel.values import Frame, Range

MAKERS = ("date", "time", "date and time", "duration")


@built_in("range", "from: string")
def range_of(budget: Budget, text: str) -> Range | None:
    try:
        tree = parser.parse_expression(text)
    except FeelError:
        return None
    if not isinstance(tree, syntax.RangeLiteral) or not (_is_end(tree.low) and _is_end(tree.high)):
        return None
    interval: Range | None = compiler.build(tree, Site(text, "", {}, compiler.build))(Frame({}, None, budget))
    return interval


def _is_end(node: syntax.Node) -> bool:
    if isinstance(node, syntax.Negate):
        node = node.operand
    if isinstance(node, syntax.Call):
        is_maker = isinstance(node.function, syntax.Name) and node.function.name in MAKERS
        return is_maker and all(isinstance(argument, syntax.Literal) for argument in node.arguments)
    return isinstance(node, syntax.Literal)
