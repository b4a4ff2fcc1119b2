"""What a file really is, by its content: run as a confined child, ``python -m workflow_engine.file_kinds PATH``.

Prints one JSON object: ``media_type`` and ``pages``, or ``fault`` with one of the words of FAULTS. A traceback and an
exit code other than 0 mean that the file is beyond reading.
"""

import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

from workflow_engine.confinement import MEGABYTE, confine

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
XML = "application/xml"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FAULTS = ("empty", "encrypted", "broken", "program", "archive", "bomb", "unknown")

MOST_PIXELS = 200_000_000
MOST_ENTRIES = 5_000
MOST_UNPACKED = 500 * MEGABYTE
MOST_RATIO = 200
_PROGRAMS = re.compile(r"(^|/)(vbaproject[^/]*\.bin|vbadata\.xml|activex/.*|embeddings/[^/]*\.(bin|exe|js|vbs))$", re.I)
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF")


class Fault(Exception):
    """The file is refused; the first argument is one of FAULTS."""


def examine(file: BinaryIO) -> dict[str, Any]:
    """The facts of a file that is open for reading; raises Fault, or whatever a reader raises on nonsense."""
    head = file.read(1024)
    if not head:
        raise Fault("empty")
    if head.startswith(b"%PDF-"):
        return {"media_type": PDF, "pages": _pages_of_pdf(file)}
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        _check_png(head, file)
        return {"media_type": PNG, "pages": 1}
    if head.startswith(b"\xff\xd8\xff"):
        _check_jpeg(file)
        return {"media_type": JPEG, "pages": 1}
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        # The old Office container: it may hold macros, and an encrypted .docx lies in one.
        raise Fault("program")
    if head.startswith(b"PK\x03\x04"):
        return _office(file)
    if head.startswith(_ARCHIVES) or head[257:262] == b"ustar":
        raise Fault("archive")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml"):
        return {"media_type": XML, "pages": None}
    raise Fault("unknown")


def _pages_of_pdf(file: BinaryIO) -> int:
    # Imported where it is needed: it takes longer than all the rest of this process.
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    if zipfile.is_zipfile(file):
        raise Fault("archive")
    file.seek(0)
    try:
        reader = PdfReader(file)
        if reader.is_encrypted:
            raise Fault("encrypted")
        catalog = reader.root_object
        names = catalog.get("/Names")
        if "/AA" in catalog or (names is not None and "/JavaScript" in names.get_object()):
            raise Fault("program")
        action = catalog.get("/OpenAction")
        action = action.get_object() if action is not None else None
        if isinstance(action, dict) and action.get("/S") in ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData"):
            raise Fault("program")
        pages = len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise Fault("broken") from error
    if pages < 1:
        raise Fault("broken")
    return pages


def _check_png(head: bytes, file: BinaryIO) -> None:
    file.seek(-12, 2)
    if head[12:16] != b"IHDR" or file.read(12)[4:8] != b"IEND":
        raise Fault("broken")
    if int.from_bytes(head[16:20], "big") * int.from_bytes(head[20:24], "big") > MOST_PIXELS:
        raise Fault("bomb")


def _check_jpeg(file: BinaryIO) -> None:
    """Follow the segments to the frame header, which tells the size of the picture."""
    file.seek(2)
    for _ in range(1_000):
        marker = file.read(2)
        if len(marker) < 2 or marker[0] != 0xFF:
            raise Fault("broken")
        length = int.from_bytes(file.read(2), "big")
        if 0xC0 <= marker[1] <= 0xCF and marker[1] not in (0xC4, 0xC8, 0xCC):
            frame = file.read(5)
            if int.from_bytes(frame[1:3], "big") * int.from_bytes(frame[3:5], "big") > MOST_PIXELS:
                raise Fault("bomb")
            return
        if length < 2:
            raise Fault("broken")
        file.seek(length - 2, 1)
    raise Fault("broken")


def _office(file: BinaryIO) -> dict[str, Any]:
    try:
        archive = zipfile.ZipFile(file)
    except zipfile.BadZipFile as error:
        raise Fault("broken") from error
    entries = archive.infolist()
    packed = sum(entry.compress_size for entry in entries)
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * packed + MEGABYTE:
        raise Fault("bomb")
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" not in names:
        raise Fault("archive")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Fault("encrypted")
    declared = _part(archive, "[Content_Types].xml")
    template = _part(archive, "word/_rels/settings.xml.rels") if "word/_rels/settings.xml.rels" in names else b""
    if any(_PROGRAMS.search(name) for name in names) or b"macroEnabled" in declared or b"attachedTemplate" in template:
        raise Fault("program")
    for part, media_type in (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX)):
        if part in names:
            return {"media_type": media_type, "pages": _pages_of_office(archive, names)}
    raise Fault("archive")


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(MEGABYTE)


def _pages_of_office(archive: zipfile.ZipFile, names: set[str]) -> int | None:
    """What the writing program noted; None when it did not."""
    if "docProps/app.xml" not in names:
        return None
    found = re.search(rb"<Pages>(\d{1,6})</Pages>", _part(archive, "docProps/app.xml"))
    return int(found[1]) if found else None


def main() -> None:
    with Path(sys.argv[1]).open("rb") as file:
        confine(megabytes=768, cpu_seconds=15)
        try:
            facts = examine(file)
        except Fault as fault:
            facts = {"fault": str(fault)}
        except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError):
            facts = {"fault": "broken"}
    sys.stdout.write(json.dumps(facts))


if __name__ == "__main__":
    main()
