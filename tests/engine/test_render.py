"""`render`: every model becomes a standalone SVG in which each node can be marked, under a strict CSP."""

from pathlib import Path

import pytest
from lxml import etree

from workflow_engine.definitions import ModelRefused, read_model, read_package
from workflow_engine.definitions.commands import check_command, render_command
from workflow_engine.definitions.drawing import render_svg
from workflow_engine.definitions.drawing.labels import width_of, wrap
from workflow_engine.definitions.steps import Step, list_steps

ROOT = Path(__file__).resolve().parents[2]
PROCEDURE = "testing_registration_issue"
MAIN = ROOT / "bpmn" / "procedures" / PROCEDURE / f"{PROCEDURE}.bpmn"
OURS = sorted((ROOT / "bpmn").rglob("*.bpmn"))
FOREIGN = sorted((ROOT / "tests" / "models").glob("*.bpmn"))
SVG = "{http://www.w3.org/2000/svg}"


def draw(place: Path) -> etree._Element:
    return etree.fromstring(render_svg(read_model(place.read_bytes(), place.name)))


@pytest.mark.parametrize("place", OURS, ids=lambda place: place.stem)
def test_every_node_flow_and_lane_of_our_models_can_be_marked(place: Path) -> None:
    model = read_model(place.read_bytes(), place.name)
    marked = {element.get("data-element") for element in draw(place).iter() if element.get("data-element")}
    for process in model.processes:
        parts = {part.id for part in (*process.nodes, *process.flows, *process.lanes)}
        assert parts <= marked


@pytest.mark.parametrize("place", OURS + FOREIGN, ids=lambda place: place.stem)
def test_a_drawing_has_no_style_script_event_or_foreign_address(place: Path) -> None:
    for element in draw(place).iter():
        assert element.tag not in (f"{SVG}style", f"{SVG}script", f"{SVG}foreignObject", f"{SVG}image", f"{SVG}a")
        assert not [name for name in element.attrib if name == "style" or name.startswith("on") or "href" in name]


def test_a_task_is_a_group_with_its_name_its_outline_and_its_type() -> None:
    (group,) = draw(MAIN).findall(f".//{SVG}g[@data-element='appraise_scope']")
    assert group.get("class") == "bpmn-node bpmn-userTask"
    assert group.findtext(f"{SVG}title") == "Thẩm xét từng phép thử"
    assert group.find(f"{SVG}rect[@class='bpmn-shape']") is not None
    words = " ".join(element.text for element in group.findall(f"{SVG}text[@class='bpmn-label']"))
    assert words == "Thẩm xét từng phép thử"


def test_the_drawing_holds_everything_within_its_frame() -> None:
    root = draw(MAIN)
    left, top, width, height = (float(number) for number in root.get("viewBox").split())
    for text in root.iter(f"{SVG}text"):
        assert left < float(text.get("x")) < left + width
        assert top < float(text.get("y")) < top + height


def test_a_non_interrupting_start_is_dashed_and_an_event_subprocess_dotted() -> None:
    root = draw(MAIN)
    assert root.find(f".//{SVG}g[@data-element='deadline_near']/{SVG}circle").get("stroke-dasharray")
    assert not root.find(f".//{SVG}g[@data-element='withdrawal_requested']/{SVG}circle").get("stroke-dasharray")
    assert root.find(f".//{SVG}g[@data-element='handle_delay']/{SVG}rect").get("stroke-dasharray")


def test_names_are_text_never_markup() -> None:
    hostile = MAIN.read_text(encoding="utf-8").replace("Thẩm xét từng phép thử", "&lt;script&gt;x&lt;/script&gt;")
    drawing = render_svg(read_model(hostile.encode("utf-8"), "x.bpmn"))
    assert "<script" not in drawing
    assert "&lt;script&gt;" in drawing


def test_a_model_without_a_diagram_is_refused_with_a_sentence() -> None:
    text = MAIN.read_text(encoding="utf-8")
    bare = text[: text.index("<bpmndi:BPMNDiagram")] + "</bpmn:definitions>"
    with pytest.raises(ModelRefused, match="no diagram"):
        render_svg(read_model(bare.encode("utf-8"), "x.bpmn"))


def test_coordinates_that_are_no_numbers_do_not_stop_the_drawing() -> None:
    text = MAIN.read_text(encoding="utf-8").replace('x="1040"', 'x="nan"').replace('width="120"', 'width="-1e99"')
    assert etree.fromstring(render_svg(read_model(text.encode("utf-8"), "x.bpmn"))) is not None


def test_labels_are_wrapped_at_words_and_marks_take_no_room() -> None:
    assert wrap("Kiểm tra tính hợp lệ của hồ sơ", 110) == ["Kiểm tra tính hợp", "lệ của hồ sơ"]
    assert wrap("", 100) == []
    assert width_of("ế") == width_of("e")
    assert wrap("a b c d", 1, most=2) == ["a", "b …"]


def test_the_command_draws_what_it_can_and_names_what_it_cannot(tmp_path: Path) -> None:
    broken = tmp_path / "broken.bpmn"
    broken.write_bytes(b"<a>")
    lines: list[str] = []
    assert render_command([ROOT / "bpmn", broken], tmp_path / "out", write=lines.append) == 1
    assert len(list((tmp_path / "out").glob("*.svg"))) == len(OURS)
    assert any("broken.bpmn" in line and "not well-formed" in line for line in lines)
    assert render_command([MAIN], tmp_path / "out", write=lines.append) == 0


def test_the_check_command_reports_as_text_and_as_json(tmp_path: Path) -> None:
    lines: list[str] = []
    assert check_command(FOREIGN, False, frozenset(), write=lines.append) == 1
    assert any("not applied: " in line for line in lines)
    lines.clear()
    assert check_command([MAIN.parent], True, frozenset(), write=lines.append) == 1
    assert '"rule": "task.job"' in lines[0]
    assert check_command([tmp_path], False, frozenset(), write=lines.append) == 1


def steps() -> list[Step]:
    return list_steps(read_package(ROOT / "bpmn", ROOT / "forms", PROCEDURE))


def test_the_steps_follow_the_work_through_called_processes() -> None:
    main = [step.node_id for step in steps() if step.is_main]
    assert main == [
        "check_composition",
        "assign_specialist",
        "examine_dossier",
        "appraise_management_system",
        "appraise_scope",
        "draft_result",
        "review_draft",
        "sign_result",
        "number_and_seal",
    ]


def test_a_step_knows_its_role_and_the_node_to_mark_in_the_procedure() -> None:
    by_id = {step.node_id: step for step in steps()}
    assert len(by_id) == len(steps())
    assert by_id["sign_result"].role == "leader"
    assert by_id["sign_result"].marked_node_id == "issue_result"
    assert by_id["appraise_scope"].marked_node_id == "appraise_scope"
    assert by_id["wait_for_supplement"].kind == "wait"
    assert not by_id["refuse_dossier"].is_main
