"""The store of files: what gets in, what is refused with which sentence, how it is served."""

import hashlib
import io
import os
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from workflow_engine import files
from workflow_engine.config import FileLimits
from workflow_engine.errors import InvalidForm

PROJECT = Path(__file__).resolve().parents[2]
LIMITS = FileLimits(max_bytes=2_000_000, max_files=3, allowed_types=tuple(files.ENDINGS)[:3] + tuple(files.ENDINGS)[4:])


def make_pdf(pages: int = 2, password: str = "", script: str = "") -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if script:
        action = DictionaryObject({NameObject("/S"): NameObject("/JavaScript")})
        action[NameObject("/JS")] = TextStringObject(script)
        writer.root_object[NameObject("/OpenAction")] = action
    if password:
        writer.encrypt(password, algorithm="AES-256")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def make_png(width: int = 1, height: int = 1) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(b"\0\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def make_office(**parts: bytes) -> bytes:
    """A .docx; keyword arguments replace or add parts, ``__`` stands for the slash and ``_dot_`` for the dot."""
    content = {
        "[Content_Types].xml": b"<Types/>",
        "word/document.xml": b"<w/>",
        "docProps/app.xml": b"<Pages>7</Pages>",
    }
    content |= {name.replace("__", "/").replace("_dot_", "."): part for name, part in parts.items()}
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return written.getvalue()


def make_zip() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("a.pdf", make_pdf())
    return written.getvalue()


def store(root: Path, content: bytes, filename: str = "Giấy tờ.pdf", limits: FileLimits = LIMITS) -> files.StoredFile:
    return files.store(root, io.BytesIO(content), filename, limits)


def refusal(root: Path, content: bytes, filename: str = "a.pdf", limits: FileLimits = LIMITS) -> str:
    with pytest.raises(InvalidForm) as refused:
        store(root, content, filename, limits)
    assert list((root / "incoming").iterdir()) == [], "a refused file stays nowhere"
    return refused.value.msgid


def test_a_file_lies_under_its_hash_with_its_pages(tmp_path: Path) -> None:
    content = make_pdf(pages=3)
    stored = store(tmp_path, content)
    digest = hashlib.sha256(content).hexdigest()
    assert stored == files.StoredFile(digest, len(content), "application/pdf", 3, "Giấy tờ.pdf")
    path = files.path_of(tmp_path, digest)
    assert path == tmp_path / digest[:2] / digest[2:4] / digest
    assert path.read_bytes() == content


def test_the_same_content_is_kept_once(tmp_path: Path) -> None:
    first, second = store(tmp_path, make_png(), "a.png"), store(tmp_path, make_png(), "b.png")
    assert first.sha256 == second.sha256
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [first.sha256]


def test_the_content_tells_the_kind_not_the_name(tmp_path: Path) -> None:
    stored = store(tmp_path, make_png(), "contract.pdf")
    assert (stored.media_type, stored.filename) == ("image/png", "contract.pdf.png")
    office = store(tmp_path, make_office(), "đơn.docx")
    assert (office.pages, office.filename) == (7, "đơn.docx")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "empty"),
        (make_pdf(password="x"), "encrypted"),
        (make_pdf()[:200], "broken"),
        (b"%PDF-1.7\n" + os.urandom(3000), "broken"),
        (make_pdf(script="app.alert(1)"), "program"),
        (make_pdf() + make_zip(), "archive"),
        (make_zip(), "archive"),
        (b"Rar!\x1a\x07\x00", "archive"),
        (b"\x1f\x8b\x08\x00", "archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "program"),
        (make_office(word__vbaProject_dot_bin=b"x"), "program"),
        (make_office(word__embeddings__oleObject1_dot_bin=b"x"), "program"),
        (make_office(word___rels__settings_dot_xml_dot_rels=b'Type="attachedTemplate"'), "program"),
        (make_office(word__media__image1_dot_png=bytes(5_000_000)), "bomb"),
        (make_office()[:-30], "broken"),
        (make_png(60_000, 60_000), "bomb"),
        (make_png()[:-4], "broken"),
        (b"\xff\xd8\xff\xe0\x00\x01", "broken"),
        (b"MZ\x90\x00", "unknown"),
        (b"<html><script>alert(1)</script>", "unknown"),
    ],
)
def test_what_is_no_paper_is_refused_with_a_sentence(tmp_path: Path, content: bytes, fault: str) -> None:
    assert refusal(tmp_path, content) == files.FAULTS[fault]


def test_a_kind_that_is_not_configured_is_refused(tmp_path: Path) -> None:
    only_pdf = FileLimits(2_000_000, 3, ("application/pdf",))
    assert refusal(tmp_path, make_png(), "a.png", only_pdf) == files.NOT_ACCEPTED
    assert refusal(tmp_path, b"<?xml version='1.0'?><a/>", "a.xml") == files.NOT_ACCEPTED


def test_a_file_over_the_limit_is_refused_by_its_size(tmp_path: Path) -> None:
    with pytest.raises(InvalidForm) as refused:
        store(tmp_path, make_pdf() + bytes(2_000_000), "lớn.pdf")
    assert str(refused.value).startswith("“lớn.pdf” is larger than 2 MB. ")


def test_too_many_files_are_refused() -> None:
    files.refuse_too_many(3, LIMITS)
    with pytest.raises(InvalidForm):
        files.refuse_too_many(4, LIMITS)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\Hồ sơ.pdf", "Hồ sơ.pdf"),
        ("Hồ sơ.pdf", "Hồ sơ.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ('a"\r\nX: y.pdf', "a_X_ y.pdf"),
        ("", "tep"),
        ("...", "tep"),
        ("\ud800.pdf", "_.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_names_are_cleaned(sent: str, kept: str) -> None:
    assert files.clean_filename(sent) == kept


def test_a_file_is_served_as_an_attachment_that_no_browser_runs() -> None:
    headers = files.served_headers("application/pdf", "Giấy phép “1”.pdf")
    assert headers["Content-Disposition"].startswith('attachment; filename="Gi_y ph_p _1_.pdf"; filename*=UTF-8')
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert files.served_headers("text/html", "a.html")["Content-Type"] == "application/octet-stream"


def test_a_hash_that_is_none_names_no_path(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        files.path_of(tmp_path, "../" + "a" * 61)


def test_files_that_nothing_names_are_listed(tmp_path: Path) -> None:
    kept, lost = store(tmp_path, make_pdf(1)), store(tmp_path, make_pdf(2))
    fresh, left_over = tmp_path / "incoming" / "fresh", tmp_path / "incoming" / "old"
    fresh.touch()
    left_over.touch()
    os.utime(left_over, (0, 0))
    assert files.list_orphans(tmp_path, {kept.sha256}) == [files.path_of(tmp_path, lost.sha256), left_over]


@pytest.mark.parametrize(
    ("deed", "outcome"),
    [
        ("bytearray(900_000_000)", "MemoryError"),
        ("socket.create_connection(('127.0.0.1', 1))", "PermissionError"),
        ("open('x', 'w')", "PermissionError"),
        ("subprocess.run(['true'])", "PermissionError"),
    ],
)
def test_the_child_that_reads_a_file_is_confined(tmp_path: Path, deed: str, outcome: str) -> None:
    beginning = "import socket, subprocess\nfrom workflow_engine.confinement import confine\n"
    program = f"{beginning}confine(megabytes=500, cpu_seconds=2)\n{deed}"
    environment = {"PYTHONPATH": str(PROJECT)}
    child = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=tmp_path, capture_output=True, text=True
    )
    assert child.returncode != 0
    assert outcome in child.stderr
