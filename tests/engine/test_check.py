"""`check`: our procedure passes; each thing the engine would not run as the standard says is refused by name."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workflow_engine.definitions import Package, Problem, make_package, read_package
from workflow_engine.definitions.check import check, check_all
from workflow_engine.definitions.rules.registry import RULES
from workflow_engine.definitions.rules.unsupported import UNSUPPORTED

ROOT = Path(__file__).resolve().parents[2]
PROCEDURE = "testing_registration_issue"
MODELS = Path(__file__).resolve().parents[1] / "models"
OPERATORS = frozenset({
    "notifications.warn_reception_head", "notifications.escalate_overdue", "notifications.remind_applicant",
    "notifications.notify_result", "documents.issue_receipt", "documents.send_supplement_request",
    "documents.send_stop_notice", "documents.send_apology", "dossiers.deliver_electronic_result", "dossiers.close",
    "registers.record_certificate",
})  # fmt: skip

HEAD = """<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d">
 <bpmn:message id="m" name="paid"><bpmn:extensionElements><zeebe:subscription correlationKey="=dossier.code"/>
 </bpmn:extensionElements></bpmn:message><bpmn:message id="m2" name="keyless"/><bpmn:error id="e" errorCode="broken"/>
 <bpmn:error id="e2" name="codeless"/>
 <bpmn:process id="p" isExecutable="true">"""
TAIL = "</bpmn:process></bpmn:definitions>"


def start_to_end(*middle: str) -> str:
    """start → each element of `middle` → end; the elements have the ids n0, n1 …"""
    ids = ["start", *(f"n{number}" for number in range(len(middle))), "end"]
    flows = [
        f'<bpmn:sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>'
        for n, (a, b) in enumerate(zip(ids, ids[1:], strict=False))
    ]
    elements = [element.replace("ID", f'id="n{number}"') for number, element in enumerate(middle)]
    return "".join(['<bpmn:startEvent id="start"/>', *elements, '<bpmn:endEvent id="end"/>', *flows])


def extended(tag: str, extension: str, inner: str = "") -> str:
    return f"<bpmn:{tag} ID><bpmn:extensionElements>{extension}</bpmn:extensionElements>{inner}</bpmn:{tag}>"


JOB = '<zeebe:taskDefinition type="documents.issue_receipt"/>'
USER = extended("userTask", '<zeebe:assignmentDefinition candidateGroups="leader"/>')
TIMER = "<bpmn:timerEventDefinition>{}</bpmn:timerEventDefinition>"
GATE = """<bpmn:startEvent id="start"/><bpmn:exclusiveGateway id="g" {default}/><bpmn:endEvent id="a"/>
<bpmn:endEvent id="b"/><bpmn:sequenceFlow id="f" sourceRef="start" targetRef="g"/>
<bpmn:sequenceFlow id="fa" sourceRef="g" targetRef="a">{condition}</bpmn:sequenceFlow>
<bpmn:sequenceFlow id="fb" sourceRef="g" targetRef="b"/>"""
CONDITION = "<bpmn:conditionExpression>{}</bpmn:conditionExpression>"

ENGINE_REFUSALS = [
    ("complex gateway", start_to_end("<bpmn:complexGateway ID/>"), "element.unsupported", "n0"),
    ("ad-hoc sub-process", start_to_end("<bpmn:adHocSubProcess ID/>"), "element.unsupported", "n0"),
    ("transaction", start_to_end("<bpmn:transaction ID/>"), "element.unsupported", "n0"),
    ("standard loop", start_to_end("<bpmn:task ID><bpmn:standardLoopCharacteristics/></bpmn:task>"),
     "element.unsupported", "n0"),
    ("data object", start_to_end("<bpmn:task ID/>") + '<bpmn:dataObject id="o"/>', "element.unsupported", "o"),
    ("data store", start_to_end("<bpmn:task ID/>") + '<bpmn:dataStoreReference id="o"/>', "element.unsupported", "o"),
    ("unknown element", start_to_end("<bpmn:task ID/>") + '<bpmn:globalTask id="o"/>', "element.unsupported", "o"),
    ("compensation", start_to_end("<bpmn:intermediateThrowEvent ID><bpmn:compensateEventDefinition/>"
     "</bpmn:intermediateThrowEvent>"), "element.unsupported", "n0"),
    ("compensation activity", start_to_end('<bpmn:task ID isForCompensation="true"/>'), "attribute.unsupported", "n0"),
    ("conditional event", start_to_end("<bpmn:intermediateCatchEvent ID><bpmn:conditionalEventDefinition/>"
     "</bpmn:intermediateCatchEvent>"), "element.unsupported", "n0"),
    ("signal", start_to_end("<bpmn:intermediateThrowEvent ID><bpmn:signalEventDefinition/>"
     "</bpmn:intermediateThrowEvent>"), "element.unsupported", "n0"),
    ("start quantity", start_to_end('<bpmn:task ID startQuantity="2"/>'), "attribute.unsupported", "n0"),
    ("completion quantity", start_to_end('<bpmn:task ID completionQuantity="2"/>'), "attribute.unsupported", "n0"),
    ("instantiating task", start_to_end('<bpmn:receiveTask ID messageRef="m" instantiate="true"/>'),
     "attribute.unsupported", "n0"),
    ("several start events", start_to_end("<bpmn:task ID/>") + '<bpmn:startEvent id="s2"/>'
     '<bpmn:sequenceFlow id="x" sourceRef="s2" targetRef="n0"/>', "event.starts", "s2"),
    ("timer start", '<bpmn:startEvent id="s">' + TIMER.format("<bpmn:timeDuration>P1D</bpmn:timeDuration>")
     + "</bpmn:startEvent>", "event.position", "s"),
    ("error caught in the middle", start_to_end('<bpmn:intermediateCatchEvent ID>'
     '<bpmn:errorEventDefinition errorRef="e"/></bpmn:intermediateCatchEvent>'), "event.position", "n0"),
    ("link on a boundary", start_to_end("<bpmn:task ID/>") + '<bpmn:boundaryEvent id="b" attachedToRef="n0">'
     '<bpmn:linkEventDefinition name="l"/></bpmn:boundaryEvent>', "event.position", "b"),
    ("link without target", start_to_end('<bpmn:intermediateThrowEvent ID><bpmn:linkEventDefinition name="l"/>'
     "</bpmn:intermediateThrowEvent>"), "event.links", "n0"),
    ("several triggers", start_to_end('<bpmn:intermediateCatchEvent ID><bpmn:messageEventDefinition messageRef="m"/>'
     + TIMER.format("<bpmn:timeDuration>P1D</bpmn:timeDuration>") + "</bpmn:intermediateCatchEvent>"),
     "event.position", "n0"),
    ("message thrown", start_to_end('<bpmn:intermediateThrowEvent ID><bpmn:messageEventDefinition '
     'messageRef="m"/></bpmn:intermediateThrowEvent>'), "event.position", "n0"),
    ("message at the end", '<bpmn:startEvent id="s"/><bpmn:endEvent id="x">'
     '<bpmn:messageEventDefinition messageRef="m"/>'
     "</bpmn:endEvent>" '<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="x"/>', "event.position", "x"),
    ("empty sub-process", start_to_end("<bpmn:subProcess ID/>"), "process.empty", "n0"),
    ("error without code", start_to_end(extended("serviceTask", JOB)) + '<bpmn:boundaryEvent id="b" attachedToRef="n0">'
     '<bpmn:errorEventDefinition errorRef="e2"/></bpmn:boundaryEvent>', "event.reference", "b"),
    ("candidate users", start_to_end(extended("userTask", '<zeebe:assignmentDefinition candidateUsers="an"/>')),
     "extension.unknown", "n0"),
    ("message without name", start_to_end("<bpmn:receiveTask ID/>"), "event.reference", "n0"),
    ("message without key", start_to_end('<bpmn:receiveTask ID messageRef="m2"/>'), "message.correlation", "n0"),
    ("cron", start_to_end(USER) + '<bpmn:boundaryEvent id="b" attachedToRef="n0" cancelActivity="false">'
     + TIMER.format("<bpmn:timeCycle>0 0 9 * * MON</bpmn:timeCycle>") + "</bpmn:boundaryEvent>", "timer.text", "b"),
    ("timer that is no time", start_to_end("<bpmn:intermediateCatchEvent ID>"
     + TIMER.format("<bpmn:timeDuration>3 days</bpmn:timeDuration>") + "</bpmn:intermediateCatchEvent>"),
     "timer.text", "n0"),
    ("timer without time", start_to_end("<bpmn:intermediateCatchEvent ID>" + TIMER.format("")
     + "</bpmn:intermediateCatchEvent>"), "timer.text", "n0"),
    ("interrupting cycle", start_to_end(USER) + '<bpmn:boundaryEvent id="b" attachedToRef="n0">'
     + TIMER.format("<bpmn:timeCycle>R3/PT1H</bpmn:timeCycle>") + "</bpmn:boundaryEvent>", "timer.text", "b"),
    ("error that does not interrupt", start_to_end(extended("serviceTask", JOB)) + '<bpmn:boundaryEvent id="b" '
     'attachedToRef="n0" cancelActivity="false"><bpmn:errorEventDefinition errorRef="e"/></bpmn:boundaryEvent>',
     "event.boundary", "b"),
    ("boundary on nothing", start_to_end("<bpmn:task ID/>") + '<bpmn:boundaryEvent id="b" attachedToRef="zz">'
     '<bpmn:messageEventDefinition messageRef="m"/></bpmn:boundaryEvent>', "event.boundary", "b"),
    ("flow to nowhere", start_to_end("<bpmn:task ID/>") + '<bpmn:sequenceFlow id="x" sourceRef="n0" targetRef="zz"/>',
     "flow.ends", "x"),
    ("condition after a task", start_to_end("<bpmn:task ID/>").replace('targetRef="end"/>', 'targetRef="end">'
     + CONDITION.format("=true") + "</bpmn:sequenceFlow>"), "flow.condition", "n0"),
    ("gateway without default", GATE.format(default="", condition=CONDITION.format("=true")), "gateway.default", "g"),
    ("flow without condition", GATE.format(default='default="fb"', condition=""), "gateway.default", "fa"),
    ("default with condition", GATE.format(default='default="fa"', condition=CONDITION.format("=true")),
     "gateway.default", "fa"),
    ("condition without =", GATE.format(default='default="fb"', condition=CONDITION.format("x > 1")),
     "feel.parse", "fa"),
    ("condition that does not parse", GATE.format(default='default="fb"', condition=CONDITION.format("=x &gt; (")),
     "feel.parse", "fa"),
    ("unknown function", GATE.format(default='default="fb"', condition=CONDITION.format("=add_week(now(), 1) = x")),
     "feel.parse", "fa"),
    ("unreachable node", start_to_end("<bpmn:task ID/>") + '<bpmn:task id="x"/><bpmn:endEvent id="y"/>'
     '<bpmn:sequenceFlow id="z" sourceRef="x" targetRef="y"/>', "flow.reach", "x"),
    ("loop without end", '<bpmn:startEvent id="s"/><bpmn:task id="a"/><bpmn:task id="b"/>'
     '<bpmn:sequenceFlow id="1" sourceRef="s" targetRef="a"/><bpmn:sequenceFlow id="2" sourceRef="a" targetRef="b"/>'
     '<bpmn:sequenceFlow id="3" sourceRef="b" targetRef="a"/>', "flow.reach", "a"),
    ("two processes", start_to_end("<bpmn:task ID/>") + '</bpmn:process><bpmn:process id="q" isExecutable="true">'
     '<bpmn:task id="t"/>', "process.single", "q"),
    ("nothing drawn", "", "process.single", ""),
    ("duplicate id", start_to_end("<bpmn:task ID/>") + '<bpmn:textAnnotation id="n0"/>', "id.unique", "n0"),
    ("task for nobody", start_to_end("<bpmn:userTask ID/>"), "task.assignment", "n0"),
    ("service task without operator", start_to_end("<bpmn:serviceTask ID/>"), "task.job", "n0"),
    ("undeclared operator", start_to_end(extended("serviceTask", '<zeebe:taskDefinition type="os.system"/>')),
     "task.job", "n0"),
    ("script in a language", start_to_end("<bpmn:scriptTask ID><bpmn:script>pass</bpmn:script></bpmn:scriptTask>"),
     "element.unsupported", "n0"),
    ("script without result", start_to_end(extended("scriptTask", '<zeebe:script expression="=1"/>')),
     "task.script", "n0"),
    ("missing decision", start_to_end(extended("businessRuleTask",
     '<zeebe:calledDecision decisionId="no" resultVariable="r"/>')), "task.decision", "n0"),
    ("missing process", start_to_end(extended("callActivity", '<zeebe:calledElement processId="no"/>')),
     "call.missing", "n0"),
    ("recursion", start_to_end(extended("callActivity", '<zeebe:calledElement processId="p"/>')), "call.missing", "n0"),
    ("error caught nowhere", '<bpmn:startEvent id="s"/><bpmn:endEvent id="x"><bpmn:errorEventDefinition errorRef="e"/>'
     '</bpmn:endEvent><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="x"/>', "error.uncaught", "x"),
    ("error never thrown", start_to_end(USER) + '<bpmn:boundaryEvent id="b" attachedToRef="n0">'
     '<bpmn:errorEventDefinition errorRef="e"/></bpmn:boundaryEvent>', "error.never_thrown", "b"),
    ("repetition without list", start_to_end(USER.replace("</bpmn:userTask>",
     "<bpmn:multiInstanceLoopCharacteristics/></bpmn:userTask>")), "task.loop", "n0"),
    ("listener", start_to_end(extended("task", '<zeebe:executionListeners/>')), "extension.unknown", "n0"),
    ("version binding", start_to_end(extended("callActivity",
     '<zeebe:calledElement processId="x" bindingType="deployment"/>')), "extension.unknown", "n0"),
    ("mapping without target", start_to_end(extended("task", '<zeebe:ioMapping><zeebe:input source="=1" target=""/>'
     "</zeebe:ioMapping>")), "mapping.target", "n0"),
    ("model of another engine", start_to_end('<bpmn:task ID xmlns:c="http://camunda.org/schema/1.0/bpmn" c:x="1"/>'),
     "extension.foreign", "n0"),
    ("event gateway to a task", start_to_end("<bpmn:eventBasedGateway ID/>", "<bpmn:task ID/>"), "gateway.event", "n0"),
]  # fmt: skip


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
        start_to_end("<bpmn:task ID/>", USER, extended("serviceTask", JOB)),
        GATE.format(default='default="fb"', condition=CONDITION.format("=x &gt; 1")),
        start_to_end('<bpmn:receiveTask ID messageRef="m"/>')
        + '<bpmn:boundaryEvent id="b" attachedToRef="n0">'
        + TIMER.format("<bpmn:timeDuration>P3DT4H</bpmn:timeDuration>")
        + '</bpmn:boundaryEvent><bpmn:endEvent id="late"/><bpmn:sequenceFlow id="x" sourceRef="b" targetRef="late"/>',
        '<bpmn:task id="a"/><bpmn:task id="b"/><bpmn:sequenceFlow id="f" sourceRef="a" targetRef="b"/>',
    ],
    ids=["tasks", "decision", "timer", "implicit start and end"],
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


MAIN = f"bpmn/procedures/{PROCEDURE}/{PROCEDURE}.bpmn"
RECEIVE = "bpmn/shared/receive_dossier.bpmn"
HOUSE_REFUSALS = [
    ("unknown lane", MAIN, '<bpmn:lane id="leader"', '<bpmn:lane id="boss"', "task.role", "boss"),
    ("unknown group", RECEIVE, 'candidateGroups="reception"', 'candidateGroups="front_desk"', "task.role",
     "check_composition"),
    ("missing form", RECEIVE, "shared/check_composition", "shared/check_nothing", "task.form", "check_composition"),
    ("no form", RECEIVE, '<zeebe:formDefinition formId="shared/check_composition"/>', "", "task.form",
     "check_composition"),
    ("unset variable", MAIN, '=accredited = true', '=acredited = true', "variable.unset",
     "flow_is_accredited_to_confirm_accreditation"),
    ("variable no call gives back", MAIN, '<zeebe:output source="=specialist" target="specialist"/>', "",
     "variable.unset", "confirm_accreditation"),
    ("unknown key of the dossier", RECEIVE, "dossier.submitted_at", "dossier.sent_at", "variable.unset",
     "check_composition"),
    ("unknown fact", "bpmn/shared/request_supplement.bpmn", "procedure.supplement.max_requests",
     "procedure.supplement.max", "variable.unset", "flow_is_first_request_to_approve_second_request"),
    ("unknown property", MAIN, 'name="legal_basis"', 'name="law"', "property.value", "appraise_scope"),
    ("wrong state", MAIN, 'name="dossier_state" value="3"', 'name="dossier_state" value="11"', "property.value",
     "not_accepted"),
    ("wrong clock", RECEIVE, 'name="clock" value="start"', 'name="clock" value="run"', "property.value",
     "issue_receipt"),
    ("clock without table", MAIN, 'name="clock" value="follows_due_at"', 'name="clock" value="restart:after_visit"',
     "property.restart", "deadline_near"),
    ("gateway without question", MAIN, 'name="Cấp giấy?"', 'name="Cấp giấy"', "name.missing", "is_granted"),
    ("flow without answer", MAIN, 'name="Từ chối" sourceRef="is_granted"', 'sourceRef="is_granted"', "name.missing",
     "flow_is_granted_to_return_refusal"),
    ("task not drawn", MAIN, 'bpmnElement="appraise_scope"', 'bpmnElement="appraise_nothing"', "diagram.missing",
     "appraise_scope"),
    ("dead end", MAIN, '<bpmn:sequenceFlow id="flow_return_result_to_issued" sourceRef="return_result"'
     ' targetRef="issued"/>', "", "flow.end_event", "return_result"),
    ("error of a call not caught", MAIN, 'attachedToRef="issue_result"', 'attachedToRef="return_result"',
     "error.uncaught", "issue_result"),
    ("process that is not its file", RECEIVE, 'process id="receive_dossier"', 'process id="take_dossier"', "id.file",
     "take_dossier"),
    ("facts of another procedure", f"bpmn/procedures/{PROCEDURE}/procedure.toml",
     'id             = "testing_registration_issue"', 'id = "other"', "facts.id", "id"),
    ("decision that does not parse", "bpmn/decisions/sign_level.dmn", "<text>procedure.level</text>",
     "<text>procedure.level (</text>", "decision.parse", "input_sign_level_2"),
    ("decision that reads an unknown fact", "bpmn/decisions/sign_level.dmn", "<text>procedure.authority.signer</text>",
     "<text>procedure.authority.chair</text>", "variable.unset", "determine_sign_level"),
    ("form that is no form", "forms/shared/check_composition.form", '"components"', '"compnents"', "form.parse", ""),
    ("two flows into a task", MAIN, 'targetRef="join_reappraisal"', 'targetRef="appraise_scope"', "gateway.join",
     "appraise_scope"),
]  # fmt: skip


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
