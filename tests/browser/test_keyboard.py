"""By keyboard alone: whoever can not use a mouse sees where they are, and gets everywhere and away again."""

import pytest
from playwright.sync_api import Page, expect
from screens import SCREENS, visit
from served import Site, begin_draft, submit
from visits import Window

from workflow_engine import seed

WALKED = ("trang-chu", "dang-ky-loi", "nop-to-khai-du", "viec-tiep-nhan", "tiep-nhan", "tham-xet-pham-vi", "ky-so")
MOST_STOPS = 200
# A document in a frame has stops of its own, which belong to the browser.
MOST_STOPS_IN_FRAME = 30
LOOKS = """
window.looks = element => {
  const parts = [element, element.closest('label'), element.parentElement].filter(Boolean);
  return parts.map(part => {
    const style = getComputedStyle(part);
    const outline = style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2 ? '' : style.outline;
    return `${outline}/${style.boxShadow === 'none' ? '' : style.boxShadow}`;
  }).join('|');
};
window.before = new Map();
for (const element of document.querySelectorAll('*')) window.before.set(element, window.looks(element));
"""
STOP = """
() => {
  const element = document.activeElement;
  const name = element.tagName.toLowerCase() + (element.id ? '#' + element.id : '');
  const words = element.getAttribute('aria-label') ?? element.name ?? '';
  const where = [...document.querySelectorAll('*')].indexOf(element);
  const before = window.before.get(element);
  const shows = before !== undefined && window.looks(element) !== before;
  return [where, `${name} ${words} ${element.textContent.trim().slice(0, 30)}`, shows];
}
"""


@pytest.mark.parametrize("name", WALKED)
def test_every_stop_shows_the_focus_and_none_keeps_it(name: str, site: Site, window: Window) -> None:
    screen = next(each for each in SCREENS if each.name == name)
    page = visit(screen, site, window, 1440, 900).page
    page.evaluate("document.activeElement.blur()")
    page.evaluate(LOOKS)
    invisible, stops = _walk(page)
    page.close()
    assert stops > 5
    assert invisible == []


def _walk(page: Page) -> tuple[list[str], int]:
    """Press Tab through the whole page: stops that show nothing, and how many stops there are."""
    seen: list[int] = []
    invisible: list[str] = []
    stayed = 0
    while len(seen) < MOST_STOPS:
        page.keyboard.press("Tab")
        where, words, shows = page.evaluate(STOP)
        if words.startswith("body") or (seen and where == seen[0]):
            return invisible, len(seen)
        if seen and where == seen[-1]:
            stayed += 1
            assert words.startswith("iframe") and stayed < MOST_STOPS_IN_FRAME, f"Tab does not leave {words}"
            continue
        stayed = 0
        seen.append(where)
        if not shows and not words.startswith("iframe"):
            invisible.append(words)
    raise AssertionError(f"the end of the page was not reached after {MOST_STOPS} stops")


def test_reception_works_without_a_mouse(page: Page, site: Site) -> None:
    earlier, _secret = submit(site)
    later, _secret = submit(site)
    page.goto("/dang-nhap")
    _tab_to(page, "username")
    page.keyboard.type("tiepnhan")
    page.keyboard.press("Tab")
    page.keyboard.type(seed.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/viec")
    page.keyboard.press("/")
    page.keyboard.type(earlier[:-4])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: earlier[:-4] in address)
    codes = page.locator("#viec a.code").all_inner_texts()
    assert later in codes
    wanted = codes[-2]
    for _step in range(len(codes)):
        page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/viec/" in address)
    expect(page.locator("main")).to_contain_text(wanted)
    page.keyboard.press("n")
    expect(page.locator("#tiep-nhan")).to_be_visible()
    _judge_all_components(page)
    page.keyboard.press("F9")
    expect(page.locator(".note.ok")).to_contain_text(wanted)


def _judge_all_components(page: Page) -> None:
    """Keys 1 and the arrow give a verdict on each component and go on to the next."""
    count = page.locator("[data-component]").count()
    _tab_until(page, "() => Boolean(document.activeElement.closest('[data-component]'))")
    if page.evaluate("document.activeElement.tagName") == "A":
        page.keyboard.press("Tab")
    for _component in range(count):
        page.keyboard.press("1")
        page.keyboard.press("ArrowDown")
    expect(page.locator("[data-component] input[value=ok]:checked")).to_have_count(count)


def test_an_applicant_adds_a_row_and_submits_without_a_mouse(site: Site, window: Window) -> None:
    page = window("nguoinop").new_page()
    page.goto(f"/nop/nhap/{begin_draft(site, is_complete=True)}")
    rows = page.locator("[data-list=scope] > fieldset.rrow")
    expect(rows).to_have_count(2)
    _tab_to(page, "_add.scope")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(3)
    for words in ("Vật liệu xây dựng", "Độ bền uốn của gạch", "TCVN 6355-3:2009"):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    _tab_until(page, "() => document.activeElement.id === 'continue'")
    page.keyboard.press("Enter")
    page.wait_for_url("**/xem-lai")
    expect(page.locator("main")).to_contain_text("Độ bền uốn của gạch")
    _tab_to(page, "is_sure")
    page.keyboard.press("Space")
    _tab_until(page, "() => document.activeElement.matches('form[action$=\"/nop\"] button')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/bien-nhan")
    page.close()


def _tab_to(page: Page, name: str) -> None:
    _tab_until(page, f"() => document.activeElement.name === {name!r}")


def _tab_until(page: Page, condition: str) -> None:
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate(condition):
            return
    raise AssertionError(f"Tab does not reach {condition}")
