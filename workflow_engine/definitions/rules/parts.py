"""The other files of a package: decisions and forms that can not be read are refused here, not at run time."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from workflow_engine import decisions
from workflow_engine.definitions.rules.registry import Finding, World, package_rule
from workflow_engine.errors import ModelError
from workflow_engine.forms import parse_form


@package_rule("decision.parse")
def decision_files(world: World) -> Iterator[Finding]:
    """Every DMN file of the package can be read and its expressions parse."""
    for file, content in sorted(world.files.items()):
        if file.endswith(".dmn"):
            try:
                decisions.parse(content, file)
            except ModelError as error:
                yield Finding(error.element, "{reason}", {"reason": error.reason}, file=file)


@package_rule("form.parse", house=True)
def form_files(world: World) -> Iterator[Finding]:
    """Every form of the package can be read."""
    for file, content in sorted(world.files.items()):
        if not file.endswith(".form"):
            continue
        key = str(PurePosixPath(file).relative_to("forms").with_suffix(""))
        try:
            parse_form(key, content.decode("utf-8"))
        except UnicodeDecodeError:
            yield Finding("", "The form is not UTF-8: save it again.", file=file)
        except ModelError as error:
            yield Finding(error.element, "{reason}", {"reason": error.reason}, file=file)
