"""How a reader wants pages shown: size of the text and contrast, kept in a cookie of this browser."""

from dataclasses import dataclass

from flask import request

COOKIE = "display"
SIZES = ("small", "normal", "large")
ONE_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Display:
    """``size`` is one of SIZES."""

    size: str
    has_contrast: bool


def display() -> Display:
    """What the cookie says; anything else in it counts as normal."""
    size, _, contrast = request.cookies.get(COOKIE, "").partition(".")
    return Display(size if size in SIZES else "normal", contrast == "contrast")


def as_cookie(chosen: Display) -> str:
    """The text of the cookie."""
    return f"{chosen.size}.{'contrast' if chosen.has_contrast else ''}"


def display_classes() -> str:
    """Classes of <html>."""
    chosen = display()
    classes = [f"text-{chosen.size}"] if chosen.size != "normal" else []
    return " ".join(classes + (["contrast"] if chosen.has_contrast else []))
