"""What a form is once it is read: frozen dataclasses, the same for the engine and for the page that draws them.

Rule: nothing here knows a single field type; what belongs to one type lies in ``settings``, made by its own file
in ``forms/types/``.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workflow_engine.errors import ModelError
from workflow_engine.feel import Expression

Component = Mapping[str, Any]
"""One component of form-js as it stands in the file."""


@dataclass(frozen=True)
class Choice:
    """One answer of a list: what is stored and what is shown."""

    value: str | bool | int | float
    label: str
    label_en: str = ""

    @property
    def token(self) -> str:
        """The text that stands for the value in a page: true, 5, post."""
        return token_of(self.value)


def token_of(value: object) -> str:
    """The text a browser sends for ``value``; "" for what can be no answer."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and abs(value) < 10**15:
        return f"{value:g}" if isinstance(value, float) else str(value)
    return ""


@dataclass(frozen=True)
class Field:
    """One component. ``key`` is empty for what holds no value; a group or list with ``path`` has that as its key."""

    id: str
    type: str
    key: str = ""
    label: str = ""
    label_en: str = ""
    description: str = ""
    description_en: str = ""
    is_required: bool = False
    is_readonly: bool = False
    readonly_when: Expression | None = None
    hide_when: Expression | None = None
    rule: Expression | None = None
    message: "str | Expression" = ""
    message_en: str = ""
    default: object = None
    properties: Mapping[str, str] = field(default_factory=dict)
    settings: Any = None
    components: tuple["Field", ...] = ()
    row: str = ""
    columns: int = 0

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The answers written in the form itself."""
        return getattr(self.settings, "choices", ())

    @property
    def choices_from(self) -> str:
        """The name of the provider of the answers (``valuesKey``), or ""."""
        return getattr(self.settings, "provider", "")

    @property
    def example(self) -> str:
        """An example of a good answer, for the hint and for the sentences of errors."""
        return self.properties.get("example", "")

    @property
    def is_asked_again(self) -> bool:
        """Never filled in beforehand: a decision belongs to the round in which it is taken."""
        return self.properties.get("ask_again") == "true"


@dataclass(frozen=True)
class Form:
    """A form: ``key`` is ``<process id>/<element id>`` or ``shared/<name>``, ``title`` its first heading."""

    key: str
    title: str
    title_en: str
    components: tuple[Field, ...]

    def fields(self) -> Iterator[Field]:
        """All components, also those inside groups and lists, in the order of the form."""
        yield from walk(self.components)


def walk(components: Sequence[Field]) -> Iterator[Field]:
    """The components and all inside them, in document order."""
    for component in components:
        yield component
        yield from walk(component.components)


class Refused(Exception):
    """A value is not accepted; becomes a FieldError with the path of the field."""

    def __init__(self, msgid: str, **params: object) -> None:
        super().__init__(msgid)
        self.msgid, self.params = msgid, params


@dataclass(frozen=True)
class Where:
    """The place in a file, for the sentence of a ModelError."""

    file: str
    element: str

    def wrong(self, reason: str) -> ModelError:
        """The error that names this place."""
        return ModelError(reason, file=self.file, element=self.element)


@dataclass(frozen=True)
class Circumstances:
    """What a form is judged with: variables and functions of the engine, answers of providers, the old values."""

    scope: Mapping[str, object] = field(default_factory=dict)
    functions: Mapping[str, Callable[..., object]] = field(default_factory=dict)
    choices: Mapping[str, Sequence[Choice]] = field(default_factory=dict)
    previous: Mapping[str, Any] = field(default_factory=dict)


def _no_settings(component: Component, where: Where) -> object:
    return None


def _keep(field: Field, raw: object) -> object:
    return raw


def _accept(field: Field, value: object, circumstances: Circumstances) -> None:
    return None


def _as_text(field: Field, value: object, circumstances: Circumstances, language: str) -> str:
    return "" if value is None else str(value)


@dataclass(frozen=True)
class FieldType:
    """All the engine knows of one kind of field. ``properties`` is the JSON Schema of what it adds to a component.

    ``kind``: "input" holds a value, "container" holds components, "display" is only shown.
    ``read`` makes the settings of a component; ``coerce`` turns what a browser sent into a value or raises Refused;
    ``check`` raises Refused when the value breaks a rule; ``show`` is the value as a reader sees it.
    """

    name: str
    kind: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    read: Callable[[Component, Where], object] = _no_settings
    coerce: Callable[[Field, object], object] = _keep
    check: Callable[[Field, object, Circumstances], None] = _accept
    show: Callable[[Field, object, Circumstances, str], str] = _as_text
    empty: object = None
    missing: str = ""
    has_many: bool = False
    is_computed: bool = False
