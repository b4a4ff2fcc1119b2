"""Every page, at both widths, in both languages where both exist: accessible, silent, never wider than the window."""

import pytest
from screens import SCREENS, Screen, visit
from served import Site
from visits import HEIGHTS, WIDTHS, Window, sideways, violations, watch

VISITS = [(screen, "vi") for screen in SCREENS] + [(screen, "en") for screen in SCREENS if screen.is_public]


@pytest.mark.parametrize(
    ("screen", "language"), VISITS, ids=[f"{screen.name}-{language}" for screen, language in VISITS]
)
def test_a_page_is_accessible_and_quiet_and_fits(screen: Screen, language: str, site: Site, window: Window) -> None:
    opened = visit(screen, site, window, WIDTHS[0], HEIGHTS[WIDTHS[0]], language)
    page, faults = opened.page, opened.heard
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        faults += [f"at {width}: {each}" for each in violations(page)]
        if too_wide := sideways(page):
            faults.append(f"at {width}: {too_wide} pixels wider than the window")
    if page.locator("html").get_attribute("lang") != language:
        faults.append(f"not in the language {language}")
    page.close()
    assert not faults, "\n".join(faults)


def test_faults_of_a_page_are_seen(site: Site, window: Window) -> None:
    page = window("").new_page()
    heard = watch(page)
    page.goto("/tro-nang")
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend',"
        "'<input><p class=wide>x</p><p style=\"color:red\">x</p>')"
    )
    page.evaluate("document.querySelector('.wide').style.width = '3000px'")
    found = violations(page)
    too_wide = sideways(page)
    page.close()
    assert [each.split(":")[0] for each in found] == ["label"]
    assert too_wide > 0
    assert any("Content Security Policy" in each for each in heard)
