"""The papers: what is stored is what is printed, whatever it looks like; a gap in the values is named."""

import copy
import re
import shutil
import subprocess
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from workflow_engine.documents import Box, person_appearance, render
from workflow_engine.errors import ModelError

TEMPLATES = Path(__file__).parents[2] / "forms" / "documents"
PAPERS = (
    "receipt_note",
    "supplement_request",
    "refusal_note",
    "apology_note",
    "stop_notice",
    "control_sheet",
    "submission_note",
    "appraisal_report",
    "registration_certificate",
    "refusal_letter",
)
HOSTILE = (
    '#read("/etc/passwd")',
    '#include "decree30.typ"',
    '#eval("1+1")',
    "#{1+1}",
    "#let x = 1",
    "$x^2$",
    "*bold*",
    "_slanted_",
    "- item",
    "+ item",
    "/ term: text",
    "= heading",
    "== heading",
    "back\\slash \\u{41}",
    "\\",
    "@ref",
    "<label>",
    "//comment",
    "/* comment */",
    "`code`",
    "```typ #1```",
    "https://example.vn/?a=1&b=<2>",
    'it\'s "quoted" -- so... ~tilde',
    "[content](link)",
    '{"json": null, "x": "\\n"}',
    "שלום",
    "مرحبا",
    "a\u0000b\u0007c",
    "D" * 150,
    "Tie\u0302\u0301ng Vie\u0323\u0302t, Đặng Ửng",
    "emoji 😀 👍🏽 𝄞 中文",
    "; DROP TABLE dossiers; --",
    "<script>alert(1)</script>",
    "%PDF-1.7 (stream) endstream",
    "two\nlines",
)

# So many hostile lines stand in every field of one rendering.
LINES = 6

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="poppler-utils is not installed: the text of papers is not read back."
)


def text_of(pdf: bytes) -> str:
    """All letters of the page bodies in the order they were set, without white space, page numbers and marks."""
    crop = ["-r", "72", "-x", "0", "-y", "52", "-W", "600", "-H", "738"]
    read = subprocess.run(["pdftotext", "-raw", *crop, "-", "-"], input=pdf, capture_output=True, check=True)
    return squeezed(read.stdout.decode())


def squeezed(text: str) -> str:
    seen = "".join(letter for letter in text if unicodedata.category(letter) not in ("Cc", "Cf"))
    return "".join(unicodedata.normalize("NFC", seen).split()).casefold()


def is_printed(text: str, found: str) -> bool:
    """A right-to-left word comes back in the order it is seen; a table row may be cut once by the end of a page."""
    if any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text):
        word = "".join(letter for letter in text if unicodedata.bidirectional(letter) in ("R", "AL"))
        return word in found or word[::-1] in found
    text = squeezed(text)
    return text in found or any(text[:cut] in found and text[cut:] in found for cut in range(4, len(text) - 3))


def leaves(values: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    for key, value in items:
        if isinstance(value, str):
            yield (*path, key)
        else:
            yield from leaves(value, (*path, key))


def replaced(values: Any, text: Callable[[int], str]) -> dict[str, Any]:
    """The values with every text replaced by what its place in the paper gets."""
    result = copy.deepcopy(values) | {"document": values["document"] | {"is_demo": False}}
    for index, path in enumerate(leaves(values)):
        part = result
        for key in path[:-1]:
            part = part[key]
        part[path[-1]] = text(index)
    return result


@needs_poppler
@pytest.mark.parametrize("key", PAPERS)
def test_every_hostile_text_in_every_field_is_printed_as_it_is(key: str, paper: dict[str, Any]) -> None:
    def marked(index: int, text: str) -> str:
        return f"«{index}({text}){index}»"

    plain = text_of(render(key, replaced(paper, lambda index: marked(index, "v")), root=TEMPLATES).pdf)
    printed = {index for index, _ in enumerate(leaves(paper)) if f"«{index}(v){index}»" in plain}
    addresses = {index for index, path in enumerate(leaves(paper)) if path[-1] in ("tracking_url", "verify_url")}
    assert len(printed) >= 8
    for start in range(0, len(HOSTILE), LINES):
        lines = HOSTILE[start : start + LINES]

        def hostile(index: int, lines: Sequence[str] = lines) -> str:
            return "\n".join(marked(index, line) for line in lines)

        values = replaced(paper, hostile)
        values["dossier"]["tracking_url"] = values["document"]["verify_url"] = lines[0]
        found = text_of(render(key, values, root=TEMPLATES).pdf)
        wanted = [marked(index, line) for index in printed - addresses for line in lines] + [lines[0]]
        assert [text for text in wanted if not is_printed(text, found)] == []
        assert "root:x:" not in found


@needs_poppler
@pytest.mark.parametrize("key", PAPERS)
def test_a_draft_of_a_demonstration_says_both(key: str, paper: dict[str, Any]) -> None:
    draft = {"is_draft": True, "is_demo": True, "number": "", "issued_on": None}
    values = paper | {"document": paper["document"] | draft}
    pdf = render(key, values, root=TEMPLATES).pdf
    read = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    pages = read.stdout.decode().split("\f")[:-1]
    assert all("CHỨNG THƯ THỬ NGHIỆM – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ" in page for page in pages)
    assert all("DỰ THẢO" in page for page in pages)
    assert "ngày … tháng … năm …" in pages[0]


@pytest.mark.parametrize("key", PAPERS)
def test_every_paper_names_the_field_it_misses(key: str, paper: dict[str, Any]) -> None:
    with pytest.raises(ModelError) as raised:
        render(key, paper | {"authority": {**paper["authority"], "name": "x"}, "dossier": {}}, root=TEMPLATES)
    assert raised.value.file == f"{key}.typ"
    assert raised.value.element.startswith("dossier.")


def test_a_missing_cell_of_a_row_is_named_with_its_row(paper: dict[str, Any]) -> None:
    rows = [paper["fields"]["missing_items"][0], {"document": "Danh mục"}]
    with pytest.raises(ModelError) as raised:
        render("supplement_request", paper | {"fields": paper["fields"] | {"missing_items": rows}}, root=TEMPLATES)
    assert raised.value.element == "fields.missing_items.1.requirement"


@pytest.mark.parametrize("key", ["unknown_paper", "../config", "fonts/x", ""])
def test_a_paper_without_template_is_refused(key: str, paper: dict[str, Any]) -> None:
    with pytest.raises(ModelError):
        render(key, paper, root=TEMPLATES)


@needs_poppler
def test_numbers_dates_and_times_are_written_as_the_decree_says(paper: dict[str, Any]) -> None:
    dossier = paper["dossier"] | {"received_at": datetime(2026, 1, 31, 18, 5, tzinfo=UTC)}
    text = text_of(render("receipt_note", paper | {"dossier": dossier}, root=TEMPLATES).pdf)
    assert squeezed("Số: 07/GCN-SKHCN") in text
    assert squeezed("Lạng Sơn, ngày 05 tháng 02 năm 2026") in text
    assert squeezed("01 giờ 05 phút, ngày 01/02/2026") in text
    december = paper["document"] | {"number": "12", "issued_on": "2026-12-24"}
    text = text_of(render("receipt_note", paper | {"document": december}, root=TEMPLATES).pdf)
    assert squeezed("Số: 12/GCN-SKHCN") in text
    assert squeezed("ngày 24 tháng 12 năm 2026") in text


@needs_poppler
@pytest.mark.parametrize(
    ("capacity", "printed"),
    [
        ("head", "GIÁM ĐỐC"),
        ("deputy", "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC"),
        ("by_order", "TL. GIÁM ĐỐC PHÓ GIÁM ĐỐC"),
        ("delegated", "TUQ. GIÁM ĐỐC PHÓ GIÁM ĐỐC"),
    ],
)
def test_the_capacity_of_the_signer_stands_above_the_name(capacity: str, printed: str, paper: dict[str, Any]) -> None:
    values = paper | {"signer": paper["signer"] | {"capacity": capacity}}
    text = text_of(render("apology_note", values, root=TEMPLATES).pdf)
    assert squeezed(printed) in text
    assert (squeezed("Phó Giám đốc") in text) is (capacity != "head")


@needs_poppler
def test_a_certificate_lists_what_was_granted_and_nothing_else(paper: dict[str, Any]) -> None:
    text = text_of(render("registration_certificate", paper, root=TEMPLATES).pdf)
    assert squeezed("Độ bền nén") in text
    assert squeezed("thu hẹp: Chỉ chứng minh được đến 600 kN") in text
    assert squeezed("Hàm lượng chì") not in text


@needs_poppler
def test_an_appraisal_speaks_the_words_of_its_forms(paper: dict[str, Any]) -> None:
    text = text_of(render("appraisal_report", paper, root=TEMPLATES).pdf)
    assert squeezed("Tính khách quan, bảo mật: Đáp ứng") in text
    assert squeezed("Không chấp nhận") in text
    assert squeezed("3. Kết luận: Đủ điều kiện đối với một phần phạm vi đăng ký") in text
    assert "not_met" not in text


def test_the_seal_covers_a_third_of_the_signature_on_its_left(paper: dict[str, Any]) -> None:
    boxes = render("registration_certificate", paper, root=TEMPLATES).boxes
    person, seal = boxes["signature"], boxes["seal"]
    assert seal.x < person.x
    assert (seal.x + seal.width - person.x) / person.width == pytest.approx(1 / 3, abs=0.01)
    assert seal.y + seal.height / 2 == pytest.approx(person.y + person.height / 2, abs=1)
    assert person.page == seal.page == 1


def test_internal_papers_carry_no_seal(paper: dict[str, Any]) -> None:
    assert set(render("submission_note", paper, root=TEMPLATES).boxes) == {"signature"}
    assert set(render("control_sheet", paper, root=TEMPLATES).boxes) == set()


def test_papers_are_archival_pdf_with_title_and_language(paper: dict[str, Any]) -> None:
    rendered = render("receipt_note", paper, root=TEMPLATES)
    assert rendered.is_archival
    assert b"<pdfaid:part>2</pdfaid:part>" in rendered.pdf
    assert re.search(rb"/Lang ?\(vi", rendered.pdf)
    unprintable = paper | {"legal_basis": [], "author": paper["author"] | {"name": "中文 😀"}}
    assert not render("receipt_note", unprintable, root=TEMPLATES).is_archival


def test_an_address_too_long_for_a_qr_code_is_named(paper: dict[str, Any]) -> None:
    values = paper | {"dossier": paper["dossier"] | {"tracking_url": "https://example.vn/" + "x" * 4000}}
    with pytest.raises(ModelError) as raised:
        render("receipt_note", values, root=TEMPLATES)
    assert raised.value.element == "dossier.tracking_url"


@needs_poppler
def test_values_need_not_be_texts(paper: dict[str, Any]) -> None:
    fields = paper["fields"] | {"copies": Decimal("2"), "fee_text": Decimal("0.5")}
    text = text_of(render("receipt_note", paper | {"fields": fields}, root=TEMPLATES).pdf)
    assert squeezed("Số lượng hồ sơ: 02 (bộ); phí, lệ phí: 0,5") in text


@needs_poppler
def test_an_appearance_names_signer_and_time() -> None:
    moment = datetime(2026, 2, 5, 2, 15, tzinfo=UTC)
    drawing = person_appearance("Nông Văn #Thí Dụ", "Phó Giám đốc", moment, Box(1, 0, 0, 176, 85), root=TEMPLATES)
    read = subprocess.run(["pdftotext", "-raw", "-", "-"], input=drawing, capture_output=True, check=True)
    text = read.stdout.decode()
    assert "Ký bởi: Nông Văn #Thí Dụ" in text
    assert "05/02/2026 09:15:00" in text


def test_a_warm_press_needs_less_than_a_tenth_of_a_second(paper: dict[str, Any]) -> None:
    render("receipt_note", paper, root=TEMPLATES)
    started = time.perf_counter()
    render("receipt_note", paper, root=TEMPLATES)
    assert time.perf_counter() - started < 0.1
