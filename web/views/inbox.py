"""The inbox of officials: queues with counts, filter, paging by key, claiming from the list."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.catalogues import sentence
from web.desk import queues
from web.session import current_official, database, for_officials
from workflow_engine import tasks, worklists
from workflow_engine.errors import EngineError

blueprint = Blueprint("inbox", __name__)
PAGE = 50
LONGEST_FILTER = 100
# One click claims at most what one page shows.
MOST_CLAIMED = PAGE


@blueprint.app_context_processor
def menu_names() -> dict[str, object]:
    """What the left menu of every officials' page asks for."""
    return {"staff_menu": queues.menu}


@blueprint.get("/viec")
@for_officials
def show_inbox() -> ResponseReturnValue:
    official = current_official()
    queue = queues.queue_of(request.args.get("hang"))
    text = (request.args.get("tim") or request.args.get("q") or "").strip()[:LONGEST_FILTER]
    after = request.args.get("sau")
    with database().reading() as looking:
        counts = worklists.counts(looking, official)
        page = worklists.list_tasks(looking, official, queue.key, after=after, limit=PAGE, text=text)
    queues.keep_counts(counts)
    claimable = {row.task_id for row in page.rows if row.task_id is not None and not row.is_claimed}
    return render_template(
        "staff/inbox.html",
        queue=queue,
        queues=queues.queues_for(official),
        counts=counts,
        page=page,
        text=text,
        after=after,
        claimable=claimable,
        empty=queues.empty_of(queue, counts, text),
    )


@blueprint.post("/viec/nhan")
@for_officials
def claim_many() -> ResponseReturnValue:
    """Claim one task (its own button) or the ticked ones; each for itself, so that one conflict stops no other."""
    official = current_official()
    chosen = request.form.getlist("only") or request.form.getlist("task")
    claimed, problems = [], []
    for task_id in [int(each) for each in chosen if each.isdecimal()][:MOST_CLAIMED]:
        try:
            task = database().transact(lambda session, task_id=task_id: tasks.claim(session, task_id, official))  # type: ignore[misc]
            claimed.append(task.dossier_code)
        except EngineError as error:
            problems.append(sentence(error))
    if claimed:
        names = claimed[0] if len(claimed) == 1 else f"{len(claimed)} việc: {', '.join(claimed)}"
        flash(f"Đã nhận {names}.", "ok")
    elif not problems:
        flash("Chưa chọn việc nào. Đánh dấu các việc cần nhận rồi bấm lại.", "warn")
    for problem in problems:
        flash(problem, "warn")
    return redirect(url_for("inbox.show_inbox", hang=request.form.get("hang"), q=request.form.get("q") or None))
