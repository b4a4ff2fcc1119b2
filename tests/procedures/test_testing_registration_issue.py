"""The paths of testing_registration_issue, played through the pages on both kinds of database."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from demonstration import Stage, pdf_of
from journey import (
    ACCEPT,
    ASKED,
    ASSIGN,
    COMPLETE,
    DRAFT,
    GROUND,
    REVIEW,
    SCOPE,
    SEAL,
    SIGN,
    SIGN_STOP,
    SYSTEM,
    TO_APPRAISAL,
    TO_DRAFT,
    TO_SIGNING,
    VALID,
    Step,
    answer,
    ask_for_staff,
    ask_to_withdraw,
    open_task,
    submit,
)

RECEIPT = "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"
CERTIFICATE = "Giấy chứng nhận đăng ký hoạt động thử nghiệm"
REFUSAL = "Công văn từ chối cấp Giấy chứng nhận"
STOP_NOTICE = "Thông báo dừng giải quyết hồ sơ"
STOP_NOTICE_STEP = "Lập Thông báo dừng giải quyết (Mẫu 05)"
APOLOGY = "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết"
RETURNED = "Viết rõ căn cứ tại Điều 5"


def text_of(paper: Path) -> str:
    """The words of a PDF, in one line."""
    said = subprocess.run(["pdftotext", paper, "-"], capture_output=True, text=True, check=True).stdout
    return " ".join(said.split())


def test_a_dossier_travels_to_a_signed_certificate(stage: Stage, tmp_path: Path) -> None:
    journey = submit(stage)
    assert "Mới nộp" in journey.listed()
    journey.take(ACCEPT)
    assert "Đang xử lý" in journey.listed()
    for step in (ASSIGN, VALID, SYSTEM, SCOPE, DRAFT, REVIEW, SIGN):
        course = journey.workspace("truongphong", "quy-trinh")
        assert step.name in course.words("//li[@aria-current='step']")
        journey.take(step)
    assert CERTIFICATE not in journey.papers(), "signed, but not sealed"
    journey.take(SEAL)
    assert "Đã trả kết quả" in journey.listed()
    assert journey.own_page().words("//h1") == "Kết quả đã được trả"
    assert "Số 01/GCN-CCTĐC" in journey.own_page().text
    assert "01/GCN-CCTĐC" in journey.workspace("vanthu", "van-ban").text
    signed = journey.download(CERTIFICATE, tmp_path)
    said = subprocess.run(["pdfsig", signed], capture_output=True, text=True, check=False).stdout
    assert said.count("Signature #") == 2
    assert said.count("Signature Validation: Signature is Valid.") == 2, said


def test_a_changed_byte_is_reported(stage: Stage, tmp_path: Path) -> None:
    journey = submit(stage)
    journey.take(ACCEPT)
    content = journey.download(RECEIPT, tmp_path).read_bytes()
    anybody = stage.stranger()
    page = anybody.press(anybody.open("/kiem-tra"), "Kiểm tra", files={"file": ("giay-tiep-nhan.pdf", content)})
    assert page.words("//h1") == "Văn bản hợp lệ và nguyên vẹn"
    assert "Tệp đúng là bản gốc cơ quan đã phát hành." in page.text
    at = content.index(b"/MediaBox") + len(b"/MediaBox [0 0 ")
    changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    page = anybody.press(anybody.open("/kiem-tra"), "Kiểm tra", files={"file": ("giay-tiep-nhan.pdf", changed)})
    assert page.words("//h1") == "Văn bản không hợp lệ"
    assert "Tệp đúng là bản gốc" not in page.text


def test_the_acknowledgement_comes_at_once_and_the_receipt_only_after_acceptance(stage: Stage, tmp_path: Path) -> None:
    journey = submit(stage)
    page = journey.acknowledgement
    assert "trả lời trong 8 giờ làm việc" in page.text
    assert "Trả lời chậm nhất 09:00 thứ Ba, 13/10/2026" in page.text
    assert len(journey.secret) == 10
    assert page.tree.xpath("//*[@role='img']//*[name()='svg']")
    again = journey.applicant.open(page.address)
    assert journey.code in again.text
    assert journey.secret.encode() not in again.content
    stage.wait(1)
    assert journey.papers() == {}
    assert RECEIPT not in journey.workspace("tiepnhan", "van-ban").text
    journey.take(ACCEPT)
    assert list(journey.papers()) == [RECEIPT]
    assert "Số 01/TNHS-CCTĐC" in journey.own_page().text
    assert journey.code in text_of(journey.download(RECEIPT, tmp_path))
    assert "26/10/2026" in journey.listed()


def test_a_supplement_opens_only_what_was_asked(stage: Stage) -> None:
    journey = submit(stage)
    applicant = journey.applicant
    ask_for_staff(journey)
    assert "Chờ bổ sung" in journey.listed()
    assert list(journey.papers()) == ["Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"]
    page = applicant.open(f"/ho-so-cua-toi/{journey.code}/bo-sung")
    assert ASKED in page.text
    assert GROUND in page.text
    page = applicant.press(page, "Mở phần cần bổ sung")
    assert page.has_control("_file.staff_file")
    for name in ("applicant_name", "scope.0.test_name", "_file.establishment_file"):
        assert not page.has_control(name)
    forged = {"applicant_name": "Công ty Kẻ Khác", "scope.0.test_name": "Độ kéo", "scope.1.test_name": "Thêm"}
    applicant.send(page, page.address, forged)
    applicant.send(page, f"{page.address}/luu", forged)
    refused = applicant.upload(page, "staff_file", "x.pdf", pdf_of("supplement"), component="establishment_file")
    assert refused.status_code == 404
    answer(journey)
    filed = journey.workspace("tiepnhan", "ho-so").text
    assert "Công ty Kẻ Khác" not in filed
    assert "Độ kéo" not in filed
    assert "Phép thử 2" not in filed
    assert "Cường độ nén của bê tông" in filed
    files = journey.workspace("tiepnhan", "van-ban").text
    assert "bo-sung.pdf" in files
    assert "dang-ky.pdf" in files
    assert "x.pdf" not in files


def test_a_supplement_asked_at_appraisal_begins_the_period_anew(stage: Stage) -> None:
    journey = submit(stage)
    journey.take(ACCEPT, ASSIGN)
    stage.wait(16)
    specialist = stage.visitor("chuyenvien")
    page = open_task(specialist, journey.code, VALID.name)
    task = page.tree.xpath("//form[@id='viec-form']/@action")[0]
    page = specialist.send(page, task, {"validity_outcome": "supplement", "_add.missing_items": "1"})
    row = {"document": "staff_file", "requirement": ASKED, "reason": GROUND}
    page = specialist.press(page, COMPLETE, {f"missing_items.0.{name}": text for name, text in row.items()})
    assert f"Đã xong “{VALID.name}”" in page.text
    stage.wait(16)
    assert "Chờ bổ sung" in journey.listed()
    assert "Tạm dừng tính hạn" in journey.own_page().text
    answer(journey)
    assert "Đang xử lý" in journey.listed()
    assert "30/10/2026" in journey.listed(), "ten working days after the answer of 16/10"
    journey.take(VALID)


def test_an_answered_supplement_is_not_asked_for_again(stage: Stage) -> None:
    journey = submit(stage)
    ask_for_staff(journey)
    page = answer(journey)
    assert "Cơ quan đang xem phần bổ sung" in journey.own_page().text
    assert "Bổ sung ngay" not in page.text
    assert "Bổ sung ngay" not in journey.applicant.open("/ho-so-cua-toi").text
    assert journey.applicant.open(f"/ho-so-cua-toi/{journey.code}/bo-sung").address == f"/ho-so-cua-toi/{journey.code}"
    assert journey.code not in stage.visitor("tiepnhan").open("/viec?hang=waiting").text
    journey.take(ACCEPT)
    assert "Đang xử lý" in journey.listed()


def test_the_head_refuses_a_second_supplement(stage: Stage) -> None:
    journey = submit(stage)
    ask_for_staff(journey)
    answer(journey)
    ask_for_staff(journey)
    journey.take(Step("truongphong", "Duyệt yêu cầu bổ sung lần hai", COMPLETE, {"second_request_approved": "false"}))
    assert "Bổ sung ngay" not in journey.own_page().text
    assert len(journey.papers()) == 1, "no second request was issued"
    journey.take(ACCEPT)
    assert "Đang xử lý" in journey.listed()


def test_a_supplement_never_answered_stops_the_dossier(stage: Stage) -> None:
    journey = submit(stage)
    ask_for_staff(journey)
    stage.go_to(stage.now + timedelta(days=31))
    assert journey.own_page().words("//h1") == "Cơ quan đang kết thúc hồ sơ"
    assert "Bổ sung ngay" not in journey.own_page().text
    stop = {"stop_detail": "Quá hạn bổ sung hồ sơ", "papers_returned": "Toàn bộ giấy tờ đã nộp"}
    journey.take(
        Step("tiepnhan", STOP_NOTICE_STEP, COMPLETE, stop),
        SIGN_STOP,
    )
    assert "Dừng xử lý" in journey.listed()
    assert journey.own_page().words("//h1") == "Hồ sơ đã dừng giải quyết"
    assert STOP_NOTICE in journey.papers()
    assert "Bổ sung ngay" not in journey.own_page().text


def test_reception_refuses_with_form_03(stage: Stage, tmp_path: Path) -> None:
    journey = submit(stage)
    why = "Lĩnh vực đề nghị thuộc thẩm quyền của bộ khác"
    journey.take(
        Step("tiepnhan", ACCEPT.name, "Từ chối tiếp nhận", {"copies": "1", "refusal_reason": why}),
        Step(
            "tiepnhan",
            "Lập Phiếu từ chối (Mẫu 03)",
            "Gửi Phiếu từ chối",
            {"refusal_reason": why, "refusal_legal_basis": "NĐ 107/2016/NĐ-CP Điều 7"},
        ),
    )
    assert "Không được tiếp nhận" in journey.listed()
    note = journey.download("Phiếu từ chối tiếp nhận, giải quyết hồ sơ", tmp_path)
    assert why in text_of(note)
    assert RECEIPT not in journey.papers()


def test_a_refusal_is_a_result(stage: Stage) -> None:
    journey = submit(stage, {"result_channel": "counter"})
    journey.take(*TO_APPRAISAL, SYSTEM)
    refused = {
        "scope.0.row_outcome": "refuse",
        "scope.0.row_reason": "Thiếu thiết bị thử",
        "conclusion": "not_qualified",
        "refusal_reason": "Chưa đáp ứng điều kiện về thiết bị",
    }
    seen = set()
    for step in (Step(SCOPE.who, SCOPE.name, SCOPE.button, refused), DRAFT, REVIEW, SIGN, SEAL):
        journey.take(step)
        seen.add(journey.own_page().words("//h1"))
    assert "Đã xử lý xong" in journey.listed()
    assert REFUSAL in journey.papers()
    assert CERTIFICATE not in journey.papers()
    at_counter = {"handover": "counter", "receiver_name": "Vũ Thị Hoa H", "receiver_id": "001185000001"}
    journey.take(Step("tiepnhan", "Trả bản giấy tại quầy / bưu chính", COMPLETE, at_counter))
    assert "Đã trả kết quả" in journey.listed()
    assert seen == {"Hồ sơ đang được thẩm xét", "Hồ sơ đã có kết quả"}
    history = journey.workspace("tiepnhan", "lich-su").text
    assert "Đã xử lý xong" in history
    assert "Không được tiếp nhận" not in history
    assert "Dừng xử lý" not in history


@pytest.mark.parametrize("returning", [REVIEW, SIGN], ids=["head", "leader"])
def test_a_draft_is_returned_to_be_written_anew(stage: Stage, returning: Step) -> None:
    journey = submit(stage)
    journey.take(*TO_DRAFT, DRAFT, *([REVIEW] if returning is SIGN else []))
    journey.take(Step(returning.who, returning.name, "Trả lại để sửa dự thảo", {"review_comment": RETURNED}))
    page = open_task(stage.visitor("chuyenvien"), journey.code, DRAFT.name)
    assert f"Bị trả lại: {RETURNED}" in page.text
    assert page.typed("abstract") == DRAFT.values["abstract"]
    journey.take(DRAFT, REVIEW)
    assert SIGN.name in stage.visitor("lanhdao").open(f"/viec?q={journey.code}").text


@pytest.mark.parametrize("returning", [REVIEW, SIGN], ids=["head", "leader"])
def test_a_dossier_is_returned_to_be_appraised_anew(stage: Stage, returning: Step) -> None:
    journey = submit(stage)
    journey.take(*TO_DRAFT, DRAFT, *([REVIEW] if returning is SIGN else []))
    journey.take(Step(returning.who, returning.name, "Trả lại để thẩm định lại", {"review_comment": RETURNED}))
    page = open_task(stage.visitor("chuyenvien"), journey.code, SCOPE.name)
    assert f"Bị trả lại: {RETURNED}" in page.text
    journey.take(SCOPE, DRAFT, REVIEW)
    assert SIGN.name in stage.visitor("lanhdao").open(f"/viec?q={journey.code}").text


def test_a_dossier_is_withdrawn_until_the_result_is_signed(stage: Stage) -> None:
    journey = submit(stage)
    journey.take(*TO_SIGNING)
    page = ask_to_withdraw(journey)
    assert "Đã gửi đề nghị rút hồ sơ." in page.text
    assert SIGN.name not in stage.visitor("lanhdao").open(f"/viec?q={journey.code}").text
    stop = {"stop_detail": "Dừng giải quyết theo đề nghị", "papers_returned": "Toàn bộ giấy tờ đã nộp"}
    journey.take(
        Step("chuyenvien", STOP_NOTICE_STEP, COMPLETE, stop),
        SIGN_STOP,
    )
    assert "Đã rút" in journey.listed()
    assert STOP_NOTICE in journey.papers()
    assert CERTIFICATE not in journey.papers()


def test_a_dossier_is_withdrawn_before_reception(stage: Stage) -> None:
    journey = submit(stage)
    ask_for_staff(journey)
    ask_to_withdraw(journey)
    page = journey.own_page()
    assert page.words("//h1") == "Cơ quan đang kết thúc hồ sơ"
    assert "Bổ sung ngay" not in page.text
    assert "Rút hồ sơ" not in page.words("//main")
    stop = {"stop_detail": "Dừng giải quyết theo đề nghị", "papers_returned": "Toàn bộ giấy tờ đã nộp"}
    journey.take(Step("tiepnhan", STOP_NOTICE_STEP, COMPLETE, stop), SIGN_STOP)
    assert "Đã rút" in journey.listed()
    assert RECEIPT not in journey.papers()


def test_a_signed_result_can_not_be_withdrawn(stage: Stage) -> None:
    journey = submit(stage)
    journey.take(*TO_SIGNING)
    asking = journey.applicant.open(journey.own_page().link("Rút hồ sơ"))
    journey.take(SIGN)
    page = journey.applicant.press(asking, "Rút hồ sơ", {"reason": "Doanh nghiệp đổi kế hoạch"})
    assert page.status == 409
    assert "đã được ký" in page.words("//main")
    assert "Rút hồ sơ" not in journey.own_page().words("//main")
    journey.take(SEAL)
    assert "Đã trả kết quả" in journey.listed()


def test_an_apology_before_the_date_moves_it_and_keeps_the_first_promise(stage: Stage) -> None:
    journey = submit(stage)
    journey.take(*TO_APPRAISAL)
    before = journey.own_page().words("//*[@class='bigno'][contains(., '/')]")
    stage.go_to(datetime(2026, 10, 23, 10, 0, tzinfo=UTC))  # Friday, 17:00: one working day before the date
    apology = {"delay_reason": "Cần đối chiếu thiết bị thử nghiệm", "new_due_on": "06/11/2026"}
    journey.take(
        Step("chuyenvien", "Lập văn bản xin lỗi (Mẫu 04)", COMPLETE, apology),
        Step("lanhdao", "Ký văn bản xin lỗi", "Ký", {"signing_capacity": "head", "pin": SIGN.values["pin"]}),
    )
    page = journey.own_page()
    assert "06/11/2026" in journey.listed()
    assert f"Đã hẹn lại; ngày hẹn đầu là {before}." in page.text
    assert APOLOGY in journey.papers()
    journey.take(SYSTEM)
    assert "Đang xử lý" in journey.listed()
