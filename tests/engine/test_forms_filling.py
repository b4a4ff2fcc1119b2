"""Forms filled in beforehand, restricted to a supplement, read as a summary; and whatever a stranger may send."""

import json
import string
import tomllib
from typing import Any

from form_samples import (
    APPRAISE,
    FORMS,
    FUNCTIONS,
    HASH,
    START,
    UPLOADS,
    cleaned_application,
    errors_of,
    line,
    make_application,
    make_form,
    read_form,
    rows,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workflow_engine.errors import InvalidForm
from workflow_engine.forms import Choice, messages, parse_post, prefill, restrict, summary, supplement_items, validate
from workflow_engine.forms.types import registry

FACTS = FORMS.parent / "bpmn" / "procedures" / "testing_registration_issue"

# Filling in beforehand, supplements, reading


def test_a_form_shows_its_own_last_round_else_the_start_form() -> None:
    form = make_form(line("a"), line("b"), line("c", defaultValue="usual"))
    assert prefill(form, {}, {"a": "start", "x": "other"}) == {"a": "start", "b": "", "c": "usual"}
    assert prefill(form, {"a": "own", "b": ""}, {"a": "start", "b": "start"}) == {"a": "own", "b": "", "c": "usual"}


def test_a_decision_is_never_filled_in_beforehand() -> None:
    form = read_form("shared/sign_result")
    filled = prefill(form, {"review_outcome": "approved", "signing_capacity": "deputy"}, {})
    assert filled == {"review_outcome": None, "signing_capacity": "deputy", "review_comment": ""}


def test_the_rows_of_a_list_follow_the_start_form_when_that_was_corrected() -> None:
    was, now = {"test_name": "nén", "method_code": "A"}, {"test_name": "kéo", "method_code": "B"}
    own = {"scope": [{**was, "field": "", "range": "", "row_outcome": "refuse"}]}
    start = {"scope": [{**now, "field": "", "range": ""}, {**was, "field": "", "range": ""}]}
    filled = prefill(APPRAISE, own, start)
    assert [(row["test_name"], row["row_outcome"]) for row in filled["scope"]] == [("kéo", None), ("nén", "refuse")]


def test_a_reason_given_by_the_engine_is_shown_and_kept() -> None:
    form = read_form("shared/draft_stop_notice")
    before = prefill(form, {}, {}, scope={"stop_reason": "withdrawn"})
    cleaned = validate(form, {"stop_detail": "x", "stop_reason": "payment_expired"}, previous=before)
    assert cleaned["stop_reason"] == "withdrawn"


def test_every_paper_and_section_can_be_asked_for_again() -> None:
    assert [item.value for item in supplement_items(START)] == [
        "section_applicant",
        "section_scope",
        "section_capability",
        "section_result",
        "establishment_file",
        "staff_file",
        "procedure_list_file",
        "equipment_file",
        "accreditation_file",
        "report_template_file",
    ]


def test_in_a_supplement_only_what_was_asked_for_is_open() -> None:
    filed = cleaned_application()
    form = restrict(START, {"staff_file"})
    raw = make_application(applicant_name="Khác", scope=[], staff_file=["b" * 64])
    choices = {"uploads": [Choice(HASH, "a.pdf"), Choice("b" * 64, "b.pdf")]}
    cleaned = validate(form, raw, previous=filed, choices=choices)
    assert cleaned == filed | {"staff_file": ["b" * 64]}


def test_the_pledge_is_given_anew_with_a_supplement() -> None:
    form = restrict(START, {"staff_file"})
    faults = errors_of(form, {"staff_file": [HASH]}, previous=cleaned_application(), choices=UPLOADS)
    assert list(faults) == ["declaration_truth"]


def test_what_appears_because_of_an_open_field_is_open_too() -> None:
    form = restrict(START, {"section_capability"})
    raw = make_application(accredited="on", accreditation_body="BoA", accreditation_no="1")
    raw |= {"accreditation_valid_to": "2027-01-01", "accreditation_file": [HASH]}
    cleaned = validate(form, raw, previous=cleaned_application(), choices=UPLOADS, functions=FUNCTIONS)
    assert cleaned["accreditation_file"] == [HASH]


def test_a_summary_reads_like_the_form() -> None:
    values = cleaned_application(equipment=[{"name": "Máy nén", "calibration_due": "2027-03-01"}])
    rows = {row.path: (row.section, row.label, row.value) for row in summary(START, values, UPLOADS)}
    assert rows["province_code"] == ("1. Tổ chức nộp hồ sơ", "Tỉnh, thành phố", "Hà Nội")
    assert rows["scope.0.test_name"] == ("Phép thử 1", "Phép thử", "Độ bền nén")
    assert rows["equipment.0.calibration_due"] == ("Thiết bị 1", "Hạn hiệu chuẩn", "01/03/2027")
    assert rows["staff_file"][2] == "quyet-dinh.pdf"
    assert rows["accredited"][2] == "Không"
    assert "result_address" not in rows
    english = {row.path: row for row in summary(START, values, UPLOADS, language="en")}
    assert english["result_channel"].value == "Electronic copy"


def test_the_start_form_asks_for_each_paper_of_the_facts_file() -> None:
    uploads = {each.key: each for each in START.fields() if each.type == "filepicker"}
    facts = tomllib.loads((FACTS / "procedure.toml").read_text("utf-8"))
    assert set(uploads) == {paper["key"] for paper in facts["documents"]} - {"application"}
    assert uploads["accreditation_file"].settings.copy == "certified"
    assert {key for key, each in uploads.items() if not each.is_required} == {"equipment_file"}
    assert all(each.label_en for each in START.fields() if each.label)


def test_every_sentence_is_listed_and_its_parameters_are_given() -> None:
    known = {
        "label",
        "name",
        "example",
        "least",
        "most",
        "length",
        "position",
        "filename",
        "accepted",
        "count",
        "message",
    }
    for sentence in messages.ALL:
        assert {name for _, name, _, _ in string.Formatter().parse(sentence) if name} <= known, sentence
    assert len(messages.ALL) == len(set(messages.ALL)) > 30


# Whatever comes in

HOSTILE: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(["on", "x", HASH]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
EVERY_KIND = make_form(
    *(
        {"type": name, "key": f"a_{name}", "label": name, **more}
        for name, more in {
            "textfield": {"validate": {"minLength": 2, "pattern": r"^\w+$"}},
            "textarea": {},
            "number": {"decimalDigits": 2, "validate": {"min": -5}},
            "checkbox": {},
            "radio": {"values": [{"label": "Có", "value": True}, {"label": "Số", "value": 5}]},
            "select": {"values": [{"label": "X", "value": "x"}]},
            "checklist": {"values": [{"label": "X", "value": "x"}]},
            "taglist": {"valuesKey": "units"},
            "filepicker": {"accept": ".pdf"},
        }.items()
    ),
    {"type": "datetime", "key": "a_datetime", "subtype": "datetime", "dateLabel": "D"},
    {"type": "expression", "key": "a_sum", "expression": "=a_number + 1"},
    rows("a_list", line("b", conditional={"hide": "=c = true"}), {"type": "checkbox", "key": "c", "label": "C"}),
    {"type": "group", "path": "a_group", "label": "G", "components": [{"id": "inner", **line("d")}]},
)
BY_KEY = st.fixed_dictionaries({}, optional={each.key: HOSTILE for each in EVERY_KIND.components if each.key})


def test_the_form_of_every_kind_has_every_kind() -> None:
    assert {each.type for each in EVERY_KIND.fields()} | {"text", "separator", "spacer"} == set(registry())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(raw=BY_KEY | HOSTILE)
def test_validate_raises_nothing_but_invalid_form_and_its_result_is_its_own_result(raw: Any) -> None:
    choices = {"units": [Choice("x", "X")], "uploads": [Choice(HASH, "a.pdf")]}
    try:
        cleaned = validate(EVERY_KIND, raw, choices=choices)
    except InvalidForm as refused:
        assert refused.errors
        assert all(str(error) for error in refused.errors)
        return
    json.dumps(cleaned, allow_nan=False).encode()
    assert validate(EVERY_KIND, cleaned, choices=choices) == cleaned
    assert summary(EVERY_KIND, cleaned, choices) is not None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.text(max_size=12) | st.sampled_from(["a_list.0.b", "a_list", "a_group.d"]), st.text(max_size=9))
    )
)
def test_any_post_is_read(items: list[tuple[str, str]]) -> None:
    assert isinstance(parse_post(EVERY_KIND, items), dict)
