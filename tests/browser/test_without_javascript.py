"""Without JavaScript: everything an applicant has to do still goes, each step by a button of its own."""

from collections.abc import Callable

import steps
from playwright.sync_api import BrowserContext, expect
from served import Site, submit
from visits import sign_in


def test_an_applicant_files_a_dossier(new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, "nguoinop1")
    steps.begin_application(page)
    steps.fill_application(page)
    for component in steps.FILES:
        page.set_input_files(f"[name='_file.{component}']", steps.pdf(component))
        page.click(f"button[name=_upload][value={component}]")
        expect(page.locator(f"[data-component={component}] .st.t-ok")).to_be_visible()
    expect(steps.named(page, "scope.1.test_name")).to_have_value("Độ hút nước của gạch")
    steps.hand_in(page)
    expect(page.locator("#lookup-secret")).to_have_text(steps.SECRET)


def test_an_official_claims_and_accepts(new_context: Callable[..., BrowserContext], site: Site) -> None:
    page = new_context(java_script_enabled=False).new_page()
    code, _secret = submit(site)
    sign_in(page, "tiepnhan")
    steps.open_task(page, code)
    for verdict in page.locator("[data-component] input[value=ok]").all():
        verdict.check()
    page.check("[name=identity_checked]")
    page.click("#tiep-nhan")
    steps.is_done(page, code)
