"""Every page of the system in every state worth looking at: its name, who opens it, where, and what they do there.

The tests of all pages and the pictures of the documentation go through this one list.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page
from served import (
    PROCEDURE,
    Site,
    begin_draft,
    find_dossier,
    find_signed_paper,
    find_task,
    know_secret,
    register_newcomer,
    submit,
)
from visits import Window, watch

from workflow_engine.seed.samples import sample_pdf


@dataclass(frozen=True)
class Place:
    """Where a screen is found in this demonstration."""

    who: str
    address: str


Find = Callable[[Site], Place]
Act = Callable[[Page, Site], None]


@dataclass(frozen=True)
class Screen:
    """A page in one state; ``is_public`` ones have an English mirror."""

    name: str
    find: Find
    act: Act | None = None
    is_public: bool = False
    has_paper: bool = False


@dataclass(frozen=True)
class Visit:
    """A page that stands open, with the errors it has reported."""

    page: Page
    heard: list[str]


def visit(screen: Screen, site: Site, window: Window, width: int, height: int, language: str = "vi") -> Visit:
    """Open the screen and do what leads to its state."""
    place = screen.find(site)
    page = window(place.who).new_page()
    page.set_viewport_size({"width": width, "height": height})
    heard = watch(page)
    page.goto(("/en" if language == "en" else "") + place.address)
    if screen.act is not None:
        screen.act(page, site)
    page.wait_for_load_state()
    return Visit(page, heard)


def at(address: str, who: str = "") -> Find:
    """A fixed address."""
    return lambda site: Place(who, address)


def task(element_id: str) -> Find:
    """An open task of this element, seen by somebody who may do it."""

    def find(site: Site) -> Place:
        who, task_id = find_task(site, element_id)
        return Place(who, f"/viec/{task_id}")

    return find


def own(state: int, rest: str = "", root: str = "/ho-so-cua-toi") -> Find:
    """A dossier in this national state, seen by who filed it."""

    def find(site: Site) -> Place:
        who, code = find_dossier(site, state)
        return Place(who, f"{root}/{code}{rest}")

    return find


def case(tab: str, state: int = 4, rest: str = "") -> Find:
    """The workspace of a dossier, seen by an official of its authority."""

    def find(site: Site) -> Place:
        _who, code = find_dossier(site, state)
        return Place("lanhdao", f"/ho-so/{code}{rest}" + (f"?the={tab}" if tab else ""))

    return find


def draft(rest: str = "", *, is_complete: bool = True) -> Find:
    """A draft made for this visit."""
    return lambda site: Place("nguoinop", f"/nop/nhap/{begin_draft(site, is_complete=is_complete)}{rest}")


def press(selector: str) -> Act:
    """Press a button and wait for the page that answers."""

    def act(page: Page, site: Site) -> None:
        with page.expect_navigation():
            page.click(selector)

    return act


def _sign_in_wrongly(page: Page, site: Site) -> None:
    page.fill("#username", "khong.co")
    page.fill("#password", "mat-khau-sai-roi")
    press("main button[type=submit]")(page, site)


def _suggest(page: Page, site: Site) -> None:
    page.type("#procedure-search", "dang ky thu nghiem")
    page.wait_for_selector("[role=option]")


def _hand_in(page: Page, site: Site) -> None:
    page.check("#is_sure")
    press("form[action$='/nop'] button[type=submit]")(page, site)


def _track_wrongly(page: Page, site: Site) -> None:
    page.fill("#code", "H26.30-260101-0001")
    page.fill("#secret", "AAAAAAAAAA")
    press("main button[type=submit]")(page, site)


def _track(state: int) -> Act:
    def act(page: Page, site: Site) -> None:
        _who, code = find_dossier(site, state)
        page.fill("#code", code)
        page.fill("#secret", know_secret(site, code))
        press("main button[type=submit]")(page, site)

    return act


def _verify_signed(page: Page, site: Site) -> None:
    whole = find_signed_paper(site).read_bytes()
    _verify(page, "giay-chung-nhan.pdf", whole)


def _verify_changed(page: Page, site: Site) -> None:
    whole = bytearray(find_signed_paper(site).read_bytes())
    whole[len(whole) // 3] ^= 1
    _verify(page, "bi-sua.pdf", bytes(whole))


def _verify_unsigned(page: Page, site: Site) -> None:
    _verify(page, "khong-ky.pdf", sample_pdf("staff_file"))


def _verify(page: Page, name: str, content: bytes) -> None:
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "application/pdf", "buffer": content})
    with page.expect_navigation():
        page.click("main form[enctype] button[type=submit]")


def _ask_for_missing(page: Page, site: Site) -> None:
    _claim(page)
    page.check("input[name='check.staff_file'][value=missing]")
    press("#soan-bo-sung")(page, site)


def _answer_nothing(selector: str) -> Act:
    def act(page: Page, site: Site) -> None:
        _claim(page)
        press(selector)(page, site)

    return act


def _claim(page: Page) -> None:
    button = page.locator("form[action$='/nhan'] button")
    if button.count():
        with page.expect_navigation():
            button.first.click()


def _claimed(page: Page, site: Site) -> None:
    _claim(page)


def _return_without_words(page: Page, site: Site) -> None:
    _claim(page)
    press("button[name=review_outcome][value=redraft]")(page, site)


def _newcomer(site: Site) -> Place:
    return Place(register_newcomer(site), "/ho-so-cua-toi")


def _fresh_dossier(site: Site) -> Place:
    code, _secret = submit(site)
    return Place("nguoinop", f"/ho-so-cua-toi/{code}")


PUBLIC = (
    Screen("trang-chu", at("/"), is_public=True),
    Screen("trang-chu-goi-y", at("/"), _suggest, is_public=True),
    Screen("thu-tuc", at("/thu-tuc"), is_public=True),
    Screen("thu-tuc-khong-thay", at("/thu-tuc?tim=khong+co+gi"), is_public=True),
    Screen("thu-tuc-chi-tiet", at(f"/thu-tuc/{PROCEDURE}"), is_public=True),
    Screen("dang-nhap", at("/dang-nhap"), is_public=True),
    Screen("dang-nhap-loi", at("/dang-nhap"), _sign_in_wrongly, is_public=True),
    Screen("dang-ky", at("/dang-ky"), is_public=True),
    Screen("dang-ky-loi", at("/dang-ky"), press("main button[type=submit]"), is_public=True),
    Screen("tra-cuu", at("/tra-cuu"), is_public=True),
    Screen("tra-cuu-loi", at("/tra-cuu"), _track_wrongly, is_public=True),
    Screen("tra-cuu-dang-xu-ly", at("/tra-cuu"), _track(4), is_public=True),
    Screen("tra-cuu-da-tra", at("/tra-cuu"), _track(10), is_public=True),
    Screen("kiem-tra", at("/kiem-tra"), is_public=True),
    Screen("kiem-tra-loi", at("/kiem-tra"), press("main form[enctype] button[type=submit]"), is_public=True),
    Screen("kiem-tra-hop-le", at("/kiem-tra"), _verify_signed, is_public=True),
    Screen("kiem-tra-bi-sua", at("/kiem-tra"), _verify_changed, is_public=True),
    Screen("kiem-tra-khong-ky", at("/kiem-tra"), _verify_unsigned, is_public=True),
    Screen("tro-nang", at("/tro-nang"), is_public=True),
    Screen("bao-ve-du-lieu", at("/bao-ve-du-lieu"), is_public=True),
    Screen("loi-khong-thay", at("/khong-co-trang-nay"), is_public=True),
)
APPLICANT = (
    # The lists come first: the screens after them begin drafts of their own.
    Screen("cua-toi", at("/ho-so-cua-toi", "nguoinop"), is_public=True),
    Screen("cua-toi-trong", _newcomer, is_public=True),
    Screen("nop-chon-co-quan", at(f"/nop/{PROCEDURE}", "nguoinop"), is_public=True),
    Screen("nop-to-khai", draft(is_complete=False), is_public=True),
    Screen("nop-to-khai-loi", draft(is_complete=False), press("#continue"), is_public=True),
    Screen("nop-to-khai-du", draft(), is_public=True),
    Screen("nop-xem-lai", draft("/xem-lai"), is_public=True),
    Screen("nop-xem-lai-loi", draft("/xem-lai"), press("form[action$='/nop'] button[type=submit]"), is_public=True),
    Screen("nop-bien-nhan", draft("/xem-lai"), _hand_in, is_public=True),
    Screen("cua-toi-moi-nop", _fresh_dossier, is_public=True),
    Screen("cua-toi-dang-xu-ly", own(4), is_public=True),
    Screen("cua-toi-cho-bo-sung", own(5), is_public=True),
    Screen("cua-toi-da-tra", own(10), is_public=True),
    Screen("cua-toi-tep", own(4, "/tep"), is_public=True),
    Screen("bo-sung", own(5, "/bo-sung"), is_public=True),
    Screen("bo-sung-to-khai", own(5, "/bo-sung"), press("main form button[type=submit]"), is_public=True),
    Screen("rut", own(4, "/rut"), is_public=True),
    Screen("rut-loi", own(4, "/rut"), press("main form button[type=submit]"), is_public=True),
    Screen("loi-khong-duoc-phep", at("/ho-so-cua-toi", "chuyenvien")),
)
INBOXES = (
    Screen("viec-tiep-nhan", at("/viec", "tiepnhan")),
    Screen("viec-truong-phong", at("/viec", "truongphong")),
    Screen("viec-chuyen-vien", at("/viec", "chuyenvien")),
    Screen("viec-lanh-dao", at("/viec", "lanhdao")),
    Screen("viec-van-thu", at("/viec", "vanthu")),
    Screen("viec-cho-nguoi-nop", at("/viec?hang=waiting", "tiepnhan")),
    Screen("viec-qua-han", at("/viec?hang=overdue", "chuyenvien")),
    Screen("viec-loc-khong-thay", at("/viec?q=khong+co", "tiepnhan")),
    Screen("viec-trong", at("/viec", "ketoan")),
)
TASKS = (
    Screen("tiep-nhan-chua-nhan", task("check_composition"), has_paper=True),
    Screen("tiep-nhan", task("check_composition"), _claimed, has_paper=True),
    Screen("tiep-nhan-loi", task("check_composition"), _answer_nothing("#tiep-nhan"), has_paper=True),
    Screen("yeu-cau-bo-sung", task("check_composition"), _ask_for_missing, has_paper=True),
    Screen("phan-cong", task("assign_specialist"), _claimed),
    Screen("kiem-tra-noi-dung", task("examine_dossier"), _claimed, has_paper=True),
    Screen("kiem-tra-noi-dung-loi", task("examine_dossier"), _answer_nothing("#hoan-thanh"), has_paper=True),
    Screen("tham-xet-he-thong", task("appraise_management_system"), _claimed, has_paper=True),
    Screen("tham-xet-cong-nhan", task("confirm_accreditation"), _claimed, has_paper=True),
    Screen("tham-xet-pham-vi", task("appraise_scope"), _claimed, has_paper=True),
    Screen("tham-xet-pham-vi-loi", task("appraise_scope"), _answer_nothing("#hoan-thanh"), has_paper=True),
    Screen("du-thao", task("draft_result"), _claimed, has_paper=True),
    Screen("duyet-du-thao", task("review_draft"), _claimed, has_paper=True),
    Screen("duyet-du-thao-loi", task("review_draft"), _return_without_words, has_paper=True),
    Screen("ky-so", task("sign_result"), _claimed, has_paper=True),
    Screen("dong-dau", task("number_and_seal"), _claimed, has_paper=True),
    Screen("tu-choi", task("refuse_dossier"), _claimed, has_paper=True),
    Screen("dung-giai-quyet", task("draft_stop_notice"), _claimed, has_paper=True),
    Screen("ky-thong-bao-dung", task("sign_stop_notice"), _claimed, has_paper=True),
    Screen("tra-ket-qua", task("hand_over_result"), _claimed, has_paper=True),
)
WORKSPACE = (
    Screen("ho-so", case(""), has_paper=True),
    Screen("ho-so-quy-trinh", case("quy-trinh")),
    Screen("ho-so-van-ban", case("van-ban", 10)),
    Screen("ho-so-lich-su", case("lich-su", 10)),
    Screen("ho-so-ngay-hen", case("", 4, "/ngay-hen")),
)
SCREENS = (*PUBLIC, *APPLICANT, *INBOXES, *TASKS, *WORKSPACE)
