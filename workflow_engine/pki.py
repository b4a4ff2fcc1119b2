"""A demonstration certificate authority: root, issuing CA, certificates of persons and seals of agencies.

Every subject says CHỨNG THƯ THỬ NGHIỆM: nothing signed with it has legal force. Keys are EC P-256: made in a
millisecond (a seed makes dozens), allowed by the rules (ECDSA >= 256), and signing with them has no slow key check as
RSA has. The folder, made by ``create_authority``, is private (mode 700) and its keys have mode 600.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

DEMONSTRATION_MARK = "CHỨNG THƯ THỬ NGHIỆM"
ROOT = "root.pem"
REVOKED = "revoked.pem"
_ISSUING = "issuing"
_BACKDATED = timedelta(days=400)
_YEAR = timedelta(days=365)
_Extension = tuple[x509.ExtensionType, bool]


@dataclass(frozen=True)
class _Authority:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def create_authority(folder: Path, *, now: datetime) -> None:
    """Make the root and the issuing CA in the folder; an authority that is already there stays as it is.

    The certificates hold from 400 days before ``now``, so that a seed may sign papers of the past year.
    """
    if (folder / ROOT).exists() and (folder / f"{_ISSUING}.key").exists():
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    root_key, issuing_key = _new_key(), _new_key()
    root_name = _ca_name("CA gốc thử nghiệm")
    issuing_name = _ca_name("CA cấp phát thử nghiệm")
    root = _certificate(root_name, root_key, root_name, root_key, now, 20, _ca_extensions(1))
    issuing = _certificate(issuing_name, issuing_key, root_name, root_key, now, 15, _ca_extensions(0))
    _write(folder / f"{_ISSUING}.key", _private_pem(issuing_key), private=True)
    _write(folder / f"{_ISSUING}.pem", issuing.public_bytes(serialization.Encoding.PEM))
    _write_revoked(folder, _Authority(issuing, issuing_key), [], now, [_revocations(root_name, root_key, [], now)])
    # Written last: its presence says that the authority is whole. The root's own key is thrown away.
    _write(folder / ROOT, root.public_bytes(serialization.Encoding.PEM))


def trust_anchors(folder: Path) -> list[Path]:
    """Return what ``verification.verify`` needs to judge this authority's signatures: root and revocation lists."""
    return [folder / ROOT, folder / REVOKED]


def issue_person(
    folder: Path, path: Path, *, name: str, title: str, organisation: str, code: str, pin: str, now: datetime
) -> x509.Certificate:
    """Write the key of an official as PKCS#12 under the PIN; ``code`` tells namesakes apart (EN 319 412-2)."""
    surname, _, given = name.rpartition(" ")
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _cut(organisation)),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, DEMONSTRATION_MARK),
            x509.NameAttribute(NameOID.TITLE, _cut(title)),
            x509.NameAttribute(NameOID.SURNAME, _cut(surname or name)),
            x509.NameAttribute(NameOID.GIVEN_NAME, _cut(given)),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, _cut(code)),
            x509.NameAttribute(NameOID.COMMON_NAME, _cut(name)),
        ]
    )
    return _issue(folder, path, subject, pin, now)


def issue_seal(folder: Path, path: Path, *, organisation: str, code: str, pin: str, now: datetime) -> x509.Certificate:
    """Write the key of an agency's seal as PKCS#12 under the PIN; ``code`` is the agency's (EN 319 412-3)."""
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _cut(organisation)),
            x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, _cut(code)),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, DEMONSTRATION_MARK),
            x509.NameAttribute(NameOID.COMMON_NAME, _cut(organisation)),
        ]
    )
    return _issue(folder, path, subject, pin, now)


def revoke(folder: Path, serial_number: int, *, now: datetime) -> None:
    """Put a certificate on the revocation list; one that is on it stays on it."""
    lists = _read_revoked(folder)
    authority = _open_issuing(folder)
    own = [known for known in lists if known.issuer == authority.certificate.subject]
    others = [known for known in lists if known.issuer != authority.certificate.subject]
    entries = [entry for known in own for entry in known]
    if all(entry.serial_number != serial_number for entry in entries):
        builder = x509.RevokedCertificateBuilder().serial_number(serial_number).revocation_date(now)
        entries.append(builder.add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False).build())
    _write_revoked(folder, authority, entries, now, others)


def _issue(folder: Path, path: Path, subject: x509.Name, pin: str, now: datetime) -> x509.Certificate:
    authority = _open_issuing(folder)
    key = _new_key()
    extensions: list[_Extension] = [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_key_usage(digital_signature=True, content_commitment=True), True),
    ]
    certificate = _certificate(subject, key, authority.certificate.subject, authority.key, now, 10, extensions)
    archive = pkcs12.serialize_key_and_certificates(
        None, key, certificate, [authority.certificate], serialization.BestAvailableEncryption(pin.encode())
    )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(path, archive, private=True)
    return certificate


def _certificate(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    now: datetime,
    years: int,
    extensions: Sequence[_Extension],
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + years * _YEAR)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(issuer_key, hashes.SHA256())


def _ca_extensions(path_length: int) -> list[_Extension]:
    return [
        (x509.BasicConstraints(ca=True, path_length=path_length), True),
        (_key_usage(key_cert_sign=True, crl_sign=True), True),
    ]


def _key_usage(**granted: bool) -> x509.KeyUsage:
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")  # fmt: skip
    return x509.KeyUsage(**{name: granted.get(name, False) for name in names})


def _ca_name(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, DEMONSTRATION_MARK),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def _cut(text: str) -> str:
    """Shorten to the 64 characters RFC 5280 allows the parts of a name."""
    return text if len(text) <= 64 else text[:63] + "…"


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _open_issuing(folder: Path) -> _Authority:
    certificate = x509.load_pem_x509_certificate((folder / f"{_ISSUING}.pem").read_bytes())
    key = serialization.load_pem_private_key((folder / f"{_ISSUING}.key").read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the issuing key of the demonstration authority is not an EC key")
    return _Authority(certificate, key)


def _revocations(
    issuer: x509.Name, key: ec.EllipticCurvePrivateKey, entries: Sequence[x509.RevokedCertificate], now: datetime
) -> x509.CertificateRevocationList:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer)
        .last_update(now - _BACKDATED)
        .next_update(now + 10 * _YEAR)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .add_extension(x509.CRLNumber(len(entries) + 1), critical=False)
    )
    for entry in entries:
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(key, hashes.SHA256())


def _write_revoked(
    folder: Path,
    authority: _Authority,
    entries: Sequence[x509.RevokedCertificate],
    now: datetime,
    others: Sequence[x509.CertificateRevocationList],
) -> None:
    lists = [*others, _revocations(authority.certificate.subject, authority.key, entries, now)]
    _write(folder / REVOKED, b"".join(each.public_bytes(serialization.Encoding.PEM) for each in lists))


def _read_revoked(folder: Path) -> list[x509.CertificateRevocationList]:
    end = b"-----END X509 CRL-----\n"
    blocks = (folder / REVOKED).read_bytes().split(end)
    return [x509.load_pem_x509_crl(block + end) for block in blocks if block.strip()]


def _write(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write through a neighbour and a rename: a reader never sees half a key, and a key never has an open mode."""
    neighbour = path.with_name(path.name + ".new")
    neighbour.unlink(missing_ok=True)
    descriptor = os.open(neighbour, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o644)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    neighbour.replace(path)
