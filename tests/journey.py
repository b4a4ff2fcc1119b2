"""How a dossier of testing_registration_issue travels, page by page: what its people open, type and press."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from demonstration import PROCEDURE, Stage, pdf_of
from visitor import Page, Visitor

from workflow_engine.seed import PIN

AUTHORITY = "Chi cục Tiêu chuẩn Đo lường Chất lượng Hà Nội"
COMPONENTS = ("establishment_file", "staff_file", "procedure_list_file", "report_template_file")
ALL_COMPONENTS = ("application", *COMPONENTS, "equipment_file", "accreditation_file")
START_VALUES: Mapping[str, str | bool] = {
    "scope.0.field": "Vật liệu xây dựng",
    "scope.0.test_name": "Cường độ nén của bê tông",
    "scope.0.method_code": "TCVN 3118:2022",
    "scope.0.range": "đến 2000 kN",
    "staff.0.name": "Trần Thị Thử A",
    "staff.0.degree": "Kỹ sư vật liệu",
    "staff.0.years_experience": "6",
    "result_channel": "electronic",
    "declaration_truth": True,
}
ASKED = "Bổ sung chứng chỉ đào tạo của hai thử nghiệm viên"
GROUND = "Nghị định 107/2016/NĐ-CP, Điều 6 khoản 2"
COMPLETE = "Hoàn thành bước này"
MET = dict.fromkeys(("impartiality", "staff_competence", "equipment_traceability", "methods", "records"), "met")


@dataclass(frozen=True)
class Step:
    """A task as an official meets it: who, what it is called in the inbox, what is typed, which button."""

    who: str
    name: str
    button: str
    values: Mapping[str, str | bool] = field(default_factory=dict)


ACCEPT = Step(
    "tiepnhan",
    "Kiểm tra thành phần hồ sơ",
    "Tiếp nhận và in giấy hẹn",
    {"identity_checked": True, "documents_match": True, "copies": "1"}
    | {f"check.{each}": "ok" for each in ALL_COMPONENTS},
)
ASSIGN = Step("truongphong", "Phân công chuyên viên thụ lý", "Giao cho Phạm Thị Dung D")
VALID = Step("chuyenvien", "Kiểm tra tính hợp lệ của hồ sơ", COMPLETE, {"validity_outcome": "valid"})
SYSTEM = Step("chuyenvien", "Thẩm xét hệ thống quản lý", COMPLETE, MET)
SCOPE = Step(
    "chuyenvien",
    "Thẩm xét từng phép thử",
    COMPLETE,
    {"scope.0.row_outcome": "accept", "conclusion": "qualified", "valid_to": "30/06/2031"},
)
DRAFT = Step(
    "chuyenvien",
    "Soạn tờ trình và dự thảo văn bản",
    COMPLETE,
    {"abstract": "Về đăng ký hoạt động thử nghiệm", "grounds": "Hồ sơ đáp ứng quy định."},
)
REVIEW = Step("truongphong", "Rà soát, ký nháy dự thảo", "Đồng ý")
SIGN = Step("lanhdao", "Ký số văn bản", "Ký", {"signing_capacity": "head", "pin": PIN})
SEAL = Step("vanthu", "Cấp số, đóng dấu, phát hành", "Đóng dấu số và phát hành", {"sealed": True})
SIGN_STOP = Step("lanhdao", "Ký Thông báo dừng giải quyết", "Ký", {"signing_capacity": "head", "pin": PIN})

TO_APPRAISAL = (ACCEPT, ASSIGN, VALID)
TO_DRAFT = (*TO_APPRAISAL, SYSTEM, SCOPE)
TO_SIGNING = (*TO_DRAFT, DRAFT, REVIEW)


@dataclass(frozen=True)
class Journey:
    """One dossier on its way; ``secret`` is the look-up secret its applicant read on the acknowledgement."""

    stage: Stage
    applicant: Visitor
    code: str
    secret: str
    acknowledgement: Page

    def take(self, *steps: Step) -> Page:
        """Take steps one after the other, an hour apart; the last answer."""
        for step in steps:
            self.stage.wait(1)
            visitor = self.stage.visitor(step.who)
            page = complete(visitor, open_task(visitor, self.code, step.name), step)
            assert f"Đã xong “{step.name}” của {self.code}." in page.text, page.words("//main")
            self.stage.wait(0)
        return page

    def own_page(self) -> Page:
        """What the applicant reads about the dossier."""
        return self.applicant.open(f"/ho-so-cua-toi/{self.code}")

    def listed(self) -> str:
        """The line of the dossier in the applicant's list: code, procedure, state, days."""
        return self.applicant.open("/ho-so-cua-toi").words(f"//tr[.//a[text()='{self.code}']]")

    def workspace(self, who: str, tab: str) -> Page:
        """A tab of the officials' workspace."""
        return self.stage.visitor(who).open(f"/ho-so/{self.code}?the={tab}")

    def papers(self) -> dict[str, str]:
        """What the applicant can download: address by title."""
        rows = self.own_page().tree.xpath("//tr[.//a[contains(@href, '/van-ban/')]]")
        return {row.findtext(".//b"): row.xpath(".//a/@href")[0] for row in rows}

    def download(self, title: str, folder: Path) -> Path:
        """Download a paper as the applicant."""
        page = self.applicant.open(self.papers()[title])
        assert page.status == 200
        assert "attachment" in page.headers["Content-Disposition"]
        path = folder / "van-ban.pdf"
        path.write_bytes(page.content)
        return path


def submit(stage: Stage, values: Mapping[str, str | bool] | None = None, username: str = "nguoinop") -> Journey:
    """Fill in the form, upload a file for each component and submit."""
    applicant = stage.visitor(username)
    page = begin(applicant)
    files = {f"_file.{each}": (f"{each}.pdf", pdf_of(each)) for each in COMPONENTS[1:]}
    # The first file as the script sends it, the others with the form.
    sent = applicant.upload(page, COMPONENTS[0], "dang-ky.pdf", pdf_of(COMPONENTS[0]))
    assert sent.status_code == 201, sent.text
    page = applicant.press(page, "Lưu và xem lại", {**START_VALUES, **(values or {})}, files)
    assert page.words("//h1") == "Xem lại và nộp", page.text
    page = applicant.press(page, "Nộp hồ sơ", {"is_sure": True})
    assert page.words("//h1") == "Bạn đã nộp hồ sơ thành công", page.text
    code = page.address.split("/")[2]
    return Journey(stage, applicant, code, page.words("//*[@id='lookup-secret']"), page)


def begin(applicant: Visitor) -> Page:
    """Choose the authority; the empty form."""
    page = applicant.open(f"/nop/{PROCEDURE}")
    authority = page.tree.xpath(f"//option[contains(., '{AUTHORITY}')]/@value")[0]
    page = applicant.press(page, "Bắt đầu điền tờ khai", {"authority_id": authority})
    assert page.words("//h1") == "Tờ khai và tài liệu"
    return page


def open_task(visitor: Visitor, code: str, name: str) -> Page:
    """Find the task in the inbox, open it, claim it when nobody has."""
    inbox = visitor.open(f"/viec?q={code}")
    rows = [row for row in inbox.tree.xpath("//tr[@data-row]") if name in row.text_content()]
    assert rows, f"no task “{name}” of {code} in the inbox: {inbox.text[:1500]}"
    page = visitor.open(rows[0].xpath(".//a/@href")[0])
    assert page.status == 200, page.text
    return visitor.press(page, "Nhận việc") if "Nhận việc N" in page.buttons() else page


def complete(visitor: Visitor, page: Page, step: Step) -> Page:
    """Type what the step needs, redrawing the page while fields are still hidden, and press its button."""
    shown = {name: value for name, value in step.values.items() if page.has_control(name)}
    if len(shown) < len(step.values):
        page = visitor.send(page, page.tree.xpath("//form[@id='viec-form']/@action")[0], redrawn(page, shown))
    return visitor.press(page, step.button, step.values)


def redrawn(page: Page, values: Mapping[str, str | bool]) -> dict[str, str]:
    """What the page sends when an answer shows or hides other fields."""
    return {"_refresh": "1"} | {name: "true" if value is True else str(value) for name, value in values.items()}


def ask_for_staff(journey: Journey) -> Page:
    """Reception finds the list of staff wanting and sends the request."""
    journey.stage.wait(1)
    visitor = journey.stage.visitor("tiepnhan")
    page = open_task(visitor, journey.code, ACCEPT.name)
    faulty = {"check.staff_file": "wrong", "ask.staff_file.requirement": ASKED, "ask.staff_file.reason": GROUND}
    page = visitor.press(page, "Soạn yêu cầu bổ sung", {**ACCEPT.values, **faulty})
    assert page.words("//h1") == "Yêu cầu bổ sung, hoàn thiện hồ sơ"
    page = visitor.press(page, "Gửi yêu cầu bổ sung")
    assert f"Đã xong “{ACCEPT.name}” của {journey.code}." in page.text
    journey.stage.wait(0)
    return page


def answer(journey: Journey) -> Page:
    """The applicant uploads what was asked for and hands it in."""
    page = journey.applicant.open(f"/ho-so-cua-toi/{journey.code}/bo-sung")
    page = journey.applicant.press(page, "Mở phần cần bổ sung")
    files = {"_file.staff_file": ("bo-sung.pdf", pdf_of("supplement"))}
    page = journey.applicant.press(page, "Lưu và xem lại", {"declaration_truth": True}, files)
    page = journey.applicant.press(page, "Nộp phần bổ sung", {"is_sure": True})
    assert "Đã nộp phần bổ sung." in page.text
    journey.stage.wait(1)
    return page


def ask_to_withdraw(journey: Journey) -> Page:
    """The applicant withdraws, from the dossier's own page."""
    page = journey.applicant.open(journey.own_page().link("Rút hồ sơ"))
    page = journey.applicant.press(page, "Rút hồ sơ", {"reason": "Doanh nghiệp đổi kế hoạch"})
    journey.stage.wait(0)
    return page
