"""The judge of a signed PDF, run by verification.py as a child process: file on stdin, trust in PEM files, JSON out.

It gives up the network and everything it does not need before it reads a byte of the file, fetches nothing, opens no
address found in the file, and leaves by a traceback on its own stderr when the file is beyond reading.
"""

import asyncio
import ctypes
import json
import os
import resource
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from asn1crypto import crl, pem, x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from workflow_engine.checks import checks_of
from workflow_engine.pki import DEMONSTRATION_MARK
from workflow_engine.verification import HEADLINES, Report, Signature, Verdict

ENCRYPTED = "This PDF is encrypted and can not be checked. Ask for the document without a password."
_MEGABYTE = 1024 * 1024
_LIMITS = (
    (resource.RLIMIT_AS, 1024 * _MEGABYTE),
    (resource.RLIMIT_CPU, 30),
    (resource.RLIMIT_FSIZE, 0),
    (resource.RLIMIT_NOFILE, 64),
    (resource.RLIMIT_CORE, 0),
)
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_FORBIDDEN = ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostby",
              "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "urllib.", "http.")  # fmt: skip


@dataclass(frozen=True)
class Trust:
    """Root certificates and the revocation lists that are at hand."""

    roots: tuple[x509.Certificate, ...]
    revocations: tuple[crl.CertificateList, ...]


def read_trust(paths: Sequence[Path]) -> Trust:
    roots: list[x509.Certificate] = []
    revocations: list[crl.CertificateList] = []
    for path in paths:
        for kind, _, der in pem.unarmor(path.read_bytes(), multiple=True):
            if kind == "CERTIFICATE":
                roots.append(x509.Certificate.load(der))
            elif kind == "X509 CRL":
                revocations.append(crl.CertificateList.load(der))
    return Trust(tuple(roots), tuple(revocations))


def judge(pdf: bytes, trust: Trust, now: datetime) -> Report:
    """Judge a PDF held in memory; what pyHanko can not read comes out as "unreadable" or as its exception."""
    try:
        reader = PdfFileReader(BytesIO(pdf))
        if reader.encrypted:
            return Report("unreadable", ENCRYPTED)
        found = list(reader.embedded_regular_signatures)
        if not found:
            return Report("unsigned", HEADLINES["unsigned"])
        signatures = tuple(_judge_signature(each, trust, now) for each in found)
    except (PdfError, SignatureValidationError):
        return Report("unreadable", HEADLINES["unreadable"])
    is_known = _has_revocations(found, trust)
    verdict = _verdict(signatures)
    return Report(
        verdict,
        HEADLINES[verdict],
        checks=checks_of(signatures, is_revocation_known=is_known),
        signatures=signatures,
        is_demo=any(signature.is_demo for signature in signatures),
    )


def _judge_signature(embedded: EmbeddedPdfSignature, trust: Trust, now: datetime) -> Signature:
    context = ValidationContext(
        trust_roots=list(trust.roots),
        crls=list(trust.revocations),
        allow_fetching=False,
        # "soft-fail" would pass over lists a certificate does not point to; ours are handed over, not pointed to.
        revocation_mode="require" if _has_revocations([embedded], trust) else "soft-fail",
        moment=now,
    )
    status = asyncio.run(async_validate_pdf_signature(embedded, signer_validation_context=context))
    certificate = status.signing_cert
    names = certificate.subject.native
    is_intact = status.intact and status.valid and _is_change_allowed(status)
    reported = status.signer_reported_dt or embedded.self_reported_timestamp
    return Signature(
        field=embedded.field_name,
        role="seal" if "organization_identifier" in names else "leader",
        common_name=_name(names, "common_name"),
        organisation=_name(names, "organization_name"),
        title=_name(names, "title"),
        signed_at=reported.isoformat() if reported else None,
        is_intact=is_intact,
        is_trusted=status.trusted,
        is_revoked=status.revoked,
        covers_whole_file=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        changes=_changes(status),
        serial=f"{certificate.serial_number:X}",
        issuer=_name(certificate.issuer.native, "common_name"),
        valid_from=certificate.not_valid_before.isoformat(),
        valid_to=certificate.not_valid_after.isoformat(),
        algorithm=f"{status.pkcs7_signature_mechanism}, {status.md_algorithm}",
        has_timestamp=status.timestamp_validity is not None,
        is_demo=DEMONSTRATION_MARK in str(names),
    )


def _is_change_allowed(status: PdfSignatureStatus) -> bool:
    return bool(status.docmdp_ok) and _changes(status) != "other"


def _changes(status: PdfSignatureStatus) -> Literal["none", "signing", "other"]:
    if status.modification_level == ModificationLevel.NONE:
        return "none"
    # Filling of signature fields is the only form filling these papers know.
    if status.modification_level in (ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING):
        return "signing"
    return "other"


def _name(names: dict[str, Any], key: str) -> str:
    value = names.get(key, "")
    return value if isinstance(value, str) else ", ".join(str(each) for each in value)


def _has_revocations(found: Sequence[EmbeddedPdfSignature], trust: Trust) -> bool:
    issuers = {revocation.issuer.hashable for revocation in trust.revocations}
    return all(each.signer_cert.issuer.hashable in issuers for each in found)


def _verdict(signatures: Sequence[Signature]) -> Verdict:
    if any(signature.is_revoked for signature in signatures):
        return "revoked"
    if not all(signature.is_intact and signature.is_trusted for signature in signatures):
        return "invalid"
    # Whatever was added after the last signature was added by nobody: pyHanko allows some of it, a paper does not.
    return "valid" if any(signature.covers_whole_file for signature in signatures) else "invalid"


def _give_up_privileges() -> None:
    for limit, most in _LIMITS:
        resource.setrlimit(limit, (most, most))
    # Where the kernel refuses a name space of one's own, the audit hook alone stands between file and network.
    ctypes.CDLL(None).unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    writes = event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if writes or event.startswith(_FORBIDDEN):
        raise PermissionError(f"the judge of a document may not do this: {event}")


def main() -> None:
    trust = read_trust([Path(argument) for argument in sys.argv[1:]])
    _give_up_privileges()
    report = judge(sys.stdin.buffer.read(), trust, datetime.now(UTC))
    sys.stdout.write(json.dumps(report.as_json()))


if __name__ == "__main__":
    main()
