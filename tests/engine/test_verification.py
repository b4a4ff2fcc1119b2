"""Verification: genuine papers pass, every tampering is found, and no file whatever breaks the judge."""

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pypdf import PdfReader, PdfWriter

from workflow_engine import pki, signing
from workflow_engine.judgement import judge, read_trust
from workflow_engine.verification import MAX_BYTES, verify, verify_command

NOW = datetime.now(UTC)


def outcomes(report: Any) -> dict[str, str]:
    return {check.key: check.outcome for check in report.checks}


def test_a_signed_and_sealed_paper_is_genuine(signed: Any, tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(signed.sealed)
    report = verify(path, pki.trust_anchors(signed.authority))
    assert report.verdict == "valid"
    assert report.is_demo
    leader, seal = report.signatures
    assert (leader.role, leader.common_name, leader.title) == ("leader", "Nông Văn Thí Dụ", "Phó Giám đốc")
    assert (seal.role, seal.organisation) == ("seal", "Sở Khoa học và Công nghệ tỉnh Lạng Sơn")
    assert leader.signed_at == "2026-02-05T09:15:00+07:00"
    assert (leader.changes, leader.covers_whole_file) == ("signing", False)
    assert (seal.changes, seal.covers_whole_file) == ("none", True)
    assert leader.serial == signing.open_key(signed.authority / "leader.p12", "135790").serial
    assert outcomes(report) == {
        "content": "passed",
        "leader_signature": "passed",
        "agency_seal": "passed",
        "certificates": "passed",
        "timestamp": "absent",
        "in_force": "unknown",
    }
    sentence = report.checks[1].msgid.format_map(report.checks[1].params)
    assert sentence == "Nông Văn Thí Dụ, Phó Giám đốc, signed at 09:15:00 05/02/2026."
    assert json.loads(json.dumps(report.as_json()))["verdict"] == "valid"


def judged(pdf: bytes, authority: Path) -> Any:
    return judge(pdf, read_trust(pki.trust_anchors(authority)), NOW)


def test_a_paper_without_seal_yet_says_so(signed: Any) -> None:
    report = judged(signed.by_leader, signed.authority)
    assert (report.verdict, outcomes(report)["agency_seal"]) == ("valid", "absent")


def test_without_revocation_list_nobody_claims_that_nothing_was_revoked(signed: Any) -> None:
    report = judge(signed.sealed, read_trust([signed.authority / "root.pem"]), NOW)
    assert outcomes(report)["certificates"] == "unknown"


def test_a_changed_byte_is_reported(signed: Any, tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    middle = len(signed.rendered.pdf) // 2
    path.write_bytes(signed.sealed[:middle] + bytes([signed.sealed[middle] ^ 1]) + signed.sealed[middle + 1 :])
    report = verify(path, pki.trust_anchors(signed.authority))
    assert report.verdict == "invalid"
    assert outcomes(report)["content"] == "failed"


def covered_ranges(pdf: bytes) -> list[range]:
    """The bytes the last signature covers: everything but its own hexadecimal string."""
    reader = PdfReader(BytesIO(pdf))
    ranges = [field["/V"]["/ByteRange"] for field in (reader.get_fields() or {}).values()]
    first, length, second, rest = max(ranges, key=lambda each: int(each[2]))
    return [range(first, first + length), range(second, second + rest)]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_flipped_bit_in_the_covered_range_breaks_the_verdict(signed: Any, data: st.DataObject) -> None:
    before, after = covered_ranges(signed.sealed)
    place = data.draw(st.integers(before.start, before.stop - 1) | st.integers(after.start, after.stop - 1))
    changed = bytearray(signed.sealed)
    changed[place] ^= 1 << data.draw(st.integers(0, 7))
    try:
        verdict = judged(bytes(changed), signed.authority).verdict
    except Exception:  # noqa: BLE001 - whatever stops the judge stops its process, which the report calls unreadable
        verdict = "unreadable"
    assert verdict in ("invalid", "unreadable", "unsigned")


def edited(pdf: bytes, edit: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    edit(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _overprint(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    while "/Kids" in page:
        page = page["/Kids"][0].get_object()
    stream = generic.StreamObject(stream_data=b"1 0 0 rg 100 400 200 100 re f")
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), writer.add_object(stream)])
    writer.update_container(page)


def _add_field(writer: IncrementalPdfFileWriter) -> None:
    append_signature_field(writer, SigFieldSpec("extra", box=(100, 400, 300, 500), empty_field_appearance=True))


@pytest.mark.parametrize("edit", [_overprint, _add_field])
def test_an_edit_added_after_signing_is_reported(edit: Callable[[IncrementalPdfFileWriter], None], signed: Any) -> None:
    report = judged(edited(signed.sealed, edit), signed.authority)
    assert report.verdict == "invalid"
    assert outcomes(report)["content"] == "failed"
    assert not any(signature.covers_whole_file for signature in report.signatures)


def test_bytes_appended_after_signing_are_reported(signed: Any) -> None:
    assert judged(signed.sealed + b"\n%more\n", signed.authority).verdict == "invalid"


def test_a_stranger_s_certificate_is_not_trusted(
    signed: Any, sign_twice: Callable[[Path], Any], tmp_path: Path
) -> None:
    pki.create_authority(tmp_path, now=NOW)
    report = judged(signed.sealed, tmp_path)
    assert (report.verdict, outcomes(report)["certificates"]) == ("invalid", "failed")
    assert judge(signed.sealed, read_trust([]), NOW).verdict == "invalid"


def test_a_revoked_certificate_is_reported(sign_twice: Callable[[Path], Any], tmp_path: Path) -> None:
    pki.create_authority(tmp_path, now=NOW)
    pki.issue_person(
        tmp_path, tmp_path / "leader.p12", name="A B", title="C", organisation="D", code="E", pin="135790", now=NOW
    )
    seal = pki.issue_seal(tmp_path, tmp_path / "seal.p12", organisation="D", code="F", pin="135790", now=NOW)
    paper = sign_twice(tmp_path)
    assert judged(paper.sealed, tmp_path).verdict == "valid"
    pki.revoke(tmp_path, seal.serial_number, now=NOW)
    report = judged(paper.sealed, tmp_path)
    assert report.verdict == "revoked"
    assert [signature.is_revoked for signature in report.signatures] == [False, True]


def test_an_expired_certificate_is_not_trusted(signed: Any) -> None:
    later = NOW.replace(year=NOW.year + 12, day=1)
    assert judge(signed.sealed, read_trust([signed.authority / "root.pem"]), later).verdict == "invalid"


def test_a_paper_without_signature_is_called_that(signed: Any) -> None:
    assert judged(signed.rendered.pdf, signed.authority).verdict == "unsigned"


def _encrypted(pdf: bytes) -> bytes:
    writer = PdfWriter(clone_from=BytesIO(pdf))
    writer.encrypt("secret", algorithm="AES-256")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


_TABLE = b"0000000000 65535 f \n0000000009 00000 n \ntrailer\n<</Size 2/Root 1 0 R>>\nstartxref\n500024\n%%EOF\n"


@pytest.mark.parametrize("kind", ["empty", "text", "zip", "truncated", "garbage_after_head", "nested"])
def test_a_file_beyond_reading_gives_a_report(kind: str, signed: Any, tmp_path: Path) -> None:
    content = {
        "empty": b"",
        "text": b"Day khong phai PDF",
        "zip": b"PK\x03\x04" + bytes(200),
        "truncated": signed.sealed[: len(signed.sealed) // 3],
        "garbage_after_head": b"%PDF-1.7\n" + bytes(range(256)) * 40,
        "nested": b"%PDF-1.7\n1 0 obj\n" + b"[" * 500_000 + b"\nendobj\nxref\n0 2\n" + _TABLE,
    }[kind]
    path = tmp_path / "file.pdf"
    path.write_bytes(content)
    report = verify(path, pki.trust_anchors(signed.authority))
    assert report.verdict == "unreadable"
    assert len(report.sha256) == 64


def test_an_encrypted_paper_is_called_that(signed: Any) -> None:
    report = judged(_encrypted(signed.rendered.pdf), signed.authority)
    assert report.verdict == "unreadable"
    assert "encrypted" in report.msgid


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.pdf"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    report = verify(path, [])
    assert report.verdict == "unreadable"
    assert report.msgid.format_map(report.params).startswith("This file is larger than 100 MB")


LIMITED = """
import socket, sys, subprocess
from workflow_engine.judgement import _give_up_privileges
_give_up_privileges()
for attempt in (
    lambda: socket.create_connection(("127.0.0.1", {port}), 1),
    lambda: socket.getaddrinfo("example.vn", 80),
    lambda: subprocess.run(["true"]),
    lambda: open({path!r}, "w"),
    lambda: bytearray(2 << 30),
):
    try:
        attempt()
    except (OSError, MemoryError) as error:
        print(type(error).__name__)
    else:
        print("done")
"""


def test_the_judge_has_no_network_writes_nothing_and_starts_nothing(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        program = LIMITED.format(port=listener.getsockname()[1], path=str(tmp_path / "written"))
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["PermissionError"] * 4 + ["MemoryError"]
    assert not (tmp_path / "written").exists()
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 0


def test_the_command_answers_with_its_exit_code(
    signed: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(signed.sealed)
    assert verify_command(path, pki.trust_anchors(signed.authority), False) == 0
    assert "VALID: The document is genuine" in capsys.readouterr().out
    assert verify_command(path, [], True) == 1
    assert json.loads(capsys.readouterr().out)["verdict"] == "invalid"
    assert verify_command(tmp_path / "none.pdf", [], False) == 2
    assert verify_command(path, [tmp_path / "none.pem"], False) == 2
    assert "none.pem" in capsys.readouterr().err
