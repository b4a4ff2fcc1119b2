"""Reading packages: complete, deterministic, and safe against hostile files."""

import time
from pathlib import Path

import pytest

from workflow_engine.definitions import (
    ModelRefused,
    Package,
    XmlLimits,
    parse_bpmn,
    parse_facts,
    read_model,
    read_package,
)
from workflow_engine.definitions.xml import read_bytes

ROOT = Path(__file__).resolve().parents[2]
PROCEDURE = "testing_registration_issue"
BOMB = b"""<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY c "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]><b>&d;</b>"""
EXTERNAL = b"""<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/passwd">]><b>&a;</b>"""


def package() -> Package:
    return read_package(ROOT / "bpmn", ROOT / "forms", PROCEDURE)


def refusal(content: bytes) -> str:
    with pytest.raises(ModelRefused) as caught:
        parse_bpmn(content, "x.bpmn", XmlLimits(max_bytes=1_000_000, max_depth=50, max_elements=10_000))
    return str(caught.value)


def test_a_package_holds_what_its_model_uses_transitively() -> None:
    files = set(package().files)
    assert f"bpmn/procedures/{PROCEDURE}/procedure.toml" in files
    assert {"bpmn/shared/stop_dossier.bpmn", "bpmn/decisions/sign_level.dmn"} <= files


def test_a_package_survives_storing_and_its_hash_says_so() -> None:
    original = package()
    stored = original.to_bytes()
    assert Package.from_bytes(stored) == original
    assert stored == package().to_bytes()


def test_one_changed_byte_changes_the_hash(tmp_path: Path) -> None:
    original = package()
    files = dict(original.files)
    files[original.model_file] = files[original.model_file].replace(b"</bpmn:definitions>", b"</bpmn:definitions>\n")
    for path, content in files.items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    assert read_package(tmp_path / "bpmn", tmp_path / "forms", PROCEDURE).hash != original.hash


def test_a_stored_package_that_is_damaged_is_refused() -> None:
    with pytest.raises(ModelRefused, match="publish the procedure again"):
        Package.from_bytes(package().to_bytes()[:500])


def test_a_missing_procedure_is_refused_with_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelRefused, match="bpmn/procedures/nothing"):
        read_package(tmp_path, tmp_path, "nothing")


def test_the_facts_are_typed() -> None:
    facts = package().facts
    assert (facts.deadline.days, facts.deadline.unit, facts.deadline.clock_policy) == (10, "working", "RESTART")
    assert facts.authority.unit == "quality_management"
    assert [document.key for document in facts.documents][0] == "application"
    assert facts.raw["supplement"]["max_requests"] == facts.supplement.max_requests == 1


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        (b"days        = 10", b"days        = '10'", "deadline.days"),
        (b'unit        = "working"\nstarts', b'unit        = "weeks"\nstarts', "deadline.unit"),
        (b'clock_policy = "RESTART"', b"", "deadline.clock_policy"),
        (b'key = "staff_file"', b'key = "application"', "documents"),
        (b"effective_from = 2025-07-01", b'effective_from = "soon"', "effective_from"),
        (b"[supplement]", b"[supplements]", "supplement"),
        (b"required = true", b'required = "yes"', "documents.0.required"),
    ],
)
def test_a_wrong_fact_is_named_by_its_key(before: bytes, after: bytes, key: str) -> None:
    original = package().files[f"bpmn/procedures/{PROCEDURE}/procedure.toml"]
    assert before in original
    with pytest.raises(ModelRefused) as caught:
        parse_facts(original.replace(before, after), "procedure.toml")
    assert key in [problem.element for problem in caught.value.problems]


def test_facts_that_are_not_toml_are_refused() -> None:
    with pytest.raises(ModelRefused, match="TOML"):
        parse_facts(b"days = = 3\xff", "procedure.toml")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (BOMB, "DOCTYPE"),
        (EXTERNAL, "DOCTYPE"),
        ("<!DOCTYPE b SYSTEM 'x.dtd'><b/>".encode("utf-16"), "DOCTYPE"),
        (b"", "not well-formed"),
        (b"PK\x03\x04 not xml", "not well-formed"),
        (b"<?xml version='1.0' encoding='no-such'?><b/>", "encoding"),
        (b"<?xml version='1.0' encoding='UTF-8'?><b>\xff\xfe</b>", "not well-formed"),
        (b"<html/>", "bpmn:definitions"),
        (b"<a>" * 60 + b"</a>" * 60, "nested too deeply"),
        (b"<b>" + b"<a/>" * 10_001 + b"</b>", "too many elements"),
        (b"<b>" + b" " * 1_000_001 + b"</b>", "larger than"),
    ],
)
def test_a_hostile_or_broken_file_is_refused_with_a_sentence(content: bytes, words: str) -> None:
    assert words in refusal(content)


def test_a_truncated_model_is_refused_wherever_it_is_cut() -> None:
    original = package()
    content = original.files[original.model_file]
    for length in range(0, len(content) - 20, 2_500):
        assert "not well-formed" in refusal(content[:length])


def test_a_file_of_50_megabytes_is_refused_at_once(tmp_path: Path) -> None:
    large = tmp_path / "large.bpmn"
    with large.open("wb") as stream:
        stream.truncate(50 * 1024 * 1024)
    started = time.perf_counter()
    with pytest.raises(ModelRefused, match="larger than"):
        read_bytes(large, "large.bpmn")
    assert time.perf_counter() - started < 1


def test_the_model_knows_lanes_boundary_events_and_extensions() -> None:
    original = package()
    process = read_model(original.files[original.model_file], original.model_file).process(PROCEDURE)
    assert process is not None
    nodes = {node.id: node for node in process.nodes}
    assert nodes["appraise_scope"].lane_id == "specialist"
    assert nodes["appraise_scope"].extension.form_key == f"{PROCEDURE}/appraise_scope"
    assert nodes["returned"].attached_to == "issue_result"
    assert nodes["returned"].events[0].name == "returned_for_appraisal"
    assert nodes["withdrawal_requested"].events[0].correlation_key == "=dossier.code"
    assert nodes["withdrawal_requested"].lane_id == "system"
    assert not nodes["deadline_near"].is_interrupting
