"""Windows of a browser: how Chromium is started, who is signed in where, what a page may not do when looked at."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from workflow_engine import seed

PROJECT = Path(__file__).resolve().parents[2]
AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (1440, 390)
HEIGHTS = {1440: 900, 390: 844}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Window = Callable[[str], BrowserContext]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


def launch(playwright: Playwright, program: str) -> Browser:
    """Debian's Chromium, without window, talking to this machine only."""
    return playwright.chromium.launch(executable_path=program, args=ARGUMENTS)


@contextmanager
def open_windows(browser: Browser, address: str) -> Iterator[Window]:
    """Gives a function from user name to a window in which that account is signed in; "" is nobody."""
    opened: dict[str, BrowserContext] = {}

    def window(username: str) -> BrowserContext:
        if username not in opened:
            opened[username] = browser.new_context(base_url=address, locale="vi-VN")
            if username:
                page = opened[username].new_page()
                sign_in(page, username)
                page.close()
        return opened[username]

    yield window
    for context in opened.values():
        context.close()


def sign_in(page: Page, username: str, password: str = seed.PASSWORD) -> None:
    """Sign in as people do."""
    page.goto("/dang-nhap")
    page.fill("#username", username)
    page.fill("#password", password)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda address: not address.endswith("/dang-nhap"))


def watch(page: Page) -> list[str]:
    """Errors that the page will report from now on: scripts, refused content, missing files."""
    heard: list[str] = []

    def hear(message: object) -> None:
        kind, text = getattr(message, "type", ""), getattr(message, "text", "")
        place = getattr(message, "location", {}) or {}
        # A page that answers 404 or 422 is itself reported as a resource that failed.
        is_page_itself = "Failed to load resource" in text and place.get("url") == page.url
        if kind in ("error", "warning") and not is_page_itself:
            heard.append(f"{kind}: {text} ({place.get('url', '')})")

    page.on("console", hear)
    page.on("pageerror", lambda error: heard.append(f"script: {error}"))
    return heard


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.1 A and AA: rule, element, and why."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE.read_text(encoding="utf-8") + "; undefined")
    found = page.evaluate(
        "async rules => (await axe.run(document, {runOnly: rules, iframes: false, preload: false}))"
        ".violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target} ${node.failureSummary}`))",
        RULES,
    )
    return [str(each).replace("\n", " ") for each in found]


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return int(width)
