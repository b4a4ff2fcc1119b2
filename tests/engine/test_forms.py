"""Forms: what is read, what is refused, who decides. The forms of the first procedure stand for all."""

from typing import Any

import pytest
from form_samples import (
    APPRAISE,
    FORMS,
    FUNCTIONS,
    HASH,
    KEYS,
    PROCEDURE,
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

from workflow_engine.errors import ModelError
from workflow_engine.forms import Choice, parse_form, parse_post, prefill, validate, visible_paths
from workflow_engine.forms.json_schema import written

# Reading forms


@pytest.mark.parametrize("key", KEYS)
def test_every_form_of_the_project_is_read(key: str) -> None:
    form = read_form(key)
    assert form.title
    assert all(each.id.isascii() for each in form.fields())


def test_the_schema_for_editors_is_the_one_we_check_with() -> None:
    assert (FORMS / "schema.json").read_text("utf-8") == written()


@pytest.mark.parametrize(
    ("component", "reason"),
    [
        ({"type": "iframe", "url": "https://a"}, "there is no field type 'iframe'"),
        (line("name", disabled=True), "'disabled' was unexpected"),
        (line("name", validate={"required": True, "custom": 1}), "validate: Additional properties"),
        (line("name", validate={"pattern": "("}), "is not a regular expression"),
        (line("name", conditional={"hide": "=a ="}), "can not be read"),
        (line("name", properties={"validate_feel": "a > 1"}), "does not begin with ="),
        (line("name", properties={"validator": "passport"}), "there is no validator 'passport'"),
        (line("họ_tên"), "key: 'họ_tên' does not match"),
        ({"type": "text", "text": "=name"}, "templates and expressions are not supported"),
        ({"type": "select", "key": "a", "label": "A"}, "either as values or by valuesKey"),
        ({"type": "datetime", "key": "a", "subtype": "date", "timeSerializingFormat": "utc_offset"}, "timeSerializing"),
        ({"type": "number", "key": "a", "validate": {"min": 3, "max": 1}}, "min is greater than max"),
        (rows("list", line("a", readonly=True)), "needs allowAddRemove: false"),
        (rows("list", line("a"), line("a")), "two components have this key"),
    ],
)
def test_what_would_change_the_meaning_is_refused_by_file_and_field(component: dict[str, Any], reason: str) -> None:
    with pytest.raises(ModelError) as refused:
        make_form(component)
    assert str(refused.value).startswith("forms/t/form.form, ")
    assert reason in str(refused.value)


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000, '{"type": "default"}', "9" * 1_000_001])
def test_what_is_no_form_is_refused(text: str) -> None:
    with pytest.raises(ModelError):
        parse_form("t/form", text)


# From the browser


def test_names_become_nested_values_and_gaps_between_rows_close() -> None:
    sent = [
        ("csrf_token", "x"),
        ("applicant_name", "Sông Hồng"),
        ("scope.7.test_name", "kéo"),
        ("scope.2.test_name", "nén"),
        ("scope.2.unknown", "x"),
        ("scope.9", ""),
        ("scope.x.test_name", "x"),
        ("staff_file", HASH),
        ("staff_file", "b" * 64),
    ]
    assert parse_post(START, sent) == {
        "applicant_name": "Sông Hồng",
        "scope": [{"test_name": "nén"}, {"test_name": "kéo"}, {}],
        "staff_file": [HASH, "b" * 64],
    }


def test_a_flood_of_rows_is_cut() -> None:
    raw = parse_post(START, [(f"scope.{number}.field", "x") for number in range(2000)])
    assert len(raw["scope"]) == 500
    assert "keep at most 200 rows; there are 500" in errors_of(START, raw)["scope"]


# Judging


def test_a_good_application_is_cleaned() -> None:
    cleaned = cleaned_application()
    assert cleaned["phone"] == "0912345678"
    assert cleaned["staff"] == [{"name": "Trần Thị B", "degree": "Kỹ sư", "years_experience": 5}]
    assert cleaned["accredited"] is False
    assert cleaned["equipment"] == [] == cleaned["equipment_file"]


def test_every_fault_comes_at_once_with_its_path_and_what_to_do() -> None:
    faults = errors_of(START, make_application(email="a@", scope=[{"field": "x"}], staff_file=[]), choices=UPLOADS)
    assert faults == {
        "email": "Thư điện tử: write one e-mail address such as ten@donvi.vn.",
        "scope.0.test_name": "Enter phép thử, for example “Xác định độ bền nén”.",
        "scope.0.method_code": "Enter phương pháp thử, for example “TCVN 6016:2011”.",
        "staff_file": "Upload danh sách thử nghiệm viên, kèm bằng cấp, chứng chỉ đào tạo.",
    }


def test_a_hidden_field_is_dropped_and_its_rules_are_skipped() -> None:
    cleaned = cleaned_application(accreditation_no="VILAS 1", accreditation_file=["nonsense"])
    assert "accreditation_no" not in cleaned
    assert "accreditation_file" not in cleaned


def test_a_condition_brings_its_rules() -> None:
    faults = errors_of(START, make_application(accredited="on"), choices=UPLOADS, functions=FUNCTIONS)
    assert sorted(faults) == ["accreditation_body", "accreditation_file", "accreditation_no", "accreditation_valid_to"]


def test_a_field_hidden_behind_a_hidden_field_is_hidden() -> None:
    form = make_form(
        {"type": "checkbox", "key": "a", "label": "A"},
        {"type": "checkbox", "key": "b", "label": "B", "conditional": {"hide": "=a != true"}},
        line("c", conditional={"hide": "=b != true"}),
    )
    assert validate(form, {"b": "on", "c": "x"}) == {"a": False}
    assert validate(form, {"a": "on", "b": "on", "c": "x"}) == {"a": True, "b": True, "c": "x"}


def test_in_a_list_a_condition_sees_the_fields_of_its_row_first() -> None:
    row = (line("kind"), line("detail", conditional={"hide": '=kind != "x"'}))
    form = make_form(line("kind"), rows("list", *row))
    raw = {"kind": "x", "list": [{"kind": "y", "detail": "1"}, {"kind": "x", "detail": "2"}]}
    assert validate(form, raw)["list"] == [{"kind": "y"}, {"kind": "x", "detail": "2"}]
    assert {"list.1.detail"} == {path for path in visible_paths(form, raw, {}) if path.endswith("detail")}


def test_a_read_only_field_is_never_read_from_the_request() -> None:
    form = make_form(line("number", readonly=True, validate={"required": True}), line("text"))
    raw = {"number": "forged", "text": "x", "unknown": "x"}
    assert validate(form, raw, previous={"number": "12"}) == {"number": "12", "text": "x"}
    assert validate(form, raw, scope={"number": "13"}) == {"number": "13", "text": "x"}


def test_a_field_is_locked_by_an_expression_also_when_that_fails() -> None:
    form = make_form(line("a", readonly="=closed"))
    assert validate(form, {"a": "new"}, scope={"closed": False}, previous={"a": "old"}) == {"a": "new"}
    assert validate(form, {"a": "new"}, scope={"closed": True}, previous={"a": "old"}) == {"a": "old"}
    assert validate(form, {"a": "new"}, previous={"a": "old"}) == {"a": "old"}


def test_a_computed_field_is_worked_out_by_the_server() -> None:
    number = {"type": "number", "key": "n", "label": "N"}
    form = make_form(number, {"type": "expression", "key": "double", "expression": "=n * 2"})
    assert validate(form, {"n": "21", "double": "1"}) == {"n": 21, "double": 42}


def test_a_list_that_is_not_open_has_the_rows_it_had() -> None:
    before = prefill(APPRAISE, {}, cleaned_application())
    raw = {
        "scope": [{"test_name": "forged", "row_outcome": "accept"}, {"test_name": "added", "row_outcome": "accept"}],
        "conclusion": "qualified",
        "valid_to": "25/11/2031",
    }
    cleaned = validate(APPRAISE, raw, previous=before, scope=PROCEDURE, functions=FUNCTIONS)
    assert [row["test_name"] for row in cleaned["scope"]] == ["Độ bền nén"]
    assert cleaned["valid_to"] == "2031-11-25"


@pytest.mark.parametrize("day", ["25/11/2026", "2031-11-26", "1999-01-01"])
def test_a_certificate_is_valid_for_the_years_the_law_allows(day: str) -> None:
    before = prefill(APPRAISE, {}, cleaned_application())
    raw = {"scope": [{"row_outcome": "accept"}], "conclusion": "qualified", "valid_to": day}
    faults = errors_of(APPRAISE, raw, previous=before, scope=PROCEDURE, functions=FUNCTIONS)
    assert faults == {"valid_to": "Chọn một ngày sau hôm nay và không quá 5 năm kể từ hôm nay."}


@pytest.mark.parametrize("conclusion", ["doubtful", "grant", "Qualified"])
def test_a_conclusion_is_one_of_its_values(conclusion: str) -> None:
    raw = {"scope": [], "conclusion": conclusion, "valid_to": "2027-01-01"}
    faults = errors_of(APPRAISE, raw, scope=PROCEDURE, functions=FUNCTIONS)
    assert faults == {"conclusion": "Đề xuất: choose one of the answers of the list."}


def test_a_conclusion_agrees_with_its_rows() -> None:
    before = prefill(APPRAISE, {}, cleaned_application())
    raw = {"scope": [{"row_outcome": "refuse", "row_reason": "x"}], "conclusion": "qualified", "valid_to": "2027-01-01"}
    faults = errors_of(APPRAISE, raw, previous=before, scope=PROCEDURE, functions=FUNCTIONS)
    assert list(faults) == ["conclusion"]


def test_a_rule_that_can_not_be_worked_out_lets_nothing_pass() -> None:
    form = make_form(line("a", properties={"validate_feel": "=missing(a)"}))
    assert errors_of(form, {"a": "x"}) == {"a": "A: correct the value; it breaks the rule of this field."}


def test_an_empty_row_is_nothing_but_a_least_number_of_rows_counts() -> None:
    assert cleaned_application(equipment=[{"name": ""}, {}])["equipment"] == []
    assert "at least 1 rows" in errors_of(START, make_application(scope=[{"field": " "}]), choices=UPLOADS)["scope"]


def test_the_answers_of_a_provider_are_the_only_ones() -> None:
    form = read_form("shared/assign_specialist")
    people = {"specialists": [Choice("lan", "Phạm Thị Lan")]}
    assert validate(form, {"specialist": "lan"}, choices=people)["specialist"] == "lan"
    assert list(errors_of(form, {"specialist": "root", "coordinators": ["lan", "x"]}, choices=people)) == [
        "specialist",
        "coordinators",
    ]
    assert list(errors_of(form, {"specialist": "lan"})) == ["specialist"]


def test_a_file_of_somebody_else_is_refused_even_if_its_hash_is_known() -> None:
    assert "no longer here" in errors_of(START, make_application(staff_file=["c" * 64]), choices=UPLOADS)["staff_file"]
    assert (
        "not of an accepted kind"
        in errors_of(START, make_application(staff_file=["b" * 64]), choices=UPLOADS)["staff_file"]
    )


def test_a_pattern_that_would_hang_is_stopped() -> None:
    form = make_form(line("a", validate={"pattern": r"^(\w+\s?)*$"}))
    assert errors_of(form, {"a": "a" * 60 + "!"})["a"].startswith("A: ")


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ({"type": "number"}, "1.500.000,5", 1500000.5),
        ({"type": "number", "decimalDigits": 0}, "1.500", 1500),
        ({"type": "number"}, "0,25", 0.25),
        ({"type": "number"}, 0, 0),
        ({"type": "datetime", "subtype": "date"}, "1/2/2027", "2027-02-01"),
        ({"type": "datetime", "subtype": "time"}, "8:05", "08:05"),
        ({"type": "datetime", "subtype": "datetime"}, "2027-02-01T08:30", "2027-02-01T08:30"),
        ({"type": "textarea"}, " a\r\nb ", "a\nb"),
        ({"type": "textfield"}, "Tie\u0302\u0301ng", "Tiếng"),
        ({"type": "checkbox"}, "on", True),
        ({"type": "radio", "values": [{"label": "Có", "value": True}]}, "true", True),
        ({"type": "checklist", "values": [{"label": "1", "value": 1}]}, ["1", "1"], [1]),
    ],
)
def test_what_was_typed_becomes_a_value(kind: dict[str, Any], raw: Any, value: Any) -> None:
    assert validate(make_form({"key": "a", "label": "A", **kind}), {"a": raw}) == {"a": value}


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ({"type": "number"}, "1e9"),
        ({"type": "number"}, float("nan")),
        pytest.param({"type": "number"}, 10**5000, id="huge"),
        ({"type": "number", "decimalDigits": 1}, "0,25"),
        ({"type": "number", "validate": {"min": 1}}, "0"),
        ({"type": "datetime", "subtype": "date"}, "31/02/2027"),
        ({"type": "datetime", "subtype": "time"}, "25:00"),
        ({"type": "textfield"}, "a\x00b"),
        pytest.param({"type": "textfield"}, "\ud800", id="surrogate"),
        ({"type": "textfield"}, {"a": 1}),
        ({"type": "textfield"}, "x" * 501),
        ({"type": "textfield", "validate": {"validationType": "email"}}, "a@b"),
        ({"type": "textfield", "validate": {"validationType": "phone"}}, "12345"),
        ({"type": "textfield", "properties": {"validator": "enterprise_code"}}, "123"),
        ({"type": "checkbox"}, "perhaps"),
        ({"type": "filepicker"}, "../../etc/passwd"),
    ],
)
def test_what_can_be_no_value_is_refused(kind: dict[str, Any], raw: Any) -> None:
    assert list(errors_of(make_form({"key": "a", "label": "A", **kind}), {"a": raw})) == ["a"]
