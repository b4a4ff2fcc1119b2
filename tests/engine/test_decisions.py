"""Decision models: the ones of our procedures, every hit policy, the boxes, and files that are refused."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from workflow_engine import decisions
from workflow_engine.errors import ModelError
from workflow_engine.feel import FeelError

PUBLISHED = Path(__file__).parents[2] / "bpmn" / "decisions"
OTHERS = Path(__file__).parent / "decisions"
HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="urn:m">'


def model(path: Path) -> decisions.Decisions:
    return decisions.parse(path.read_bytes(), path.name)


def parse(body: str) -> decisions.Decisions:
    return decisions.parse(f"{HEAD}{body}</definitions>".encode(), "model.dmn")


def table(policy: str, rules: list[tuple[str, ...]], *, outputs: tuple[str, ...] = ("fee",), values: str = "") -> str:
    """A decision over ``n``; each rule is a test and one cell per output."""
    allowed = f"<outputValues><text>{values}</text></outputValues>" if values else ""
    columns = "".join(f'<output id="{name}" name="{name}">{allowed}</output>' for name in outputs)
    rows = "".join(
        f"<rule><inputEntry><text>{test.replace('<', '&lt;')}</text></inputEntry>"
        + "".join(f"<outputEntry><text>{cell}</text></outputEntry>" for cell in cells)
        + "</rule>"
        for test, *cells in rules
    )
    return (
        f'<decision id="d" name="D"><variable name="d"/><decisionTable id="t" {policy}>'
        f"<input><inputExpression><text>n</text></inputExpression></input>{columns}{rows}</decisionTable></decision>"
    )


@pytest.mark.parametrize(
    ("products", "received", "digits", "total", "rule"),
    [
        (100, datetime(2026, 6, 30, tzinfo=UTC), 10, 1_500_000, 1),
        (101, datetime(2026, 7, 1, tzinfo=UTC), 9, 1_400_000, 2),
    ],
)
def test_the_barcode_fee_follows_the_number_of_products_and_the_half_year(
    products: int, received: datetime, digits: int, total: int, rule: int
) -> None:
    scope = {"code_type": "gcp", "expected_products": products, "dossier": {"received_at": received}}
    decided = model(OTHERS / "barcode_fee.dmn").decide("barcode_fee", scope)
    assert (decided.value["code_digits"], decided.value["fee_total"]) == (digits, total)
    assert decided.inputs["dossier.received_at"] == received
    length, fees = decided.required
    assert (length.decision_id, length.matched_rules) == ("code_length", (rule,))
    assert length.inputs == {"code_type": "gcp", "expected_products": products}
    assert (fees.decision_id, fees.matched_rules) == ("code_fees", (rule,))


@pytest.mark.parametrize(
    ("level", "signer", "delegated", "expected", "rule"),
    [("central", "minister", None, "minister", 2), ("provincial", "provincial_chair", False, "provincial_chair", 4)]
    + [("provincial", "provincial_chair", True, "department_director", 5)],
)
def test_the_signer_follows_level_and_delegation(
    level: str, signer: str, delegated: bool | None, expected: str, rule: int
) -> None:
    procedure = {"level": level, "authority": {"signer": signer, "delegated": delegated}}
    decided = model(PUBLISHED / "sign_level.dmn").decide(
        "sign_level", {"document_key": "letter", "procedure": procedure}
    )
    assert decided.value["signer"] == expected
    assert decided.matched_rules == (rule,)


def test_the_assessment_need_is_decided_in_the_order_of_the_rules() -> None:
    scope = {"conclusion": "qualified", "registration_active": True, "scope_covered": False, "doubtful_points": 0}
    decided = model(OTHERS / "assessment_need.dmn").decide("assessment_need", scope)
    assert decided.value == {"needed": True, "reason": "scope_not_covered"}
    assert decided.matched_rules == (5,)


RULES = [("< 10", "1"), ("< 20", "2"), ("< 30", "3")]
POLICIES = [
    ('hitPolicy="UNIQUE"', 25, Decimal(3), (3,)),
    ('hitPolicy="UNIQUE"', 99, None, ()),
    ('hitPolicy="FIRST"', 15, Decimal(2), (2,)),
    ('hitPolicy="RULE ORDER"', 15, [Decimal(2), Decimal(3)], (2, 3)),
    ('hitPolicy="COLLECT"', 5, [Decimal(1), Decimal(2), Decimal(3)], (1, 2, 3)),
    ('hitPolicy="COLLECT" aggregation="SUM"', 5, Decimal(6), (1, 2, 3)),
    ('hitPolicy="COLLECT" aggregation="MIN"', 15, Decimal(2), (2, 3)),
    ('hitPolicy="COLLECT" aggregation="MAX"', 5, Decimal(3), (1, 2, 3)),
    ('hitPolicy="COLLECT" aggregation="COUNT"', 15, Decimal(2), (2, 3)),
]


@pytest.mark.parametrize(("policy", "n", "expected", "rules"), POLICIES)
def test_a_hit_policy_chooses_among_the_matching_rules(policy: str, n: int, expected: Any, rules: tuple) -> None:
    decided = parse(table(policy, RULES)).decide("d", {"n": n})
    assert (decided.value, decided.matched_rules) == (expected, rules)


def test_priority_and_output_order_follow_the_listed_output_values() -> None:
    rules = [("< 10", '"low"'), ("< 20", '"high"')]
    values = '"high", "low"'
    decided = parse(table('hitPolicy="PRIORITY"', rules, values=values)).decide("d", {"n": 5})
    assert (decided.value, decided.matched_rules) == ("high", (2,))
    decided = parse(table('hitPolicy="OUTPUT ORDER"', rules, values=values)).decide("d", {"n": 5})
    assert decided.value == ["high", "low"]


def test_a_unique_table_with_two_matching_rules_is_an_error() -> None:
    with pytest.raises(FeelError, match="model.dmn, t: Only one rule may match .* rules 2, 3 do"):
        parse(table("", RULES)).decide("d", {"n": 15})


def test_an_any_table_is_an_error_only_when_the_rules_differ() -> None:
    agreeing = parse(table('hitPolicy="ANY"', [("< 10", "1"), ("< 20", "1")]))
    assert agreeing.decide("d", {"n": 5}).value == 1
    with pytest.raises(FeelError, match="rules 1 and 2 differ"):
        parse(table('hitPolicy="ANY"', RULES)).decide("d", {"n": 5})


def test_several_outputs_make_a_context_and_the_default_is_taken_without_a_match() -> None:
    body = table('hitPolicy="FIRST"', [("1", '"a"', "2")], outputs=("kind", "fee"))
    with_default = body.replace(
        'name="fee"></output>', 'name="fee"><defaultOutputEntry><text>0</text></defaultOutputEntry></output>'
    )
    model = parse(with_default)
    assert model.decide("d", {"n": 1}).value == {"kind": "a", "fee": 2}
    assert model.decide("d", {"n": 2}).value == {"kind": None, "fee": 0}


def test_an_input_outside_the_allowed_values_is_an_error() -> None:
    body = table("", RULES).replace(
        "</inputExpression>", "</inputExpression><inputValues><text>[0..50]</text></inputValues>"
    )
    assert parse(body).decide("d", {"n": 25}).value == 3
    with pytest.raises(FeelError, match="not among those the table allows"):
        parse(body).decide("d", {"n": 51})


def test_a_business_knowledge_model_is_called_by_invocation_and_by_name() -> None:
    body = """
      <businessKnowledgeModel id="k" name="with tax"><variable name="with tax"/><encapsulatedLogic>
        <formalParameter name="net" typeRef="number"/><literalExpression><text>net * 1.1</text></literalExpression>
      </encapsulatedLogic></businessKnowledgeModel>
      <decision id="by_box" name="by_box"><knowledgeRequirement><requiredKnowledge href="#k"/></knowledgeRequirement>
        <invocation><literalExpression><text>with tax</text></literalExpression>
          <binding><parameter name="net"/><literalExpression><text>amount</text></literalExpression></binding>
        </invocation></decision>
      <decision id="by_name" name="by_name"><knowledgeRequirement><requiredKnowledge href="#k"/></knowledgeRequirement>
        <literalExpression><text>with tax(amount) + 1</text></literalExpression></decision>"""
    assert parse(body).decide("by_box", {"amount": 10}).value == 11
    assert parse(body).decide("by_name", {"amount": 10}).value == 12


def test_boxed_context_list_relation_conditional_filter_and_iterators() -> None:
    def literal(text: str) -> str:
        return f"<literalExpression><text>{text}</text></literalExpression>"

    def entry(name: str, box: str) -> str:
        return f'<contextEntry><variable name="{name}"/>{box}</contextEntry>'

    def parts(tag: str, **boxes: str) -> str:
        inner = "".join(f"<{name}>{literal(text)}</{name}>" for name, text in boxes.items())
        return f"<{tag}>{inner}</{tag.split()[0]}>"

    rows = f"<row>{literal('1')}{literal('2')}</row><row>{literal('3')}{literal('4')}</row>"
    context = (
        entry("rows", f'<relation><column name="a"/><column name="b"/>{rows}</relation>')
        + entry("large", parts("filter", **{"in": "rows", "match": "a > 2"}))
        + entry("sums", parts('for iteratorVariable="row"', **{"in": "rows", "return": "row.a + row.b"}))
        + entry("some_large", parts('some iteratorVariable="s"', **{"in": "sums", "satisfies": "s > 5"}))
        + entry("pair", f"<list>{literal('some_large')}{literal('count(large)')}</list>")
    )
    result = parts("conditional", **{"if": "some_large", "then": "{p: pair, s: sums}", "else": "0"})
    body = f'<decision id="d" name="d"><context>{context}<contextEntry>{result}</contextEntry></context></decision>'
    assert parse(body).decide("d", {}).value == {"p": [True, Decimal(1)], "s": [Decimal(3), Decimal(7)]}


WRONG_BODIES = [
    (
        '<decision id="d"><literalExpression id="x"><text>1 +</text></literalExpression></decision>',
        "x: Expected a value",
    ),
    (table('hitPolicy="MAYBE"', RULES), "t: The hit policy MAYBE"),
    (table("", [("1", "2", "3")]), "t: Rule 1 has not one cell per column"),
    (
        '<decision id="d"><informationRequirement><requiredDecision href="#d"/></informationRequirement></decision>',
        "itself",
    ),
]
REFUSED = [
    ("<not closed", "not well-formed"),
    ("<a/>", "no DMN model"),
    ('<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', "document type"),
    *((f"{HEAD}{body}</definitions>", reason) for body, reason in WRONG_BODIES),
]


@pytest.mark.parametrize(("xml", "reason"), REFUSED)
def test_a_wrong_file_is_refused_with_file_element_and_reason(xml: str, reason: str) -> None:
    with pytest.raises(ModelError, match=reason) as caught:
        decisions.parse(xml.encode(), "model.dmn")
    assert caught.value.file == "model.dmn"


def test_an_unknown_decision_is_a_fault_of_the_model() -> None:
    with pytest.raises(ModelError, match="no decision “other”"):
        parse(table("", RULES)).decide("other", {})
