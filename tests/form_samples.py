"""Forms and fillings for the tests of forms: made small, or those of the first procedure."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from workflow_engine.errors import InvalidForm
from workflow_engine.forms import Choice, Form, parse_form, validate

FORMS = Path(__file__).resolve().parents[1] / "forms"
KEYS = sorted(str(path.relative_to(FORMS).with_suffix("")) for path in FORMS.glob("*/*.form"))
PROCEDURE = {"procedure": {"result": {"validity": {"years": 5}}}}
FUNCTIONS: Mapping[str, Callable[..., object]] = {"today": lambda: date(2026, 11, 25)}
HASH = "a" * 64
UPLOADS = {"uploads": [Choice(HASH, "quyet-dinh.pdf"), Choice("b" * 64, "ảnh.gif")]}


def read_form(key: str) -> Form:
    return parse_form(key, (FORMS / f"{key}.form").read_text("utf-8"))


START = read_form("testing_registration_issue/start")
APPRAISE = read_form("testing_registration_issue/appraise_scope")


def make_form(*components: dict[str, Any]) -> Form:
    numbered = [{"id": f"field_{number}", **each} for number, each in enumerate(components)]
    return parse_form("t/form", json.dumps({"type": "default", "id": "t/form", "components": numbered}))


def line(key: str, **more: Any) -> dict[str, Any]:
    return {"type": "textfield", "key": key, "label": key.title(), **more}


def rows(path: str, *components: dict[str, Any], **more: Any) -> dict[str, Any]:
    inner = [{"id": f"{path}_{number}", **each} for number, each in enumerate(components)]
    return {"type": "dynamiclist", "path": path, "label": path.title(), "components": inner, **more}


def errors_of(form: Form, raw: Any, **around: Any) -> dict[str, str]:
    with pytest.raises(InvalidForm) as refused:
        validate(form, raw, **around)
    return {error.path: str(error) for error in refused.value.errors}


def make_application(**changes: Any) -> dict[str, Any]:
    files = ("establishment_file", "staff_file", "procedure_list_file", "report_template_file")
    return {
        "applicant_kind": "enterprise",
        "applicant_name": "Công ty Kiểm định Sông Hồng",
        "tax_or_enterprise_code": "0101234567",
        "legal_rep_name": "Nguyễn Văn A",
        "legal_rep_title": "Giám đốc",
        "personal_id": "001099012345",
        "address_line": "Số 1 phố Một",
        "commune": "phường Nghĩa Đô",
        "province_code": "01",
        "phone": "0912 345 678",
        "email": "a@songhong.vn",
        "scope": [{"field": "Xi măng", "test_name": "Độ bền nén", "method_code": "TCVN 6016:2011"}],
        "staff": [{"name": "Trần Thị B", "degree": "Kỹ sư", "years_experience": "5"}],
        "result_channel": "electronic",
        "declaration_truth": "on",
        **dict.fromkeys(files, [HASH]),
        **changes,
    }


def cleaned_application(**changes: Any) -> dict[str, Any]:
    return validate(START, make_application(**changes), choices=UPLOADS, functions=FUNCTIONS)
