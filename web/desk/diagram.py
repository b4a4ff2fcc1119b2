"""The diagram of a procedure with the place of a dossier marked in it, and the list of steps that says the same."""

import functools
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from workflow_engine.definitions import Package
from workflow_engine.definitions.drawing import render_svg
from workflow_engine.definitions.model import Model
from workflow_engine.definitions.reading import read_model
from workflow_engine.definitions.steps import Step, list_steps
from workflow_engine.models import History, UserTask

ROLES = {
    "reception": "Bộ phận Một cửa",
    "dept_head": "Lãnh đạo phòng",
    "specialist": "Chuyên viên thụ lý",
    "assessment_team": "Đoàn đánh giá",
    "council": "Hội đồng",
    "legal_dept": "Pháp chế",
    "superior_office": "Văn phòng cấp trên",
    "leader": "Lãnh đạo cơ quan",
    "clerk": "Văn thư",
    "accountant": "Kế toán",
    "system": "Hệ thống",
}
_GROUP = re.compile(r'<g class="([^"]*)" data-element="([^"]+)"')


@dataclass(frozen=True)
class Drawn:
    """One diagram of the package; ``has_current`` says that the dossier is somewhere in it."""

    process_id: str
    name: str
    has_current: bool


@dataclass(frozen=True)
class StepLine:
    """A step in the list: ``status`` is done, cur or empty; ``shape`` is its place in the diagram that is shown."""

    name: str
    status: str
    note: str
    process_id: str
    shape: str


@dataclass(frozen=True)
class Course:
    """The course of a dossier: the diagram that is shown, the others, the steps."""

    svg: Markup
    process_id: str
    diagrams: tuple[Drawn, ...]
    steps: tuple[StepLine, ...]


def course_of(
    package: Package,
    version_hash: str,
    asked: str,
    active: Collection[str],
    tasks: Iterable[UserTask],
    timeline: Iterable[History],
) -> Course:
    """The diagram ``asked`` for (else the procedure's own), with the present elements marked; and all steps."""
    models, steps = _parsed(package, version_hash)
    process_id = asked if asked in models else package.process_id
    done = {row.element_id: row for row in timeline if row.kind == "task.completed"}
    here = {task.element_id: task for task in tasks}
    active = set(active) | set(here)
    around = {name for step in steps if step.node_id in active for name in (*step.call_path, step.node_id)}
    passed = {name for step in steps if step.node_id in done for name in (*step.call_path, step.node_id)}
    reached = {step.process_id for step in steps if step.node_id in active}
    diagrams = tuple(
        Drawn(key, model.processes[0].name or key, key in reached)
        for key, model in models.items()
        if key == package.process_id
        or key in {step.process_id for step in steps if step.is_main} | reached | {process_id}
    )
    lines = tuple(
        _line(step, process_id, done, here, active)
        for step in steps
        if step.is_main or step.node_id in active or step.node_id in done
    )
    return Course(_marked(models[process_id], around, passed - around, process_id, models), process_id, diagrams, lines)


def _line(
    step: Step, shown: str, done: Mapping[str | None, History], here: Mapping[str, UserTask], active: Collection[str]
) -> StepLine:
    status = "cur" if step.node_id in active else "done" if step.node_id in done else ""
    if step.node_id in here and here[step.node_id].due_at:
        note = ROLES.get(step.role, step.role)
    elif step.node_id in done:
        note = done[step.node_id].actor_name
    else:
        note = ROLES.get(step.role, step.role)
    shape = step.node_id if step.process_id == shown else _outer(step, shown)
    return StepLine(step.name_vi, status, note, step.process_id, shape)


def _outer(step: Step, shown: str) -> str:
    """The call around the step that is drawn in the procedure's own diagram."""
    return step.call_path[0] if step.call_path else ""


@functools.lru_cache(maxsize=64)
def _kept(version_hash: str, stored: bytes) -> tuple[dict[str, Model], tuple[Step, ...]]:
    package = Package.from_bytes(stored)
    models = [read_model(content, file) for file, content in package.files_ending(".bpmn").items()]
    by_process = {model.processes[0].id: model for model in models if model.processes and model.shapes}
    own = {package.process_id: by_process.pop(package.process_id)}
    return own | by_process, tuple(list_steps(package))


def _parsed(package: Package, version_hash: str) -> tuple[dict[str, Model], tuple[Step, ...]]:
    return _kept(version_hash, package.to_bytes())


def _marked(
    model: Model, here: Collection[str], passed: Collection[str], process_id: str, models: Mapping[str, Model]
) -> Markup:
    """The drawing with classes on the groups of present and past elements, and the address of called diagrams."""
    calls = {node.id: node.extension.called_process_id for process in model.processes for node in process.nodes}

    def mark(found: re.Match[str]) -> str:
        classes, element = found.groups()
        state = " is-here" if element in here else " is-done" if element in passed else ""
        called = calls.get(element, "")
        link = f' data-opens-diagram="?the=quy-trinh&amp;so-do={called}"' if called in models else ""
        return f'<g class="{classes}{state}" data-element="{element}"{link}'

    svg = _GROUP.sub(mark, render_svg(model))
    names = [node.name for process in model.processes for node in process.nodes if node.id in here]
    place = ", ".join(names) or "không có bước nào"
    label = f"Sơ đồ quy trình. Đang ở: {place}. Danh sách các bước bên cạnh có cùng nội dung."
    return Markup(svg.replace('role="img"', Markup('role="img" aria-label="{}"').format(label), 1))  # noqa: S704 -- our own drawing, its texts escaped by lxml
