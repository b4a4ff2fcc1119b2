"""The browser tests: one demonstration is seeded and served, one Chromium is started, each account signs in once."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from served import Site, serve
from visits import Window, launch, open_windows

CHROMIUM = shutil.which("chromium")
WITHOUT_CHROMIUM = "Chromium is not installed: the browser tests are left out."
# Enough for lists that look like lists; what tests need is added to them.
DOSSIERS = 8

# A machine that does much else at the same time is slow, not wrong.
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A served demonstration, shared by all browser tests of this process."""
    if CHROMIUM is None:
        pytest.skip(WITHOUT_CHROMIUM)
    with serve(tmp_path_factory.mktemp("served"), DOSSIERS) as served:
        yield served


@pytest.fixture(scope="session")
def browser(site: Site) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = launch(playwright, str(CHROMIUM))
        yield started
        started.close()


@pytest.fixture(scope="session")
def window(site: Site, browser: Browser) -> Iterator[Window]:
    """A function from user name to the window of that account, signed in at first use."""
    with open_windows(browser, site.address) as window:
        yield window


@pytest.fixture
def new_context(site: Site, browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes windows of nobody, closed after the test."""
    made: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        made.append(browser.new_context(base_url=site.address, locale="vi-VN", **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for context in made:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A window of nobody."""
    return new_context().new_page()
