"""Whatever text comes, the language answers with a value or a FeelError, soon; its arithmetic and logic keep laws."""

import time
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workflow_engine import feel
from workflow_engine.feel import FeelError

FEW = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
SCOPE: dict[str, Any] = {"a": 1, "b": "text", "c": [1, 2, None], "d": {"a": True, "e": [{"f": 1}]}, "n": None}
# Python's own pauses (garbage collection, other processes) are not counted: thread time, and a generous bound.
SECONDS = 1.0
WORDS = ["a", "b", "c", "d", "n", "item", "partial", "?", "1", "0", "2.5", "-3", "1e9", "..", ",", "/*", "*/", "//"]
WORDS += [".", ":", ";", "(", ")", "[", "]", "{", "}", "+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">="]
WORDS += ["and", "or", "not", "null", "true", "false", "if", "then", "else", "for", "in", "return", "some", "every"]
WORDS += ["satisfies", "between", "instance", "of", "function", "external", "list<number>", "number", "date", "time"]
WORDS += [
    "count",
    "sum",
    "sort",
    "range",
    "matches",
    "split",
    "flatten",
    "append",
    "@",
    "'",
    "\\",
    "\u00a0",
    '"',
    '"a"',
]
WORDS += ['"(a+)+$"', '@"2026-01-31"', '@"P1M"', "date and time", "string length", "string join"]

atoms = st.sampled_from(
    ["a", "b", "c", "d", "n", "d.e.f", "1", "-2.5", "1e6000", '"x"', "true", "false", "null", "[]", "{}"]
    + ['@"2026-01-31"', '@"2026-01-31T10:00:00Z"', '@"10:00:00"', '@"P1M"', '@"-P3DT4H"', "[1..5]", "(< 10)"]
)


def combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Well-formed expressions over smaller ones; types are mixed freely."""
    operators = st.sampled_from(["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in"])
    one = st.sampled_from(
        ["-({})", "({})", "[{}]", "{{k: {}, l: k}}", "not({})", "count({})", "string({})", "({})[1]", "({}).year"]
        + ["flatten({})", "sum({})", "max({})", "date({})", "number({})", "duration({})", "({}) instance of number"]
        + ["sort({})", "distinct values({})", "(function(x) x)({})", "abs({})", "reverse({})", "floor({})", "range({})"]
    )
    inner = inner.map(lambda text: f"({text})")
    two = st.sampled_from(
        ["for i in {} return {}", "some i in {} satisfies {}", "every i in {} satisfies {}", "({})[{}]", "[{}..{}]"]
        + ["append({}, {})", "concatenate({}, {})", "matches({}, {})", "split({}, {})", "substring({}, {})"]
        + ["list contains({}, {})", "before({}, {})", "decimal({}, {})", "modulo({}, {})", "remove({}, {})"]
        + ["for i in {}..{} return partial", "index of({}, {})", "get value({}, {})"]
    )
    three = st.sampled_from(
        ["if {} then {} else {}", "({}) between {} and {}", "replace({}, {}, {})", "date({}, {}, {})"]
    )
    return st.one_of(
        st.builds(lambda left, sign, right: f"({left}) {sign} ({right})", inner, operators, inner),
        st.builds(lambda form, x: form.format(x), one, inner),
        st.builds(lambda form, x, y: form.format(x, y), two, inner, inner),
        st.builds(lambda form, x, y, z: form.format(x, y, z), three, inner, inner, inner),
    )


expressions = st.recursive(atoms, combined, max_leaves=12)


def answer(text: str) -> Any:
    """The value, or None when there is none; any other exception or a long wait fails the test."""
    started = time.thread_time()
    try:
        return feel.compile(text, where="test").evaluate(SCOPE)
    except FeelError as error:
        assert "test" in str(error)
        return None
    finally:
        assert time.thread_time() - started < SECONDS


@FEW
@given(expressions)
def test_a_well_formed_expression_has_a_value_or_breaks_a_limit(text: str) -> None:
    answer(text)
    feel.compile(text)


@FEW
@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))
def test_any_words_in_any_order_are_answered(text: str) -> None:
    answer(text)


@FEW
@given(st.text(max_size=200))
def test_any_text_is_answered(text: str) -> None:
    answer(text)
    answer(f'"{text}" + string length("{text}")')
    try:
        feel.compile_unary_tests(text, where="test").matches(1, SCOPE)
    except FeelError as error:
        assert "test" in str(error)


@FEW
@given(st.text(alphabet="ab(|)*+?{}[]^$.\\d1,2", max_size=25), st.text(alphabet="ab1", max_size=60))
def test_any_pattern_is_answered(pattern: str, text: str) -> None:
    for function in ("matches", "split"):
        try:
            feel.compile(f"{function}(text, pattern)").evaluate({"text": text, "pattern": pattern})
        except FeelError as error:
            assert "Stopped" in str(error)


numbers = st.decimals(min_value=-(10**9), max_value=10**9, places=4)


@FEW
@given(numbers, numbers, numbers)
def test_numbers_keep_the_laws_of_arithmetic(x: Decimal, y: Decimal, z: Decimal) -> None:
    laws = "x + y = y + x and x * y = y * x and (x + y) + z = x + (y + z) and x * (y + z) = x * y + x * z"
    laws += " and x - x = 0 and -(-x) = x and (if y = 0 then x / y = null else modulo(x, y) * y >= 0)"
    laws += " and (x < y or x = y or x > y) and floor(x) <= x and ceiling(x) >= x and number(string(x)) = x"
    assert feel.compile(laws).evaluate({"x": x, "y": y, "z": z}) is True


truth = st.sampled_from([True, False, None])


@FEW
@given(truth, truth, truth)
def test_three_valued_logic_keeps_its_laws(x: bool | None, y: bool | None, z: bool | None) -> None:
    scope = {"x": x, "y": y, "z": z}

    def value(text: str) -> Any:
        return feel.compile(text).evaluate(scope)

    assert value("x and y") == (False if False in (x, y) else None if None in (x, y) else True)
    assert value("x or y") == (True if True in (x, y) else None if None in (x, y) else False)
    assert value("not(x and y)") == value("not(x) or not(y)")
    assert value("x and (y or z)") == value("(x and y) or (x and z)")
    assert value("not(not(x))") == x


@FEW
@given(st.dates(), st.integers(-4000, 4000))
def test_days_added_are_the_difference(day: Any, days: int) -> None:
    text = 'if later = null then null else later - day = duration("P1D") * days'
    later = feel.compile('day + duration("P1D") * days').evaluate({"day": day, "days": days})
    assert feel.compile(text).evaluate({"day": day, "days": days, "later": later}) in (True, None)


@FEW
@given(st.one_of(st.dates(), st.datetimes(), st.times(), st.timedeltas()))
def test_what_is_written_is_read_again(value: Any) -> None:
    read = {"date": "date(s)", "datetime": "date and time(s)", "time": "time(s)", "timedelta": "duration(s)"}
    text = f"{{s: string(v), same: {read[type(value).__name__]} = v}}.same"
    assert feel.compile(text).evaluate({"v": value}) is True
