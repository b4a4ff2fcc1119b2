"""What the pages for signing and sealing show beside the paper, and the mark of what was shown."""

from collections.abc import Mapping
from typing import Any

from flask import url_for

from web.catalogues import sentence
from web.desk.case import Option
from web.desk.opened import Opened
from web.session import configuration, database
from workflow_engine import signing_desk
from workflow_engine.errors import EngineError

# Forms whose answers a leader wants to see at a glance before signing, in the order of the work.
FINDINGS = 4


def is_signed(opened: Opened, values: Mapping[str, Any]) -> bool:
    """Whether this answer asks for a signature; returning a draft needs none."""
    return values.get("review_outcome", "approved") == "approved"


def paper_names(opened: Opened) -> dict[str, Any]:
    """The paper that is signed or sealed here; why it can not be shown, if so."""
    names: dict[str, Any] = {"shown_sha256": "", "preview_problem": "", "paper_title": opened.task.name}
    try:
        shown = signing_desk.preview(database(), configuration(), opened.task.id, opened.official)
    except EngineError as error:
        return names | {"preview_problem": sentence(error)}
    return names | {
        "shown_sha256": shown.sha256,
        "drafts": [Option(f"n{opened.task.id}", "Văn bản của bước này")],
        "shown": f"n{opened.task.id}",
        "paper_address": url_for("tasks.show_paper", task_id=opened.task.id),
    }
