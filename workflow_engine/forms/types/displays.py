"""What is only shown: text (headings with ###), lines and gaps."""

from dataclasses import dataclass

from workflow_engine.forms.schema import Component, FieldType, Where


@dataclass(frozen=True)
class ShownText:
    """``level`` 1-6 for a heading, 0 for a paragraph; the text is plain, never markup."""

    text: str
    text_en: str
    level: int


def _read(component: Component, where: Where) -> ShownText:
    text = component.get("text", "").strip()
    if text.startswith("=") or "{{" in text:
        raise where.wrong("a text is shown as it is written; templates and expressions are not supported in it")
    plain = text.lstrip("#")
    english = component.get("properties", {}).get("text_en", "")
    return ShownText(plain.strip(), english, min(len(text) - len(plain), 6))


TYPES = (
    FieldType("text", "display", {"text": {"type": "string"}}, _read),
    FieldType("separator", "display"),
    FieldType("spacer", "display", {"height": {"type": "number"}}),
)
