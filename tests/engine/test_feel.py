"""The expression language: a table of expressions and their values, then names, errors and limits."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from workflow_engine import feel
from workflow_engine.feel import FeelError, Limits, Range, YearsMonthsDuration

SCOPE: dict[str, Any] = {
    "total": 5,
    "kind": "new",
    "ratio": 0.1,
    "review_outcome": "approved",
    "procedure": {"opinion": {"days": 5}, "supplement": {"max_requests": 1}},
    "dossier": {"received_at": datetime(2026, 7, 1, 2, 0, tzinfo=UTC), "code": "HCM-260701-0001"},
    "items": [{"a": 1, "b": "x"}, {"a": 3, "b": "y"}],
    "assessment": {"needed": True},
}

VALUES = [
    ('review_outcome != "approved"', False),
    ("total >= procedure.supplement.max_requests", True),
    ('total > 3 and kind = "new"', True),
    ("-floor(procedure.opinion.days / 2)", Decimal(-2)),
    ("date(dossier.received_at) > date(date(dossier.received_at).year, 6, 30)", True),
    ("assessment.needed = true and not(visit_done)", None),
    ("missing", None),
    ("missing.more = null", True),
    ("if missing = 1 then 7 else 8", Decimal(8)),
    ("0.1 + 0.2 = 0.3", True),
    ("ratio + ratio + ratio = 0.3", True),
    ("1 / 3", Decimal("0.3333333333333333333333333333333333")),
    ("1 / 0", None),
    ("10 ** 7000", None),
    ("-5 ** 2", Decimal(25)),
    ("1 + 2 * 3 - 4", Decimal(3)),
    ('"a" + "b"', "ab"),
    ('"a" + 1', None),
    (r'"\u0041\n\U01F600\uD83D\uDC0E"', "A\n😀🐎"),
    ("1\u00a0+\u00a01 // done", Decimal(2)),
    ('@"2026-01-31" + @"P1M"', date(2026, 2, 28)),
    ('date and time("2026-03-01T08:00:00Z") - @"P1DT2H"', datetime(2026, 2, 28, 6, 0, tzinfo=UTC)),
    ('time("23:30:00") + @"PT1H"', time(0, 30)),
    ('@"2026-03-01" - @"2026-02-01"', timedelta(days=28)),
    ('years and months duration(@"2024-02-29", @"2026-02-28")', YearsMonthsDuration(23)),
    ('@"2026-07-01".weekday', Decimal(3)),
    ('@"2026-13-01" = null', FeelError),
    ('date("2026-13-01")', None),
    ("[1, 2, 3][item > 1]", [Decimal(2), Decimal(3)]),
    ("[1, 2, 3][-1]", Decimal(3)),
    ("[1, 2, 3][4]", None),
    ("items[a > 1].b", ["y"]),
    ("items.b", ["x", "y"]),
    ("{a: 1, b: a + 1, full name: b}.full name", Decimal(2)),
    ("for i in 1..3 return i * i", [Decimal(1), Decimal(4), Decimal(9)]),
    ("for i in 1..4 return if i = 1 then 1 else i * partial[-1]", [Decimal(n) for n in (1, 2, 6, 24)]),
    ("for x in [1, 2], y in [x] return x + y", [Decimal(2), Decimal(4)]),
    ("some x in items satisfies x.a = 3", True),
    ("every x in items satisfies x.a = 3", False),
    ("5 in (> 7, [1..5])", True),
    ("5 in [1..5)", False),
    ("5 between 1 and 5", True),
    ("[1..5]", Range(Decimal(1), Decimal(5), True, True)),
    ("total instance of number", True),
    ("items instance of list<context<a: number>>", True),
    ("(function(a, b: number) a + b)(b: 1, a: 2)", Decimal(3)),
    ("sort(list: [3, 1, 2], precedes: function(x, y) x < y)[1]", Decimal(1)),
    ('substring(string: "foobar", start position: 3)', "obar"),
    ("string length(1)", None),
    ("count([1, null])", Decimal(2)),
    ("sum([1, 2], 3)", None),
    ("max(1, 3, 2)", Decimal(3)),
    ("median([6, 1, 2, 3])", Decimal("2.5")),
    ('matches("TCVN 5699", "^TCVN \\d+$")', True),
    ('matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(\\w+\\s?)*$")', False),
    ('replace("abcd", "(b)(c)", "$2-$1")', "ac-bd"),
    ('split("a;b;;c", ";")', ["a", "b", "", "c"]),
    ('string join(["a", null, "b"], "-")', "a-b"),
    ('number("1.000.000,5", ".", ",")', Decimal("1000000.5")),
    ('string({a: [1, "x"], d: @"2026-01-01"})', '{a: [1, "x"], d: 2026-01-01}'),
    ("round half up(2.5, 0)", Decimal(3)),
    ("modulo(-12, 5)", Decimal(3)),
    ('context put({a: 1}, ["b", "c"], 2)', {"a": Decimal(1), "b": {"c": Decimal(2)}}),
    ("before([1..5), 5)", True),
    ("flatten([[1, [2]], 3])", [Decimal(1), Decimal(2), Decimal(3)]),
    ("distinct values([1, 2, 1, null, null])", [Decimal(1), Decimal(2), None]),
]


@pytest.mark.parametrize(("text", "expected"), VALUES, ids=[text for text, _ in VALUES])
def test_an_expression_has_the_value_of_the_standard(text: str, expected: Any) -> None:
    if expected is FeelError:
        with pytest.raises(FeelError):
            feel.compile(text)
        return
    value = feel.compile(text).evaluate(SCOPE)
    assert value == expected
    assert type(value) is type(expected)


TESTS = [
    ("-", "anything", True),
    ('"a", "b"', "b", True),
    ('not("a", "b")', "b", False),
    ("> 100, [1..5]", 3, True),
    ("(100..1000]", 100, False),
    ("> 10", "text", None),
    ("false", False, True),
    ("true", False, False),
    ("count(?) > 1", [1, 2], True),
    ("total", 5, True),
    ("[1, 2, 3]", 2, True),
    ("null", None, True),
]


@pytest.mark.parametrize(("text", "value", "expected"), TESTS)
def test_unary_tests_say_whether_a_value_passes(text: str, value: Any, expected: bool | None) -> None:
    assert feel.compile_unary_tests(text).matches(value, SCOPE) is expected


def test_names_lists_the_free_variables_as_paths() -> None:
    text = "{x: dossier.code, y: x}.y != n and (some i in list satisfies i.a = top) and add(m)[q > 1] = count(p)"
    assert feel.compile(text).names == {"dossier.code", "n", "list", "top", "m", "p"}


def test_calls_lists_the_functions_the_host_must_give() -> None:
    assert feel.compile("add_working_days(now(), f(1)) + (function(g) g(1))(2)").calls == {"add_working_days", "f"}


def test_host_functions_are_called_and_go_before_built_in_ones() -> None:
    functions = {"now": lambda: datetime(2026, 1, 2, tzinfo=UTC), "add_days": lambda x, n, unit: int(n)}
    expression = feel.compile("{a: now().year, b: add_days(now(), 3, unit)}")
    assert expression.evaluate({"unit": "calendar"}, functions) == {"a": Decimal(2026), "b": Decimal(3)}


def test_an_unknown_function_is_an_error_when_it_is_called() -> None:
    expression = feel.compile("if late then 1 + penalty(2) else 0", where="fees.bpmn, flow_1")
    assert expression.evaluate({"late": False}) == 0
    with pytest.raises(FeelError, match="fees.bpmn, flow_1: There is no function “penalty” .line 1, column 18."):
        expression.evaluate({"late": True})


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("1 +", 1, 4), ("a and\n  b c", 2, 5), ('"open', 1, 1), ("", 1, 1), ("a ; b", 1, 3), ("[1, 2", 1, 6)],
)
def test_a_text_that_is_no_expression_is_refused_with_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(FeelError) as caught:
        feel.compile(text, where="model.bpmn, task_1")
    assert (caught.value.line, caught.value.column) == (line, column)
    assert "model.bpmn, task_1" in str(caught.value)


def test_known_names_may_have_spaces_and_signs() -> None:
    expression = feel.compile("Full Name + tax-rate", names=["Full Name", "tax-rate"])
    assert expression.evaluate({"Full Name": "a", "tax-rate": "b"}) == "ab"
    assert expression.names == {"Full Name", "tax-rate"}


@pytest.mark.parametrize(
    "text",
    [
        "for i in 1..1000000000 return i",
        "count(for i in 1..400, j in 1..400 return i)",
        "{f: function(n) f(n + 1), r: f(1)}.r",
        '{f: function(s, n) if n = 0 then s else f(s + s, n - 1), r: f("xxxxxxxx", 40)}.r',
        "{f: function(l, n) if n = 0 then l else f([l, l], n - 1), r: f([1], 40)}.r",
        "{f: function(l, n) if n = 0 then l else f(concatenate(l, l), n - 1), r: f([1], 40)}.r",
        "{f: function(l, n) if n = 0 then l else f([l, l], n - 1), r: string(f([1], 40))}.r",
        'replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a|aa)+$", "b")',
        'matches("a", "(((a{1000}){1000}){1000})")',
        "(" * 500 + "1" + ")" * 500,
        "-" * 5000 + "1",
        "+".join(["1"] * 5000),
    ],
)
def test_no_expression_exceeds_the_limits(text: str) -> None:
    with pytest.raises(FeelError):
        feel.compile(text).evaluate({})


def test_limits_can_be_set() -> None:
    expression = feel.compile("for i in 1..20 return i")
    assert len(expression.evaluate({})) == 20
    with pytest.raises(FeelError, match="more than 10 steps"):
        expression.evaluate({}, limits=Limits(steps=10))


def test_a_foreign_object_is_refused_and_never_read() -> None:
    with pytest.raises(FeelError, match="Limits"):
        feel.compile("limits").evaluate({"limits": Limits()})
