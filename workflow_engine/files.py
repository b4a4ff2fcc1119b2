"""The store of files: ``<root>/ab/cd/<sha256>``, written once, never changed. The content names the file.

Rules: a file is hashed while it is written and never lies whole in memory; it enters the store only when a confined
child process has said what it is; every refusal is a sentence.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
import unicodedata
import weakref
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO
from urllib.parse import quote

from workflow_engine.config import Config, FileLimits
from workflow_engine.errors import FieldError, InvalidForm

CHUNK = 256 * 1024
WALL_CLOCK_SECONDS = 30
LONGEST_NAME = 120
_INCOMING = "incoming"
_LEFT_OVER_SECONDS = 24 * 3600

ENDINGS: Mapping[str, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "application/xml": (".xml",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
}

TOO_LARGE = "“{filename}” is larger than {megabytes} MB. Compress it or divide it, then upload it again."
TOO_MANY = "A dossier holds at most {most} files. Put several papers into one PDF, then upload it again."
NOT_ACCEPTED = "“{filename}” is not of an accepted kind. Upload one of {accepted}."
UNREADABLE = "“{filename}” can not be read. Open it on your computer, save it as PDF and upload it again."
FAULTS: Mapping[str, str] = {
    "empty": "“{filename}” is empty. Choose the file again.",
    "encrypted": "“{filename}” is protected by a password. Save it without a password and upload it again.",
    "broken": "“{filename}” is damaged or incomplete. Open it on your computer, save it again and upload it.",
    "program": "“{filename}” holds macros or programs, or is of an old Office kind. Save it as PDF and upload that.",
    "archive": "“{filename}” is an archive. Unpack it and upload the papers one by one.",
    "bomb": "“{filename}” is far larger unpacked than a paper needs. Save it as PDF and upload that.",
    "unknown": NOT_ACCEPTED,
}
SENTENCES: tuple[str, ...] = (TOO_LARGE, TOO_MANY, UNREADABLE, *FAULTS.values())


@dataclass(frozen=True)
class StoredFile:
    """A file in the store. ``pages`` is None when the kind of file does not tell."""

    sha256: str
    size: int
    media_type: str
    pages: int | None
    filename: str


class Incoming:
    """A file on its way into the store: hashed while written, beyond the limit only counted, gone if it is not kept.

    A class because the parser of multipart bodies writes into an object with the methods of a file.
    """

    def __init__(self, root: Path, most_bytes: int) -> None:
        folder = root / _INCOMING
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder)
        self.path = Path(name)
        self.size = 0
        self.most_bytes = most_bytes
        self._file = os.fdopen(handle, "w+b")
        self._hash = hashlib.sha256()
        self._forget = weakref.finalize(self, _unlink, name)

    @property
    def is_too_large(self) -> bool:
        return self.size > self.most_bytes

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def write(self, content: bytes) -> int:
        self.size += len(content)
        if not self.is_too_large:
            self._hash.update(content)
            self._file.write(content)
        return len(content)

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)

    def readline(self, size: int = -1) -> bytes:
        return self._file.readline(size)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._file)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def flush_to_disk(self) -> None:
        """On return the bytes survive a power cut."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Forget the file, unless it was moved into the store."""
        self._file.close()
        self._forget()


def _unlink(name: str) -> None:
    Path(name).unlink(missing_ok=True)


def root_of(config: Config) -> Path:
    """The folder of the store."""
    return config.paths.var / "files"


def path_of(root: Path, sha256: str) -> Path:
    """Where the file with this hash lies, or would lie."""
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise ValueError(f"not a SHA-256 in hexadecimal: {sha256!r}")
    return root / sha256[:2] / sha256[2:4] / sha256


def store(root: Path, stream: IO[bytes] | Incoming, filename: str, limits: FileLimits) -> StoredFile:
    """Take a file into the store; InvalidForm (path "") says why not and what to do.

    An ``Incoming`` lies on the disk already and is only examined and moved; any other stream is copied in chunks.
    """
    name = clean_filename(filename)
    incoming = stream if isinstance(stream, Incoming) else Incoming(root, limits.max_bytes)
    try:
        if incoming is not stream:
            while not incoming.is_too_large and (chunk := stream.read(CHUNK)):
                incoming.write(chunk)
        if incoming.is_too_large:
            raise _refusal(TOO_LARGE, filename=name, megabytes=limits.max_bytes // 1_000_000)
        incoming.flush_to_disk()
        media_type, pages = _examined(incoming.path, name, limits)
        _keep(incoming, path_of(root, incoming.sha256))
        return StoredFile(incoming.sha256, incoming.size, media_type, pages, _with_ending(name, media_type))
    finally:
        incoming.close()


def store_own(root: Path, stream: IO[bytes], filename: str = "document.pdf") -> StoredFile:
    """Take a PDF that we made ourselves into the store: it is not examined and has no limit."""
    incoming = Incoming(root, sys.maxsize)
    try:
        while chunk := stream.read(CHUNK):
            incoming.write(chunk)
        incoming.flush_to_disk()
        _keep(incoming, path_of(root, incoming.sha256))
        return StoredFile(incoming.sha256, incoming.size, "application/pdf", None, clean_filename(filename))
    finally:
        incoming.close()


def _keep(incoming: Incoming, target: Path) -> None:
    """Move the file under its name. If it is there already the new copy is dropped: same hash, same content."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(incoming.path, target)
    for folder in (target.parent, target.parent.parent):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _examined(path: Path, name: str, limits: FileLimits) -> tuple[str, int | None]:
    """Media type and pages, by a confined child process: the file comes from strangers."""
    command = [sys.executable, "-s", "-P", "-B", "-m", "workflow_engine.file_kinds", str(path.resolve())]
    environment = {"PYTHONPATH": str(Path(__file__).resolve().parents[1]), "PYTHONUTF8": "1"}
    try:
        child = subprocess.run(command, capture_output=True, timeout=WALL_CLOCK_SECONDS, env=environment, check=True)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise _refusal(UNREADABLE, filename=name) from error
    facts = json.loads(child.stdout)
    accepted = ", ".join(ending for kind in limits.allowed_types for ending in ENDINGS.get(kind, ()))
    if "fault" in facts:
        raise _refusal(FAULTS[facts["fault"]], filename=name, accepted=accepted)
    if facts["media_type"] not in limits.allowed_types:
        raise _refusal(NOT_ACCEPTED, filename=name, accepted=accepted)
    return facts["media_type"], facts["pages"]


def refuse_too_many(count: int, limits: FileLimits) -> None:
    """Raise InvalidForm when a dossier would hold ``count`` files and that is too many."""
    if count > limits.max_files:
        raise _refusal(TOO_MANY, most=limits.max_files)


def _refusal(msgid: str, **params: object) -> InvalidForm:
    return InvalidForm([FieldError("", msgid, dict(params))], msgid, **params)


def clean_filename(filename: str) -> str:
    """The name without folders, control and direction characters, NFC, short, never empty."""
    name = unicodedata.normalize("NFC", filename.encode("utf-8", "replace").decode("utf-8"))
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join("_" if letter in '<>:"|?*' else letter for letter in name if unicodedata.category(letter)[0] != "C")
    name = " ".join(name.split()).strip(". ")
    suffix = PurePosixPath(name).suffix[:10]
    stem = name.removesuffix(suffix)[: LONGEST_NAME - len(suffix)].strip(". ")
    return f"{stem or 'tep'}{suffix}"


def _with_ending(name: str, media_type: str) -> str:
    """The name with an ending that tells the truth about the content."""
    endings = ENDINGS.get(media_type, ())
    return name if not endings or name.lower().endswith(endings) else f"{name}{endings[0]}"


def served_headers(media_type: str, filename: str) -> dict[str, str]:
    """Headers for sending a stored file: always an attachment, with a type that no browser runs."""
    name = clean_filename(filename)
    is_harmless = media_type in ENDINGS and media_type != "application/xml"
    plain = "".join(letter if letter.isascii() and letter not in '\\"%;' else "_" for letter in name)
    return {
        "Content-Type": media_type if is_harmless else "application/octet-stream",
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }


def list_orphans(root: Path, known: Collection[str]) -> list[Path]:
    """Stored files that nothing names any more, and what broken uploads left behind a day ago. Deletes nothing."""
    orphans = [
        path
        for path in sorted(root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"))
        if path.is_file() and path.name not in known
    ]
    latest = time.time() - _LEFT_OVER_SECONDS
    return orphans + [path for path in sorted((root / _INCOMING).glob("*")) if path.stat().st_mtime < latest]
