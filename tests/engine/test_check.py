"""`check`: our procedure passes; each thing the engine would not run as the standard says is refused by name."""

import re
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from check_cases import (
    CONDITION,
    ENGINE_REFUSALS,
    FORK,
    GATE,
    HEAD,
    HOUSE_REFUSALS,
    JOB,
    MAIN,
    PROCEDURE,
    TAIL,
    TIMER,
    USER,
    extended,
    start_to_end,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workflow_engine.definitions import Package, Problem, make_package, read_package
from workflow_engine.definitions.check import check, check_all
from workflow_engine.definitions.rules.registry import RULES
from workflow_engine.definitions.rules.unsupported import UNSUPPORTED

ROOT = Path(__file__).resolve().parents[2]
MODELS = Path(__file__).resolve().parents[1] / "models"
OPERATORS = frozenset({
    "notifications.warn_reception_head", "notifications.escalate_overdue", "notifications.remind_applicant",
    "notifications.notify_result", "documents.issue_receipt", "documents.send_supplement_request",
    "documents.send_stop_notice", "documents.send_apology", "dossiers.deliver_electronic_result", "dossiers.close",
    "registers.record_certificate",
})  # fmt: skip


def check_model(tmp_path: Path, body: str) -> list[Problem]:
    place = tmp_path / "p.bpmn"
    place.write_text(HEAD + body + TAIL, encoding="utf-8")
    return check(place, OPERATORS)


@pytest.mark.parametrize(
    ("body", "rule", "element"), [row[1:] for row in ENGINE_REFUSALS], ids=[row[0] for row in ENGINE_REFUSALS]
)
def test_what_the_engine_would_not_run_is_refused(tmp_path: Path, body: str, rule: str, element: str) -> None:
    problems = check_model(tmp_path, body)
    assert (rule, element) in [(problem.rule, problem.element) for problem in problems], problems
    found = next(problem for problem in problems if (problem.rule, problem.element) == (rule, element))
    assert found.file.endswith("p.bpmn")
    assert found.sentence.rstrip(")").endswith(".") or "(" in found.sentence
    assert "{" not in found.sentence


@pytest.mark.parametrize(
    "body",
    [
        FORK.format(split="parallelGateway", default="", condition="", join="parallelGateway"),
        start_to_end("<bpmn:task ID/>", USER, extended("serviceTask", JOB)),
        GATE.format(default='default="fb"', condition=CONDITION.format("=x &gt; 1")),
        start_to_end('<bpmn:receiveTask ID messageRef="m"/>')
        + '<bpmn:boundaryEvent id="b" attachedToRef="n0">'
        + TIMER.format("<bpmn:timeDuration>P3DT4H</bpmn:timeDuration>")
        + '</bpmn:boundaryEvent><bpmn:endEvent id="late"/><bpmn:sequenceFlow id="x" sourceRef="b" targetRef="late"/>',
        '<bpmn:task id="a"/><bpmn:task id="b"/><bpmn:sequenceFlow id="f" sourceRef="a" targetRef="b"/>',
    ],
    ids=["parallel", "tasks", "decision", "timer", "implicit start and end"],
)
def test_what_the_engine_runs_passes(tmp_path: Path, body: str) -> None:
    assert check_model(tmp_path, body) == []


@cache
def package() -> Package:
    return read_package(ROOT / "bpmn", ROOT / "forms", PROCEDURE)


def changed(file: str, before: str, after: str) -> Package:
    files = dict(package().files)
    text = files[file].decode("utf-8")
    assert before in text
    return make_package(PROCEDURE, files | {file: text.replace(before, after).encode("utf-8")})


@pytest.mark.parametrize(
    ("file", "before", "after", "rule", "element"),
    [row[1:] for row in HOUSE_REFUSALS],
    ids=[row[0] for row in HOUSE_REFUSALS],
)
def test_what_the_house_does_not_allow_is_refused(file: str, before: str, after: str, rule: str, element: str) -> None:
    problems = check(changed(file, before, after), OPERATORS)
    assert (rule, element) in [(problem.rule, problem.element) for problem in problems], problems


def test_our_procedure_passes() -> None:
    assert [str(problem) for problem in check(package(), OPERATORS)] == []


def test_a_tree_of_models_is_checked_procedure_by_procedure() -> None:
    assert [Path(checked.name).name for checked in check_all([ROOT / "bpmn"], OPERATORS)] == [PROCEDURE]


def test_a_shared_process_is_checked_with_the_procedures_that_use_it() -> None:
    (checked,) = check_all([ROOT / "bpmn" / "shared" / "receive_dossier.bpmn"], OPERATORS)
    assert (Path(checked.name).name, checked.problems, checked.not_applicable) == (PROCEDURE, (), ())


def test_a_procedure_without_facts_is_told_so(tmp_path: Path) -> None:
    folder = tmp_path / "bpmn" / "procedures" / "p"
    folder.mkdir(parents=True)
    (folder / "p.bpmn").write_text(HEAD + start_to_end(USER) + TAIL, encoding="utf-8")
    for target in (tmp_path / "bpmn", folder, folder / "p.bpmn"):
        assert ["procedure.toml is missing" in str(problem) for problem in check(target, OPERATORS)] == [True]


def test_a_problem_names_file_line_element_and_rule() -> None:
    problems = check(changed(MAIN, 'name="dossier_state" value="3"', 'name="dossier_state" value="x"'), OPERATORS)
    assert re.match(
        rf"{MAIN}:\d+: not_accepted: The property dossier_state is x .*\[property.value\]$", str(problems[0])
    )


@pytest.mark.parametrize("place", sorted(MODELS.glob("*.bpmn")), ids=lambda place: place.stem)
def test_a_foreign_model_gives_a_report_without_house_rules(place: Path) -> None:
    (checked,) = check_all([place], OPERATORS)
    assert checked.problems
    assert "task.role" in checked.not_applicable
    assert not {problem.rule for problem in checked.problems} & set(checked.not_applicable)


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff", b"<html/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"<a><b></a>"]
)
def test_an_unreadable_file_is_one_problem(tmp_path: Path, content: bytes) -> None:
    place = tmp_path / "x.bpmn"
    place.write_bytes(content)
    assert [problem.rule for problem in check(place, OPERATORS)] == ["xml"]


def test_a_missing_file_is_one_problem(tmp_path: Path) -> None:
    assert [problem.rule for problem in check(tmp_path / "none.bpmn", OPERATORS)] == ["xml"]


def test_a_model_of_many_thousand_nodes_is_refused_soon(tmp_path: Path) -> None:
    started = time.perf_counter()
    problems = check_model(tmp_path, start_to_end(*["<bpmn:task ID/>"] * 30_000))
    assert [problem.rule for problem in problems] == ["xml"]
    assert time.perf_counter() - started < 5


def test_a_model_at_the_limit_is_checked_soon(tmp_path: Path) -> None:
    started = time.perf_counter()
    fork = '<bpmn:parallelGateway id="g"/>' + "".join(
        f'<bpmn:task id="t{n}"/><bpmn:sequenceFlow id="a{n}" sourceRef="g" targetRef="t{n}"/>' for n in range(200)
    )
    assert check_model(tmp_path, fork + start_to_end(*["<bpmn:task ID/>"] * 2_000))
    assert time.perf_counter() - started < 10


def _cut(content: bytes, at: int, length: int) -> bytes:
    return content[:at] + content[at + length :]


def _swap(content: bytes, at: int, length: int) -> bytes:
    """Exchange two quoted attribute values: the XML stays well-formed, the model does not."""
    values = list(re.finditer(rb'"[^"<>]*"', content))
    one, other = values[at % len(values)], values[(at + length) % len(values)]
    first, second = sorted((one, other), key=lambda match: match.start())
    if first.start() == second.start():
        return content
    middle = content[first.end() : second.start()]
    return content[: first.start()] + second.group() + middle + first.group() + content[second.end() :]


def _drop_line(content: bytes, at: int, length: int) -> bytes:
    lines = content.splitlines(keepends=True)
    return b"".join(lines[: at % len(lines)] + lines[at % len(lines) + 1 :])


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    mutated=st.sampled_from([MAIN, "bpmn/decisions/sign_level.dmn", f"bpmn/procedures/{PROCEDURE}/procedure.toml"]),
    mutate=st.sampled_from([_cut, _swap, _swap, _drop_line]),
    at=st.integers(0, 60_000),
    length=st.integers(1, 300),
)
def test_check_never_raises_on_a_mutated_model(
    tmp_path: Path, mutated: str, mutate: Callable[[bytes, int, int], bytes], at: int, length: int
) -> None:
    files = dict(package().files)
    for file, content in files.items():
        place = tmp_path / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    (tmp_path / mutated).write_bytes(mutate(files[mutated], at % len(files[mutated]), length))
    for problem in check(tmp_path / "bpmn" / "procedures" / PROCEDURE, OPERATORS):
        assert problem.sentence
    for problem in check(tmp_path / mutated, OPERATORS):
        assert str(problem)


def test_the_page_on_bpmn_names_every_rule_and_every_refused_element() -> None:
    page = (ROOT / "docs" / "bpmn-support.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([A-Za-z_.]+)`", page))
    assert {rule.name for rule in RULES} <= named
    assert set(UNSUPPORTED) <= named
