"""Forms: form-js schemas read, filled in beforehand, judged and shown. The server decides, the page only draws."""

from workflow_engine.forms.parsing import parse_form
from workflow_engine.forms.prefilling import prefill, restrict, supplement_items
from workflow_engine.forms.reading import parse_post
from workflow_engine.forms.schema import Choice, Field, Form
from workflow_engine.forms.summary import SummaryRow, summary
from workflow_engine.forms.validation import validate, visible_paths

__all__ = [
    "Choice",
    "Field",
    "Form",
    "SummaryRow",
    "parse_form",
    "parse_post",
    "prefill",
    "restrict",
    "summary",
    "supplement_items",
    "validate",
    "visible_paths",
]
