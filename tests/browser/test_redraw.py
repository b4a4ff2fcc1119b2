"""A form that is drawn again by the server over a slow line loses nothing of what is typed in the meantime."""

import steps
from playwright.sync_api import Page, expect
from served import Site, begin_draft
from visits import Window

SECONDS_OF_THE_LINE = 0.7


def test_what_is_typed_while_the_form_is_drawn_again_stays(site: Site, window: Window) -> None:
    page = _slow_draft(site, window)
    page.check("[name=result_channel][value=post]")
    steps.named(page, "scope.0.range").fill("đến 3000 kN")
    expect(steps.named(page, "result_address")).to_be_visible()
    expect(steps.named(page, "scope.0.range")).to_have_value("đến 3000 kN")
    page.close()


def _slow_draft(site: Site, window: Window) -> Page:
    page = window("nguoinop").new_page()
    page.goto(f"/nop/nhap/{begin_draft(site, is_complete=True)}")
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 1000 * SECONDS_OF_THE_LINE, "downloadThroughput": -1, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", slow)
    return page
