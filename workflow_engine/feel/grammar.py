"""The rules of the grammar: a Pratt parser for operators, one function for each other form."""

from collections.abc import Callable

from workflow_engine.feel import syntax
from workflow_engine.feel.cursor import Cursor
from workflow_engine.feel.functions.registry import SPACED_NAMES
from workflow_engine.feel.syntax import Node
from workflow_engine.feel.temporal import parse_at_literal
from workflow_engine.feel.tokens import SyntaxFault
from workflow_engine.feel.words import key_at, type_of, words_at

LOOSEST, OR, AND, COMPARE, ADD, MULTIPLY, POWER, PREFIX, POSTFIX = range(9)
BINDING = {
    "or": OR, "and": AND, "+": ADD, "-": ADD, "*": MULTIPLY, "/": MULTIPLY, "**": POWER,
    "=": COMPARE, "!=": COMPARE, "<": COMPARE, "<=": COMPARE, ">": COMPARE, ">=": COMPARE,
    "between": COMPARE, "in": COMPARE, "instance": PREFIX, ".": POSTFIX, "[": POSTFIX, "(": POSTFIX,
}  # fmt: skip
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")


def expression(cursor: Cursor, looser_than: int = LOOSEST) -> Node:
    """An expression whose operators all bind tighter than ``looser_than``."""
    with cursor.nested():
        left = _prefix(cursor)
        while True:
            token = cursor.token
            binding = BINDING.get(token.text, LOOSEST) if token.kind in ("symbol", "keyword") else LOOSEST
            if binding <= looser_than or (token.text == "[" and cursor.is_range_end):
                return left
            left = _infix(cursor, left, token.text, binding)


def _infix(cursor: Cursor, left: Node, operator: str, binding: int) -> Node:
    token = cursor.advance()
    if operator in ("and", "or"):
        right = expression(cursor, binding)
        if isinstance(left, syntax.Logical) and left.operator == operator:
            return syntax.Logical(operator, (*left.operands, right))
        return syntax.Logical(operator, (left, right))
    if operator == "between":
        low = expression(cursor, COMPARE)
        cursor.expect("and")
        return syntax.Between(left, low, expression(cursor, COMPARE))
    if operator == "in":
        return syntax.In(left, _in_tests(cursor))
    if operator == "instance":
        cursor.expect("of")
        return syntax.InstanceOf(left, type_of(cursor))
    if operator == ".":
        return syntax.Path(left, _member(cursor))
    if operator == "[":
        with cursor.enclosed(is_filter=True):
            predicate = expression(cursor)
            cursor.expect("]")
        return syntax.Filter(left, predicate)
    if operator == "(":
        return _call(cursor, left, left.at if isinstance(left, syntax.Name) else token.at)
    return syntax.Binary(operator, left, expression(cursor, binding))


def _prefix(cursor: Cursor) -> Node:
    token = cursor.token
    if token.kind in ("number", "string"):
        cursor.advance()
        return syntax.Literal(token.value)
    if token.kind == "name":
        return _name(cursor)
    rule = PREFIXES.get(token.text) if token.kind != "end" else None
    if rule is None:
        raise cursor.unexpected("a value")
    return rule(cursor)


def _name(cursor: Cursor) -> Node:
    at = cursor.token.at
    found = cursor.names.match(cursor.tokens, cursor.at)
    if found is not None and (found[0] not in SPACED_NAMES or cursor.next_token(found[1]).text == "("):
        cursor.advance(found[1])
        return syntax.Name(found[0], at)
    # Inside a filter the names are those of the items, which nobody knows yet.
    return syntax.Name(words_at(cursor) if cursor.in_filter else cursor.advance().text, at)


def _member(cursor: Cursor) -> str:
    if cursor.token.kind not in ("name", "keyword"):
        raise cursor.unexpected("a name")
    found = cursor.names.match(cursor.tokens, cursor.at)
    if found is not None and found[0] not in SPACED_NAMES:
        cursor.advance(found[1])
        return found[0]
    return words_at(cursor)


def _literal(value: bool | None) -> Callable[[Cursor], Node]:
    def rule(cursor: Cursor) -> Node:
        cursor.advance()
        return syntax.Literal(value)

    return rule


def _negation(cursor: Cursor) -> Node:
    cursor.advance()
    return syntax.Negate(expression(cursor, POWER))


def _at_literal(cursor: Cursor) -> Node:
    cursor.advance()
    token = cursor.token
    if token.kind != "string":
        raise cursor.unexpected("a text after “@”")
    value = parse_at_literal(str(token.value))
    if value is None:
        raise SyntaxFault(f"{token.text} is no date, time or duration", token.at)
    cursor.advance()
    return syntax.Literal(value)


def _comparison(cursor: Cursor) -> Node:
    return syntax.Comparison(cursor.advance().text, expression(cursor, COMPARE))


def _parenthesis(cursor: Cursor) -> Node:
    cursor.advance()
    with cursor.enclosed():
        inner = expression(cursor)
        if not cursor.is_at(".."):
            cursor.expect(")")
            return inner
    return _range(cursor, inner, is_closed=False)


def _bracket(cursor: Cursor) -> Node:
    cursor.advance()
    with cursor.enclosed():
        items: list[Node] = []
        if not cursor.is_at("]"):
            items.append(expression(cursor))
        while not cursor.is_at("..") and cursor.accept(","):
            items.append(expression(cursor))
        if not (len(items) == 1 and cursor.is_at("..")):
            cursor.expect("]")
            return syntax.ListLiteral(tuple(items))
    return _range(cursor, items[0], is_closed=True)


def _open_bracket(cursor: Cursor) -> Node:
    cursor.advance()
    with cursor.enclosed():
        low = expression(cursor)
    return _range(cursor, low, is_closed=False)


def _range(cursor: Cursor, low: Node, *, is_closed: bool) -> Node:
    cursor.expect("..")
    with cursor.enclosed(is_range_end=True):
        high = expression(cursor)
    if not (cursor.is_at("]") or cursor.is_at(")") or cursor.is_at("[")):
        raise cursor.unexpected("“]” or “)”")
    return syntax.RangeLiteral(low, high, is_closed, cursor.advance().text == "]")


def _context(cursor: Cursor) -> Node:
    cursor.advance()
    entries: list[tuple[str, Node]] = []
    outer = cursor.names
    with cursor.enclosed():
        while not cursor.is_at("}"):
            key = key_at(cursor)
            cursor.expect(":")
            entries.append((key, expression(cursor)))
            cursor.names = cursor.names.nested([key])
            if not cursor.accept(","):
                break
        cursor.expect("}")
    cursor.names = outer
    return syntax.ContextLiteral(tuple(entries))


def _if(cursor: Cursor) -> Node:
    cursor.advance()
    condition = expression(cursor)
    cursor.expect("then")
    then = expression(cursor)
    cursor.expect("else")
    return syntax.If(condition, then, expression(cursor))


def _iterators(cursor: Cursor) -> tuple[syntax.Iterator, ...]:
    iterators = []
    while True:
        if cursor.token.kind != "name":
            raise cursor.unexpected("a name")
        name = words_at(cursor)
        cursor.expect("in")
        source = expression(cursor)
        end = expression(cursor) if cursor.accept("..") else None
        iterators.append(syntax.Iterator(name, source, end))
        cursor.names = cursor.names.nested([name])
        if not cursor.accept(","):
            return tuple(iterators)


def _for(cursor: Cursor) -> Node:
    cursor.advance()
    with cursor.knowing("partial"):
        iterators = _iterators(cursor)
        cursor.expect("return")
        return syntax.For(iterators, expression(cursor))


def _quantified(cursor: Cursor) -> Node:
    is_every = cursor.advance().text == "every"
    with cursor.knowing():
        iterators = _iterators(cursor)
        cursor.expect("satisfies")
        return syntax.Quantified(is_every, iterators, expression(cursor))


def _function(cursor: Cursor) -> Node:
    cursor.advance()
    cursor.expect("(")
    parameters: list[tuple[str, syntax.Type | None]] = []
    while not cursor.is_at(")"):
        if cursor.token.kind != "name":
            raise cursor.unexpected("a name")
        name = words_at(cursor)
        parameters.append((name, type_of(cursor) if cursor.accept(":") else None))
        if not cursor.accept(","):
            break
    cursor.expect(")")
    is_external = cursor.accept("external")
    with cursor.knowing(*(name for name, _ in parameters)):
        body = expression(cursor)
    return syntax.FunctionLiteral(tuple(parameters), None if is_external else body)


def _call(cursor: Cursor, function: Node, at: int) -> Node:
    names: list[str] = []
    arguments: list[Node] = []
    with cursor.enclosed():
        while not cursor.is_at(")"):
            if _is_named_argument(cursor):
                names.append(key_at(cursor))
                cursor.expect(":")
            arguments.append(expression(cursor))
            if not cursor.accept(","):
                break
        cursor.expect(")")
    if names and len(names) != len(arguments):
        raise SyntaxFault("Give all arguments a name, or none of them", at)
    return syntax.Call(function, tuple(arguments), tuple(names) if names else None, at)


def _is_named_argument(cursor: Cursor) -> bool:
    ahead = 0
    while cursor.next_token(ahead).kind in ("name", "keyword"):
        ahead += 1
    return ahead > 0 and cursor.next_token(ahead).text == ":" and cursor.next_token(ahead).kind == "symbol"


def _in_tests(cursor: Cursor) -> syntax.Tests:
    """What may follow ``in``: one test, or several in parentheses."""
    if not cursor.is_at("("):
        return syntax.Tests((expression(cursor, COMPARE),))
    cursor.advance()
    with cursor.enclosed():
        tests = [expression(cursor)]
        while not cursor.is_at("..") and cursor.accept(","):
            tests.append(expression(cursor))
        if not (len(tests) == 1 and cursor.is_at("..")):
            cursor.expect(")")
            return syntax.Tests(tuple(tests))
    return syntax.Tests((_range(cursor, tests[0], is_closed=False),))


def unary_tests(cursor: Cursor) -> syntax.Tests:
    if cursor.is_at("-") and cursor.next_token().kind == "end":
        cursor.advance()
        return syntax.Tests(())
    if cursor.is_at("not") and cursor.next_token().text == "(":
        start = cursor.at
        cursor.advance(2)
        with cursor.enclosed():
            tests = _tests(cursor)
            cursor.expect(")")
        if cursor.token.kind == "end":
            return syntax.Tests(tests, is_negated=True)
        cursor.at = start
    return syntax.Tests(_tests(cursor))


def _tests(cursor: Cursor) -> tuple[Node, ...]:
    tests = [expression(cursor)]
    while cursor.accept(","):
        tests.append(expression(cursor))
    return tuple(tests)


PREFIXES: dict[str, Callable[[Cursor], Node]] = {
    "null": _literal(None),
    "true": _literal(True),
    "false": _literal(False),
    "-": _negation,
    "@": _at_literal,
    "(": _parenthesis,
    "[": _bracket,
    "]": _open_bracket,
    "{": _context,
    "if": _if,
    "for": _for,
    "some": _quantified,
    "every": _quantified,
    "function": _function,
    **dict.fromkeys(COMPARISONS, _comparison),
}
