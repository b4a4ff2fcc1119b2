"""The main job in a real browser: from the applicant's form through five inboxes to a signed decision."""

import shutil
import subprocess
from pathlib import Path

import pytest
import steps
from playwright.sync_api import Page, expect
from visits import Window, watch

APPRAISED = ("impartiality", "staff_competence", "equipment_traceability", "methods", "records")


def test_a_dossier_travels_from_the_form_to_the_signed_decision(page: Page, window: Window, tmp_path: Path) -> None:
    heard = watch(page)
    _register(page)
    steps.begin_application(page)
    steps.fill_application(page)
    for component in steps.FILES:
        page.set_input_files(f"[name='_file.{component}']", steps.pdf(component))
        expect(page.locator(f"[data-component={component}] .st.t-ok")).to_be_visible()
    code = steps.hand_in(page)
    secret = page.locator("#lookup-secret").inner_text()
    expect(page.locator(".qrbox svg")).to_be_visible()
    heard += _work(window, code)
    _follow_with_the_secret(page, code, secret)
    decision = _download(page, code, tmp_path)
    _has_valid_signatures(decision, 2)
    assert heard == []


def _register(page: Page) -> None:
    page.goto("/dang-ky")
    page.check("[name=kind][value=enterprise]")
    typed = {
        "name": steps.APPLICATION["applicant_name"],
        "code": "0109998887",
        "representative": "Vũ Thị Hoa H",
        "personal_id": "001185000123",
        "phone": "0912000099",
        "email": "lienhe@example.vn",
        "address": "Số 9 phố Ví Dụ, phường Láng, Hà Nội",
        "username": "bennghe",
        "password": "mot cau dai de nho",
    }
    for name, value in typed.items():
        page.fill(f"#{name}", value)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/ho-so-cua-toi")


def _work(window: Window, code: str) -> list[str]:
    """Everything the officials do, each in their own window."""
    heard: list[str] = []

    def desk(username: str) -> Page:
        page = window(username).new_page()
        heard.extend(watch(page))
        return page

    steps.accept(desk("tiepnhan"), code)
    head = desk("truongphong")
    steps.open_task(head, code)
    head.click(".person:has-text('Phạm Thị Dung D') button")
    steps.is_done(head, code)
    _appraise(desk("chuyenvien"), code)
    steps.open_task(head, code)
    head.click("#review_outcome-approved")
    steps.is_done(head, code)
    steps.sign(desk("lanhdao"), code)
    steps.seal(desk("vanthu"), code)
    return heard


def _appraise(page: Page, code: str) -> None:
    steps.open_task(page, code)
    page.check("[name=validity_outcome][value=valid]")
    steps.complete(page, code)
    steps.open_task(page, code)
    for question in APPRAISED:
        page.check(f"[name={question}][value=met]")
    steps.complete(page, code)
    steps.appraise_rows(page, code)
    steps.open_task(page, code)
    steps.named(page, "abstract").fill("Về đăng ký hoạt động thử nghiệm")
    steps.named(page, "grounds").fill("Hồ sơ đáp ứng quy định; đề nghị cấp với phạm vi rút gọn.")
    steps.complete(page, code)


def _follow_with_the_secret(page: Page, code: str, secret: str) -> None:
    page.goto("/tra-cuu")
    page.fill("#code", code)
    page.fill("#secret", secret)
    page.click("main form button[type=submit]")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("main")).to_contain_text(code)


def _download(page: Page, code: str, folder: Path) -> Path:
    """The worker hands an electronic result over by itself: wait for it, as the applicant does."""
    page.goto(f"/ho-so-cua-toi/{code}")
    link = page.locator("tr:has-text('Giấy chứng nhận') a:has-text('Tải PDF')")
    steps.wait_by_reloading(page, link)
    with page.expect_download() as download:
        link.first.click()
    decision = folder / "decision.pdf"
    download.value.save_as(decision)
    return decision


def _has_valid_signatures(decision: Path, count: int) -> None:
    if shutil.which("pdfsig") is None:
        pytest.skip("pdfsig is not installed: another program's word on the signatures is left out.")
    said = subprocess.run(["pdfsig", "-nocert", str(decision)], capture_output=True, text=True, check=False).stdout
    judgements = [line.split(":", 1)[1].strip() for line in said.splitlines() if "Signature Validation" in line]
    assert judgements == ["Signature is Valid."] * count, said
