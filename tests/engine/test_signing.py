"""Signing: the leader, then the seal; both stay valid, in pyHanko's judgement and in poppler's."""

import logging
import os
import shutil
import stat
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from workflow_engine import pki, signing
from workflow_engine.documents import person_appearance
from workflow_engine.errors import Conflict, Forbidden, NotFound

TEMPLATES = Path(__file__).parents[2] / "forms" / "documents"
PIN = "135790"

needs_poppler = pytest.mark.skipif(
    shutil.which("pdfsig") is None, reason="poppler-utils is not installed: signatures are not checked with pdfsig."
)


@needs_poppler
def test_poppler_finds_both_signatures_valid(signed: Any, tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(signed.sealed)
    found = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=True).stdout
    assert found.count("Signature is Valid.") == 2
    assert found.count("ETSI.CAdES.detached") == 2
    assert "Signer Certificate Common Name: Nông Văn Thí Dụ" in found
    assert "Signature Field Name: seal" in found


@needs_poppler
def test_the_pages_show_signer_and_seal(signed: Any) -> None:
    found = subprocess.run(["pdftotext", "-raw", "-", "-"], input=signed.sealed, capture_output=True, check=True)
    assert "Ký bởi: Nông Văn Thí Dụ" in found.stdout.decode()
    assert "Thời gian ký: 05/02/2026 09:15:00" in found.stdout.decode()


def test_the_seal_is_an_incremental_update(signed: Any) -> None:
    assert signed.by_leader.startswith(signed.rendered.pdf)
    assert signed.sealed.startswith(signed.by_leader)


def test_a_wrong_pin_signs_nothing_and_says_so(authority: Path) -> None:
    with pytest.raises(Forbidden, match="The PIN is not right: nothing was signed"):
        signing.open_key(authority / "leader.p12", "000000")


def test_a_missing_key_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        signing.open_key(tmp_path / "nobody.p12", PIN)


def test_a_key_shows_neither_itself_nor_its_pin(authority: Path, signed: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        key = signing.open_key(authority / "leader.p12", PIN)
        box = signed.rendered.boxes["signature"]
        drawing = person_appearance("A", "B", datetime.now(UTC), box, root=TEMPLATES)
        signing.sign(
            signed.rendered.pdf, key, field="signature", box=box, appearance=drawing, signed_at=datetime.now(UTC)
        )
    assert repr(key) == f"SigningKey(common_name='Nông Văn Thí Dụ', serial='{key.serial}')"
    assert PIN not in caplog.text
    assert "PRIVATE" not in caplog.text.upper()


def test_a_signed_place_can_not_be_signed_again(authority: Path, signed: Any) -> None:
    box = signed.rendered.boxes["signature"]
    drawing = person_appearance("A", "B", datetime.now(UTC), box, root=TEMPLATES)
    key = signing.open_key(authority / "leader.p12", PIN)
    with pytest.raises(Conflict, match="signed in this place already"):
        signing.sign(signed.by_leader, key, field="signature", box=box, appearance=drawing, signed_at=datetime.now(UTC))


@pytest.mark.parametrize("content", [b"", b"no pdf at all", b"%PDF-1.7\ntruncated"])
def test_what_is_no_pdf_is_not_signed(content: bytes, authority: Path, signed: Any) -> None:
    key = signing.open_key(authority / "leader.p12", PIN)
    box = signed.rendered.boxes["signature"]
    with pytest.raises(Conflict, match="can not be signed"):
        signing.sign(content, key, field="signature", box=box, appearance=b"", signed_at=datetime.now(UTC))


def test_keys_are_for_their_owner_only_and_nothing_half_written_stays(authority: Path) -> None:
    for path in authority.iterdir():
        private = path.suffix in (".p12", ".key")
        assert stat.S_IMODE(path.stat().st_mode) == (0o600 if private else 0o644)
    assert {path.suffix for path in authority.iterdir()} == {".p12", ".key", ".pem"}
    assert not os.path.exists(authority / "root.key")


def test_every_certificate_says_that_it_is_for_demonstration(authority: Path) -> None:
    pem = x509.load_pem_x509_certificate((authority / "root.pem").read_bytes())
    assert "CHỨNG THƯ THỬ NGHIỆM" in pem.subject.rfc4514_string()
    key = signing.open_key(authority / "seal.p12", PIN)
    assert "CHỨNG THƯ THỬ NGHIỆM" in key.certificate.subject.human_friendly
    assert "CHỨNG THƯ THỬ NGHIỆM" in key.chain[0].subject.human_friendly


def test_an_authority_that_is_there_stays(authority: Path) -> None:
    before = {path.name: path.read_bytes() for path in authority.iterdir()}
    pki.create_authority(authority, now=datetime.now(UTC))
    assert {path.name: path.read_bytes() for path in authority.iterdir()} == before


def test_long_names_fit_a_certificate(authority: Path, tmp_path: Path) -> None:
    path = tmp_path / "keys" / "long.p12"
    organisation = "Ủy ban Tiêu chuẩn Đo lường Chất lượng Quốc gia, Ban Đánh giá sự phù hợp và Quản lý chất lượng"
    pki.issue_person(
        authority, path, name="Mẫu", title="Trưởng Ban", organisation=organisation, code="1", pin="1" * 6,
        now=datetime.now(UTC),
    )  # fmt: skip
    assert signing.open_key(path, "111111").common_name == "Mẫu"
