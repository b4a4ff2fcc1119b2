"""Sign papers as PAdES B-B: the leader first, then the agency's seal as an incremental update of the same file.

Works on bytes and key files, never on the database. A key once opened is kept parsed; it shows in no message or log.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import fields, signers
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from workflow_engine.documents import Box
from workflow_engine.errors import Conflict, Forbidden, NotFound
from workflow_engine.local_time import VIETNAM

SIGNATURE = "signature"
SEAL = "seal"
_Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class SigningKey:
    """An opened key with its certificate and chain; ``serial`` is the certificate's, in upper-case hexadecimal."""

    common_name: str
    serial: str
    certificate: asn1_x509.Certificate = field(repr=False)
    chain: tuple[asn1_x509.Certificate, ...] = field(repr=False)
    private: _Private = field(repr=False)


class _KeptKeySigner(signers.SimpleSigner):
    """SimpleSigner reads its key anew for every signature, which costs RSA 50-100 ms: this one uses the kept key."""

    def __init__(self, key: SigningKey) -> None:
        store = SimpleCertificateStore()
        store.register_multiple(key.chain)
        # pyHanko wants to hold a key; it is given an empty one and never asked to sign with it.
        stand_in = asn1_keys.PrivateKeyInfo()
        super().__init__(signing_cert=key.certificate, signing_key=stand_in, cert_registry=store, embed_roots=False)
        self._kept = key.private

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        digest = getattr(hashes, digest_algorithm.upper())()
        if isinstance(self._kept, ec.EllipticCurvePrivateKey):
            return self._kept.sign(data, ec.ECDSA(digest))
        return self._kept.sign(data, PKCS1v15(), digest)


class _DatedSigner(signers.PdfSigner):
    """PdfSigner writes the clock of the machine; the engine has one clock, and this one writes its time."""

    def __init__(self, *arguments: Any, signed_at: datetime, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._signed_at = signed_at

    def init_signing_session(self, *arguments: Any, **options: Any) -> Any:
        session = super().init_signing_session(*arguments, **options)
        session.system_time = self._signed_at
        return session


def open_key(path: Path, pin: str) -> SigningKey:
    """Open a PKCS#12 file; raises Forbidden when the PIN is wrong and NotFound when there is no such key."""
    try:
        archive = path.read_bytes()
    except FileNotFoundError as error:
        raise NotFound("There is no signing key for you. Ask the administrator to issue one.") from error
    try:
        private, certificate, others = pkcs12.load_key_and_certificates(archive, pin.encode())
    except ValueError as error:
        raise Forbidden("The PIN is not right: nothing was signed. Enter the PIN of your signing key again.") from error
    if not isinstance(private, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) or certificate is None:
        raise Forbidden("This key can not sign. Ask the administrator to issue a new one.")
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return SigningKey(
        common_name=str(names[0].value) if names else "",
        serial=f"{certificate.serial_number:X}",
        certificate=_as_asn1(certificate.public_bytes(serialization.Encoding.DER)),
        chain=tuple(_as_asn1(other.public_bytes(serialization.Encoding.DER)) for other in others),
        private=private,
    )


def _as_asn1(der: bytes) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(der)


def sign(
    pdf: bytes,
    key: SigningKey,
    *,
    field: str,
    box: Box,
    appearance: bytes,
    signed_at: datetime,
    reason: str = "",
    location: str = "",
    reserve: Mapping[str, Box] | None = None,
) -> bytes:
    """Return the paper with one more PAdES B-B signature in the field, drawn as the one-page PDF ``appearance``.

    ``signed_at`` is the aware time written into the signature. ``reserve`` names fields for later signatures: made
    before the first signature, they are no change to it. A field that exists keeps its place whatever ``box`` says.
    Raises Conflict when the field is signed already or the file can not be extended.
    """
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        _prepare_fields(writer, field, {field: box, **(reserve or {})})
        return _sign(writer, key, field, appearance, signed_at, reason, location)
    except PdfError as error:
        raise Conflict("This file can not be signed: {reason}.", reason=str(error)) from error


def _prepare_fields(writer: IncrementalPdfFileWriter, field: str, boxes: Mapping[str, Box]) -> None:
    existing = {name: value for name, value, _ in fields.enumerate_sig_fields(writer.prev)}
    if existing.get(field) is not None:
        raise Conflict("This paper is signed in this place already. Open it again to see the signature.")
    for name, box in boxes.items():
        if name not in existing:
            fields.append_signature_field(writer, _field_spec(name, box))


def _sign(
    writer: IncrementalPdfFileWriter,
    key: SigningKey,
    field: str,
    appearance: bytes,
    signed_at: datetime,
    reason: str,
    location: str,
) -> bytes:
    metadata = signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        reason=reason or None,
        location=location or None,
        name=key.common_name or None,
    )
    signed = BytesIO()
    # pyHanko takes the drawing from a file only; this one is ours alone and gone at the end of the block.
    with tempfile.NamedTemporaryFile(suffix=".pdf") as drawing:
        drawing.write(appearance)
        drawing.flush()
        style = StaticStampStyle.from_pdf_file(drawing.name, border_width=0, background_opacity=1)
        signer = _DatedSigner(
            metadata, signer=_KeptKeySigner(key), stamp_style=style, signed_at=signed_at.astimezone(VIETNAM)
        )
        signer.sign_pdf(writer, output=signed)
    return signed.getvalue()


def _field_spec(name: str, box: Box) -> fields.SigFieldSpec:
    corners = (round(box.x), round(box.y), round(box.x + box.width), round(box.y + box.height))
    return fields.SigFieldSpec(name, on_page=box.page - 1, box=corners, empty_field_appearance=True)
