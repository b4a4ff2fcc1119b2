"""What the console commands `check` and `render` do; each returns the exit code and prints through `write`."""

import json
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from workflow_engine.definitions.check import Checked, check_all
from workflow_engine.definitions.drawing import render_svg
from workflow_engine.definitions.problem import ModelRefused, Problem
from workflow_engine.definitions.reading import read_model
from workflow_engine.definitions.roles import ROLES
from workflow_engine.definitions.xml import read_bytes

Write = Callable[[str], object]


def check_command(
    paths: Iterable[Path],
    as_json: bool,
    operators: Container[str],
    roles: Container[str] = ROLES,
    write: Write = print,
) -> int:
    """Check models and procedures; return 0 when nothing is wrong, else 1."""
    results = check_all(paths, operators, roles)
    if as_json:
        write(json.dumps([_as_json(checked) for checked in results], ensure_ascii=False, indent=2))
    else:
        for checked in results:
            _report(checked, write)
        if not results:
            write("There is no model and no procedure here: name a .bpmn file or a folder that holds one.")
    return 0 if results and not any(checked.problems for checked in results) else 1


def render_command(paths: Iterable[Path], out_dir: Path, write: Write = print) -> int:
    """Draw every BPMN file below `paths` into `out_dir`; return 0 when all were drawn, else 1."""
    out_dir.mkdir(parents=True, exist_ok=True)
    failed, taken = False, set[str]()
    for place in _models(paths):
        try:
            drawing = render_svg(read_model(read_bytes(place, str(place)), str(place)))
        except ModelRefused as refusal:
            failed = True
            for problem in refusal.problems:
                write(str(problem))
            continue
        name = place.stem if place.stem not in taken else f"{place.parent.name}_{place.stem}"
        taken.add(name)
        (out_dir / f"{name}.svg").write_text(drawing, encoding="utf-8")
        write(f"{place} → {out_dir / f'{name}.svg'}")
    if not taken and not failed:
        write("There is no .bpmn file here: name one or a folder that holds some.")
    return 0 if taken and not failed else 1


def _models(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob("*.bpmn"))
        else:
            yield path


def _report(checked: Checked, write: Write) -> None:
    for problem in checked.problems:
        write(str(problem))
    write(f"{checked.name}: {len(checked.problems) or 'no'} problem{'' if len(checked.problems) == 1 else 's'}")
    if checked.not_applicable:
        write(f"{checked.name}: not a procedure of ours, not applied: {', '.join(checked.not_applicable)}")


def _as_json(checked: Checked) -> dict[str, object]:
    return {
        "name": checked.name,
        "problems": [_problem_as_json(problem) for problem in checked.problems],
        "not_applicable": list(checked.not_applicable),
    }


def _problem_as_json(problem: Problem) -> dict[str, object]:
    return {**asdict(problem), "sentence": problem.sentence}
