"""The plots: which steps a dossier of the demonstration takes, by whom, after how many working hours."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Step:
    """An element of the model, who does it, with which values, after how many working hours (and calendar days)."""

    element: str
    who: str = ""
    values: str = ""
    hours: float = 3
    calendar_days: int = 0


@dataclass(frozen=True)
class Plot:
    """A course of events; the dossier was filed between ``oldest_day`` and ``newest_day`` days ago."""

    steps: tuple[Step, ...]
    newest_day: int
    oldest_day: int
    result_channel: str = "electronic"


ACCEPT = Step("check_composition", "tiepnhan", "complete")
ASK = Step("check_composition", "tiepnhan", "ask")
ASSIGN = Step("assign_specialist", "truongphong", "assign")
VALID = Step("examine_dossier", "chuyenvien", "valid", 8)
INVALID = Step("examine_dossier", "chuyenvien", "invalid", 8)
SYSTEM = (
    Step("appraise_management_system", "chuyenvien", "system", 10),
    Step("confirm_accreditation", "chuyenvien", "accreditation", 0),
)
SCOPE = Step("appraise_scope", "chuyenvien", "granted", 8)
DRAFT = Step("draft_result", "chuyenvien", "draft", 4)
REVIEW = Step("review_draft", "truongphong", "approve")
SIGN = Step("sign_result", "lanhdao", "sign", 4)
SEAL = Step("number_and_seal", "vanthu", "seal", 2)
STOP = (
    Step("draft_stop_notice", "chuyenvien", "stop", 3),
    Step("sign_stop_notice", "lanhdao", "sign", 3),
)
APOLOGY = (Step("draft_apology", "chuyenvien", "apology", 70), Step("sign_apology", "lanhdao", "sign", 1))
SUPPLEMENT = Step("supplement", hours=16)

TO_APPRAISAL = (ACCEPT, ASSIGN, VALID)
TO_DRAFT = (*TO_APPRAISAL, *SYSTEM, SCOPE)
TO_SIGNING = (*TO_DRAFT, DRAFT, REVIEW)
ISSUED = (*TO_SIGNING, SIGN, SEAL)

PLOTS: tuple[Plot, ...] = (
    *(6 * (Plot(ISSUED, 14, 58),)),
    Plot((*ISSUED, Step("hand_over_result", "tiepnhan", "counter", 6)), 16, 58, "counter"),
    Plot(ISSUED, 10, 30, "counter"),
    Plot((ASK, SUPPLEMENT, ACCEPT, ASSIGN, VALID, *SYSTEM, SCOPE, DRAFT, REVIEW, SIGN, SEAL), 22, 58),
    Plot((ACCEPT, ASSIGN, INVALID, SUPPLEMENT, VALID, *SYSTEM, SCOPE, DRAFT, REVIEW, SIGN, SEAL), 25, 58),
    Plot(
        (*TO_APPRAISAL, *SYSTEM, Step("appraise_scope", "chuyenvien", "refused", 8), DRAFT, REVIEW, SIGN, SEAL), 16, 58
    ),
    Plot((*TO_DRAFT, DRAFT, Step("review_draft", "truongphong", "return"), DRAFT, REVIEW, SIGN, SEAL), 18, 58),
    Plot((Step("check_composition", "tiepnhan", "refuse"), Step("refuse_dossier", "tiepnhan", "refusal", 1)), 4, 58),
    Plot((*TO_APPRAISAL, Step("withdraw", hours=6), *STOP), 10, 58),
    Plot((ASK, Step("draft_stop_notice", "tiepnhan", "stop", 4, 31), STOP[1]), 38, 58),
    *(3 * (Plot((), 0, 1),)),
    Plot((), 3, 4),
    *(2 * (Plot((ASK,), 2, 20),)),
    Plot((ACCEPT, ASSIGN, INVALID), 5, 24),
    *(2 * (Plot((ACCEPT,), 0, 3),)),
    *(2 * (Plot((ACCEPT, ASSIGN), 2, 6),)),
    *(2 * (Plot(TO_APPRAISAL, 4, 13),)),
    Plot((*TO_APPRAISAL, *SYSTEM), 5, 14),
    Plot((*TO_APPRAISAL, *SYSTEM, *APOLOGY), 18, 21),
    Plot((*TO_APPRAISAL, *SYSTEM), 20, 24),
    Plot((ACCEPT, ASSIGN, VALID, *SYSTEM, SCOPE), 6, 15),
    Plot((*TO_DRAFT, DRAFT), 6, 15),
    Plot((*TO_DRAFT, DRAFT, Step("review_draft", "truongphong", "return")), 8, 16),
    *(3 * (Plot(TO_SIGNING, 7, 17),)),
    Plot((*TO_SIGNING, SIGN), 9, 17),
)

MISSING = [
    {
        "document": "staff_file",
        "requirement": "Bổ sung chứng chỉ đào tạo về phương pháp thử của hai thử nghiệm viên",
        "reason": "Nghị định 107/2016/NĐ-CP, Điều 6 khoản 2",
    }
]
ROWS = [
    {
        "field": "Vật liệu xây dựng",
        "test_name": "Cường độ nén của bê tông",
        "method_code": "TCVN 3118:2022",
        "range": "đến 2000 kN",
    },
    {
        "field": "Vật liệu xây dựng",
        "test_name": "Độ hút nước của gạch",
        "method_code": "TCVN 6355-4:2009",
        "range": "0,1 đến 30 %",
    },
]
MET = dict.fromkeys(("impartiality", "staff_competence", "equipment_traceability", "methods", "records"), "met")


def values_of(name: str, **known: Any) -> dict[str, Any]:
    """What is entered at a step; ``scope`` are the rows as the form shows them."""
    if name == "start":
        return _start(known["is_accredited"], known["result_channel"])
    rows = known.get("scope") or []
    entered: dict[str, dict[str, Any]] = {
        "complete": {"identity_checked": True, "documents_match": True, "copies": 1, "composition_outcome": "complete"},
        "ask": {"identity_checked": True, "copies": 1, "composition_outcome": "supplement", "missing_items": MISSING},
        "refuse": {
            "copies": 1,
            "composition_outcome": "refused",
            "refusal_reason": "Hồ sơ không thuộc thẩm quyền giải quyết của Chi cục",
        },
        "refusal": {
            "refusal_reason": "Lĩnh vực đề nghị thuộc thẩm quyền của bộ khác",
            "refusal_legal_basis": "NĐ 107/2016/NĐ-CP Điều 7",
        },
        "assign": {"specialist": known.get("specialist"), "instruction": "Thẩm xét kỹ phạm vi đăng ký"},
        "valid": {"validity_outcome": "valid"},
        "invalid": {"validity_outcome": "supplement", "missing_items": MISSING},
        "system": {**MET, "note": "Hệ thống quản lý đáp ứng ISO/IEC 17025"},
        "accreditation": {"certificate_valid": True, "scope_covered": True},
        "granted": {
            "scope": [{**row, "row_outcome": "accept"} for row in rows],
            "conclusion": "qualified",
            "valid_to": "2031-06-30",
        },
        "refused": {
            "scope": [{**row, "row_outcome": "refuse", "row_reason": "Thiếu thiết bị thử phù hợp"} for row in rows],
            "conclusion": "not_qualified",
            "refusal_reason": "Chưa đáp ứng điều kiện về thiết bị theo NĐ 107/2016/NĐ-CP Điều 5",
        },
        "draft": {
            "abstract": "Về đăng ký hoạt động thử nghiệm",
            "grounds": "Hồ sơ đáp ứng quy định; đề nghị ban hành kết quả.",
        },
        "approve": {"review_outcome": "approved"},
        "return": {
            "review_outcome": "redraft",
            "review_comment": "Viết rõ căn cứ tại Điều 5 và phạm vi được chấp nhận",
        },
        "sign": {"review_outcome": "approved", "signing_capacity": "head"},
        "seal": {"sealed": True},
        "counter": {"handover": "counter", "receiver_name": "Vũ Thị Hoa H", "receiver_id": "001185000001"},
        "stop": {
            "stop_detail": "Dừng giải quyết theo đề nghị hoặc do hết hạn bổ sung hồ sơ",
            "papers_returned": "Toàn bộ giấy tờ đã nộp",
        },
        "apology": {
            "delay_reason": "Cần thêm thời gian đối chiếu thiết bị thử nghiệm",
            "new_due_on": known.get("later_on"),
        },
    }
    return entered[name]


def _start(is_accredited: bool, result_channel: str) -> dict[str, Any]:
    values: dict[str, Any] = {
        "scope": [{**row, "is_accredited": is_accredited} for row in ROWS],
        "accredited": is_accredited,
        "staff": [{"name": "Trần Thị Thử A", "degree": "Kỹ sư vật liệu", "years_experience": 6}],
        "equipment": [
            {"name": "Máy nén 2000 kN", "calibration_cert_no": "HC-2026-031", "calibration_due": "2027-11-10"}
        ],
        "result_channel": result_channel,
        "declaration_truth": True,
    }
    if is_accredited:
        values |= {
            "accreditation_body": "Văn phòng Công nhận trình diễn",
            "accreditation_no": "VLAB 000",
            "accreditation_valid_to": "2028-12-31",
        }
    return values
