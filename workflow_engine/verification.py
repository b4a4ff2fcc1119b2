"""Is a signed PDF genuine? ``verify`` gives a report for any file whatever: broken, huge, encrypted or no PDF at all.

The file is judged in a child process with limits on memory, time and files and without a network (judgement.py): it
comes from strangers. A report is plain sentences (msgids with parameters) and facts, ready for JSON.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

Verdict = Literal["valid", "revoked", "invalid", "unsigned", "unreadable"]
Outcome = Literal["passed", "failed", "unknown", "absent"]

MAX_BYTES = 100 * 1024 * 1024
_WALL_CLOCK_SECONDS = 40
_HEAD = 1024
_CHUNK = 1024 * 1024

UNREADABLE = "This file can not be read as a PDF. Check that it is complete and choose it again."
TOO_LARGE = "This file is larger than {megabytes} MB and was not read. Choose the document as it was issued."
TOO_COSTLY = "Reading this file took more time or memory than a document needs: it was not judged."
HEADLINES: Mapping[Verdict, str] = {
    "valid": "The document is genuine: every signature on it is valid and nothing was changed after signing.",
    "revoked": "The certificate of a signer was revoked: do not rely on this document, ask the agency that issued it.",
    "invalid": "The document is not genuine as it is: see the check that failed, and ask the agency that issued it.",
    "unsigned": "This PDF carries no digital signature: nothing can be said about where it comes from.",
    "unreadable": UNREADABLE,
}


@dataclass(frozen=True)
class Check:
    """One line of the report: ``title`` names what was checked, ``msgid`` with ``params`` says what was found."""

    key: str
    outcome: Outcome
    title: str
    msgid: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Signature:
    """One signature as found; ``role`` follows the certificate (EN 319 412-3: an organisation's is a seal).

    Times are ISO 8601; ``signed_at`` is what the signer's system said, ``serial`` is hexadecimal. ``changes`` is what
    came into the file after it: "none", "signing" (further signatures), "other".
    """

    field: str
    role: Literal["leader", "seal"]
    common_name: str
    organisation: str
    title: str
    signed_at: str | None
    is_intact: bool
    is_trusted: bool
    is_revoked: bool
    covers_whole_file: bool
    changes: Literal["none", "signing", "other"]
    serial: str
    issuer: str
    valid_from: str
    valid_to: str
    algorithm: str
    has_timestamp: bool
    is_demo: bool


@dataclass(frozen=True)
class Report:
    """The judgement of one file; ``sha256`` and ``size`` are of the file as it was given."""

    verdict: Verdict
    msgid: str
    params: Mapping[str, str] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    signatures: tuple[Signature, ...] = ()
    sha256: str = ""
    size: int = 0
    is_demo: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def verify(path: Path, trust: Sequence[Path]) -> Report:
    """Judge the PDF at ``path``; ``trust`` are PEM files with root certificates and revocation lists.

    Raises OSError when the file or a trust file can not be opened; anything wrong inside the file is in the report.
    """
    anchors = [str(anchor.resolve(strict=True)) for anchor in trust]
    # Unbuffered: the child reads on where the descriptor stands.
    with path.open("rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        if size > MAX_BYTES:
            return Report("unreadable", TOO_LARGE, {"megabytes": str(MAX_BYTES // _CHUNK)}, size=size)
        digest = hashlib.sha256()
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
        unread = Report("unreadable", UNREADABLE, sha256=digest.hexdigest(), size=size)
        file.seek(0)
        if b"%PDF-" not in file.read(_HEAD):
            return unread
        file.seek(0)
        try:
            child = subprocess.run(
                [sys.executable, "-s", "-P", "-B", "-m", "workflow_engine.judgement", *anchors],
                stdin=file,
                capture_output=True,
                timeout=_WALL_CLOCK_SECONDS,
                env={"PYTHONPATH": str(Path(__file__).resolve().parents[1]), "PYTHONUTF8": "1"},
                check=False,
            )
        except subprocess.TimeoutExpired:
            return replace(unread, msgid=TOO_COSTLY)
    if child.returncode < 0 or b"MemoryError" in child.stderr:
        return replace(unread, msgid=TOO_COSTLY)
    if child.returncode != 0:
        return unread
    return replace(_from_json(json.loads(child.stdout)), sha256=unread.sha256, size=size)


def _from_json(found: dict[str, Any]) -> Report:
    checks = tuple(Check(**check) for check in found.pop("checks"))
    signatures = tuple(Signature(**signature) for signature in found.pop("signatures"))
    return Report(**found, checks=checks, signatures=signatures)


def verify_command(path: Path, trust: Sequence[Path], as_json: bool) -> int:
    """Print the report of one file; returns the exit code: 0 valid, 1 not valid, 2 a file can not be opened."""
    try:
        report = verify(path, trust)
    except OSError as error:
        sys.stderr.write(f"Cannot open {error.filename}: {error.strerror}.\n")
        return 2
    lines = [json.dumps(report.as_json(), ensure_ascii=False, indent=2)] if as_json else _lines(report)
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if report.verdict == "valid" else 1


def _lines(report: Report) -> list[str]:
    lines = [f"{report.verdict.upper()}: {report.msgid.format_map(report.params)}"]
    lines += [f"  [{check.outcome}] {check.title}: {check.msgid.format_map(check.params)}" for check in report.checks]
    for signature in report.signatures:
        lines.append(
            f"  {signature.role}: {signature.common_name}, {signature.organisation},"
            f" certificate {signature.serial}, issued by {signature.issuer}"
        )
    if report.is_demo:
        lines.append("  Signed with demonstration certificates: no legal force.")
    return lines
