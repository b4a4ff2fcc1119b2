"""Draws every page into docs/pictures: both widths, both languages where both exist, also empty, with errors, and full.

`make pictures` runs this. A picture is the whole page down to a limit, reduced to few colours to stay small.
"""

import io
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright
from screens import SCREENS, Screen, at, visit
from served import Site, serve, submit
from visits import HEIGHTS, PROJECT, WIDTHS, Window, launch, open_windows

FOLDER = PROJECT / "docs" / "pictures"
DOSSIERS = 60
WAITING = 60
# The colours of the theme, so that small signs keep theirs, and as many more of the picture's own.
THEME = re.findall(r"#([0-9a-f]{6})\b", (PROJECT / "web/assets/theme/tokens.css").read_text(encoding="utf-8").lower())
COLOURS = 20
MOST_BYTES = 120_000
# A longer page says nothing new about its look.
HIGHEST = {1440: 1100, 390: 1100}
PAPER_TRIES, DARK, WHITE, NARROW = 20, 100, 250, 1000
WIDTH_OF_PICTURE = {1440: 800, 390: 312}
FULL = (
    Screen("viec-60-cho", at("/viec?hang=group", "tiepnhan")),
    Screen("cua-toi-60", at("/ho-so-cua-toi", "nguoinop")),
)


def main(names: list[str]) -> int:
    """Draw all pictures anew, or those of these screens; 1 when one is too large or Chromium is missing."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.stderr.write("Chromium is not installed: no picture can be drawn. On Debian: apt install chromium\n")
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png") if not names else ():
        old.unlink()
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder), DOSSIERS) as site,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright, chromium)
        with open_windows(browser, site.address) as window:
            _draw_all([each for each in SCREENS if not names or each.name in names], site, window)
            for _number in range(WAITING):
                submit(site)
            _draw_all([each for each in FULL if not names or each.name in names], site, window)
        browser.close()
    sizes = {path.name: path.stat().st_size for path in sorted(FOLDER.glob("*.png"))}
    too_large = [name for name, size in sizes.items() if size > MOST_BYTES]
    sys.stdout.write(f"{len(sizes)} pictures, {sum(sizes.values())} bytes, {time.monotonic() - began:.0f} s\n")
    if too_large:
        sys.stderr.write(f"Too large: {', '.join(too_large)}\n")
    return 1 if too_large else 0


def _draw_all(screens: Iterable[Screen], site: Site, window: Window) -> None:
    for screen in screens:
        for language in ("vi", "en") if screen.is_public else ("vi",):
            for width in WIDTHS:
                page = visit(screen, site, window, width, HEIGHTS[width], language).page
                mark = "-en" if language == "en" else ""
                narrow = "-m" if width < NARROW else ""
                _draw(page, FOLDER / f"{screen.name}{mark}{narrow}.png", width, screen.has_paper)
                page.close()


def _draw(page: Page, path: Path, width: int, has_paper: bool) -> None:
    page.evaluate("document.fonts.ready.then(() => true)")
    is_whole = True
    if has_paper and width > NARROW:
        # A picture of the whole page would change the size of the window, and the viewer would begin to draw again.
        is_whole = False
        tall = max(HEIGHTS[width], int(page.evaluate("document.documentElement.scrollHeight")))
        page.set_viewport_size({"width": width, "height": min(tall, HIGHEST[width])})
        _wait_for_paper(page)
    image = Image.open(io.BytesIO(page.screenshot(full_page=is_whole))).convert("RGB")
    image = image.crop((0, 0, image.width, min(image.height, HIGHEST[width])))
    to = WIDTH_OF_PICTURE[width]
    if to < image.width:
        image = image.resize((to, image.height * to // image.width), Image.Resampling.LANCZOS)
    palette = Image.new("P", (1, 1))
    own = image.quantize(COLOURS).getpalette() or []
    palette.putpalette([*bytes.fromhex("".join(dict.fromkeys(THEME))), *own[: 3 * COLOURS]])
    image.quantize(palette=palette, dither=Image.Dither.NONE).save(path, optimize=True)


def _wait_for_paper(page: Page) -> None:
    """The browser draws a PDF in a frame after the page has loaded and does not say when.

    It is there when white paper lies under the dark bar of the viewer.
    """
    frame = page.locator("iframe.doc").bounding_box()
    for _try in range(PAPER_TRIES if frame else 0):
        page.wait_for_timeout(400)
        image = Image.open(io.BytesIO(page.screenshot())).convert("L")
        middle, top = int(frame["x"] + frame["width"] / 2), int(frame["y"])
        bar, *paper = [int(image.getpixel((middle, top + below))) for below in (20, 100, 150, 200)]
        if bar < DARK and max(paper) > WHITE:
            return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
