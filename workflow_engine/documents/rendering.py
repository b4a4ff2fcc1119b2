"""typst kept warm: one compiler per template, the four Tinos fonts read once, no system font, no package, no network.

A paper is PDF/A-2b; only when a value holds a character none of the fonts can draw it is plain PDF with a box there.
"""

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from workflow_engine.documents.values import clean_text, to_json
from workflow_engine.errors import ModelError
from workflow_engine.local_time import VIETNAM

_KEY = re.compile(r"[a-z][a-z0-9_]*")
_MISSING = re.compile(r"missing field: ([^\"]+)")
_ARCHIVAL = "a-2b"


@dataclass(frozen=True)
class Box:
    """A place on a page: pages count from 1; x, y is the lower left corner, in points from the page's lower left."""

    page: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Rendered:
    """A paper; ``boxes`` tells where "signature" (a person's) and "seal" (the agency's) go, as far as it has them."""

    pdf: bytes
    boxes: Mapping[str, Box]
    is_archival: bool = True


@dataclass(frozen=True)
class _Press:
    compiler: typst.Compiler
    # A compiler keeps the inputs of its last paper for the query of the boxes: one paper at a time.
    lock: threading.Lock


@lru_cache
def _fonts(root: Path) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[root / "fonts"])


@lru_cache
def _press(root: Path, template_key: str) -> _Press:
    nowhere = root / "no-packages"
    compiler = typst.Compiler(
        input=root / f"{template_key}.typ",
        root=root,
        font_paths=_fonts(root),
        ignore_system_fonts=True,
        package_path=nowhere,
        package_cache_path=nowhere,
    )
    return _Press(compiler, threading.Lock())


def _find_press(root: Path, template_key: str) -> _Press:
    if not _KEY.fullmatch(template_key) or not (root / f"{template_key}.typ").is_file():
        raise ModelError("there is no template of this name", file=f"{template_key}.typ")
    return _press(root.resolve(), template_key)


def _failure(template_key: str, error: typst.TypstError) -> ModelError:
    missing = _MISSING.search(error.message)
    if missing:
        return ModelError("the paper needs this field", file=f"{template_key}.typ", element=missing[1])
    return ModelError(error.message, file=f"{template_key}.typ")


def _compile(press: _Press, template_key: str, inputs: dict[str, str]) -> tuple[bytes, bool]:
    try:
        return _pdf(press, inputs, [_ARCHIVAL]), True
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise _failure(template_key, error) from error
    try:
        return _pdf(press, inputs | {"undrawable": "yes"}, []), False
    except typst.TypstError as error:
        raise _failure(template_key, error) from error


def _pdf(press: _Press, inputs: dict[str, str], standards: list[Any]) -> bytes:
    pdf = press.compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=standards)
    if not isinstance(pdf, bytes):
        raise ModelError("the paper came out in several files")
    return pdf


def render(template_key: str, values: Mapping[str, Any], *, root: Path) -> Rendered:
    """Make the paper ``template_key`` from the values the package's docstring lists; ``root`` holds the templates.

    Raises ModelError naming the template and, where a value is missing, its field ("dossier.applicant.name").
    """
    press = _find_press(root, template_key)
    inputs = {"paper": to_json(values, template=f"{template_key}.typ")}
    with press.lock:
        pdf, is_archival = _compile(press, template_key, inputs)
        marks = json.loads(press.compiler.query("<signing-box>", field="value"))
    boxes = {mark.pop("name"): Box(**mark) for mark in marks}
    return Rendered(pdf, boxes, is_archival)


def _appearance(template_key: str, root: Path, texts: Mapping[str, str], box: Box) -> bytes:
    press = _find_press(root, template_key)
    paper = {name: clean_text(text) for name, text in texts.items()} | {"width": box.width, "height": box.height}
    with press.lock:
        return _compile(press, template_key, {"paper": json.dumps(paper, ensure_ascii=False)})[0]


def person_appearance(name: str, title: str, signed_at: datetime, box: Box, *, root: Path) -> bytes:
    """Draw a person's signature, in blue, as a one-page PDF of the size of the box (Decree 30/2020, Annex I)."""
    moment = signed_at.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M:%S +07:00")
    return _appearance("appearance_person", root, {"name": name, "title": title, "signed_at": moment}, box)


def seal_appearance(
    authority: str, superior: str, signed_at: datetime, box: Box, *, is_demo: bool, root: Path
) -> bytes:
    """Draw the agency's round red seal as a one-page PDF of the size of the box; ours carries no national emblem."""
    moment = signed_at.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M")
    mark = "CHỨNG THƯ THỬ NGHIỆM" if is_demo else ""
    texts = {"authority": authority, "superior": superior, "signed_at": moment, "mark": mark}
    return _appearance("appearance_seal", root, texts, box)
