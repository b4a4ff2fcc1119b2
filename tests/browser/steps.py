"""What people do in the browser on the way of a dossier: fill in, attach, submit, claim, complete, sign, seal."""

import re

from playwright.sync_api import Locator, Page, expect
from served import AUTHORITY, PROCEDURE

from workflow_engine.seed import PIN
from workflow_engine.seed.plots import ROWS
from workflow_engine.seed.samples import sample_pdf

FILES = ("establishment_file", "staff_file", "procedure_list_file", "report_template_file")
APPLICATION = {
    "applicant_name": "Công ty TNHH Thử nghiệm Bến Nghé",
    "tax_or_enterprise_code": "0109998887",
    "legal_rep_name": "Vũ Thị Hoa H",
    "legal_rep_title": "Giám đốc",
    "personal_id": "001185000123",
    "address_line": "Số 9 phố Ví Dụ",
    "commune": "Phường Láng",
    "phone": "0912000099",
    "email": "lienhe@example.vn",
    "staff.0.name": "Trần Thị Thử A",
    "staff.0.degree": "Kỹ sư vật liệu",
    "staff.0.years_experience": "6",
    "equipment.0.name": "Máy nén 2000 kN",
    "equipment.0.calibration_cert_no": "HC-2026-031",
    "equipment.0.calibration_due": "10/11/2027",
}
SECRET = re.compile("[A-Z0-9]{10}")
CHOICES = {"applicant_kind": "enterprise", "province_code": "01"}


def named(page: Page, path: str) -> Locator:
    """The control of a form with this name."""
    return page.locator(f"[name='{path}']:not([type=hidden])")


def begin_application(page: Page) -> None:
    """From the home page through the search to an empty form for the authority of Ha Noi."""
    page.goto("/")
    page.fill("#procedure-search", "dang ky hoat dong thu nghiem")
    page.press("#procedure-search", "Enter")
    page.click(f"main a[href$='/thu-tuc/{PROCEDURE}']")
    page.click(f"main a[href$='/nop/{PROCEDURE}']:visible")
    page.select_option("#authority_id", label="Chi cục Tiêu chuẩn Đo lường Chất lượng Hà Nội")
    page.click("main form button[type=submit]")
    expect(page.locator("#draft-form")).to_be_visible()


def fill_application(page: Page) -> None:
    """Every field of the application, with two rows of tests; the files apart."""
    for path, value in CHOICES.items():
        named(page, path).select_option(value)
    ensure_rows(page, "scope", len(ROWS))
    ensure_rows(page, "staff", 1)
    ensure_rows(page, "equipment", 1)
    tests = {f"scope.{number}.{key}": value for number, row in enumerate(ROWS) for key, value in row.items()}
    for path, value in (APPLICATION | tests).items():
        named(page, path).fill(value)
    named(page, "result_channel").and_(page.locator("[value=electronic]")).check()
    named(page, "declaration_truth").check()


def ensure_rows(page: Page, path: str, count: int) -> None:
    """Press "add" until the list has so many rows."""
    rows = page.locator(f"[data-list='{path}'] > fieldset.rrow")
    while (present := rows.count()) < count:
        page.click(f"button[name='_add.{path}']")
        expect(rows).to_have_count(present + 1)


def pdf(component: str) -> dict[str, object]:
    """A file to attach."""
    return {"name": f"{component}.pdf", "mimeType": "application/pdf", "buffer": sample_pdf(component)}


def hand_in(page: Page) -> str:
    """Look the application over, declare, submit; the code of the new dossier."""
    page.click("#continue")
    page.check("#is_sure")
    page.click("form[action$='/nop'] button[type=submit]")
    page.wait_for_url("**/bien-nhan")
    code = page.locator(".bigno").first.inner_text()
    assert code.startswith(AUTHORITY)
    return code


def open_task(page: Page, code: str) -> None:
    """Open the task of a dossier from the inbox, as soon as it is there; claim it when nobody holds it."""
    page.goto(f"/viec?q={code}")
    row = page.locator(f"#viec a.code:has-text('{code}')")
    wait_by_reloading(page, row)
    row.click()
    claim = page.locator("#nhan-viec button")
    if claim.count():
        claim.click()
        expect(claim).to_have_count(0)


def wait_by_reloading(page: Page, wanted: Locator) -> None:
    """Load the page again, a little later each time, until what the worker brings about is on it."""
    for pause in range(20):
        if wanted.count():
            return
        page.wait_for_timeout(pause * 100)
        page.reload()
    expect(wanted).to_be_visible()


def is_done(page: Page, code: str) -> None:
    """The inbox says that the task of this dossier is done."""
    expect(page.locator(".note.ok")).to_contain_text(code)


def accept(page: Page, code: str) -> None:
    """Reception: every component is in order, accept."""
    open_task(page, code)
    page.click("[data-rest]")
    page.check("[name=identity_checked]")
    page.click("#tiep-nhan")
    is_done(page, code)


def complete(page: Page, code: str) -> None:
    """Press the button that completes a task."""
    page.click("#hoan-thanh")
    is_done(page, code)


def appraise_rows(page: Page, code: str) -> None:
    """The specialist judges row by row: the first as applied for, the second with a smaller range."""
    open_task(page, code)
    page.check("[name='scope.0.row_outcome'][value=accept]")
    page.check("[name='scope.1.row_outcome'][value=reduce]")
    named(page, "scope.1.row_reason").fill("Chỉ đến 20 %")
    page.check("[name=conclusion][value=partial]")
    named(page, "valid_to").fill("30/06/2031")
    complete(page, code)


def sign(page: Page, code: str) -> None:
    """The leader has the paper beside, enters the PIN and signs."""
    open_task(page, code)
    expect(page.locator("iframe#tai-lieu")).to_be_visible()
    named(page, "signing_capacity").select_option("head")
    page.fill("#pin", PIN)
    page.click("#review_outcome-approved")
    page.click("#hoi-ky [data-agree]")
    is_done(page, code)


def seal(page: Page, code: str) -> None:
    """The clerk checks the form of the paper and seals it."""
    open_task(page, code)
    page.check("[name=sealed]")
    page.click("#hoan-thanh")
    page.click("#hoi-phat-hanh [data-agree]")
    is_done(page, code)
