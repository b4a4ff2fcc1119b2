"""The inbox: what each queue holds, in which order, for whom; and that no list costs more as it grows."""

from datetime import timedelta

import make
import pytest
from make import counting
from sqlalchemy import update
from stage import Stage

from workflow_engine import tasks, worklists
from workflow_engine.errors import NotFound
from workflow_engine.models import UserTask
from workflow_engine.people import Official
from workflow_engine.worklists import QUEUES, TaskPage


def page(
    stage: Stage, official: Official, queue: str, after: str | None = None, limit: int = 50, text: str = ""
) -> TaskPage:
    with stage.now.reading() as session:
        return worklists.list_tasks(session, official, queue, after=after, limit=limit, text=text)


def codes(stage: Stage, official: Official, queue: str, text: str = "") -> list[str]:
    return [row.dossier_code for row in page(stage, official, queue, text=text).rows]


def counts(stage: Stage, official: Official) -> dict[str, int]:
    with stage.now.reading() as session:
        return worklists.counts(session, official)


def test_a_new_dossier_waits_for_the_group_and_then_for_who_took_it(stage: Stage) -> None:
    code = stage.submit()
    first, second = stage.official("tiepnhan"), stage.official("tiepnhan2")
    assert [codes(stage, first, queue) for queue in ("all", "mine", "group")] == [[code], [], [code]]
    task_id = stage.task("check_composition").id
    stage.run(lambda session: tasks.claim(session, task_id, first))
    assert [codes(stage, first, queue) for queue in ("all", "mine", "group")] == [[code], [code], []]
    assert [codes(stage, second, queue) for queue in ("all", "mine", "group")] == [[], [], []]
    assert counts(stage, first) == {"all": 1, "mine": 1, "group": 0, "due_soon": 0, "overdue": 0, "waiting": 0}


def test_other_roles_and_other_authorities_see_nothing(stage: Stage) -> None:
    stage.submit()
    for name, office in (("chuyenvien", 0), ("lanhdao", 0), ("tiepnhan", 1), ("tiepnhan", 2)):
        official = stage.official(name, office)
        assert [codes(stage, official, queue) for queue in QUEUES] == [[]] * len(QUEUES)
        assert set(counts(stage, official).values()) == {0}


def test_rows_say_what_a_list_shows(sqlite_stage: Stage) -> None:
    sqlite_stage.submit()
    [row] = page(sqlite_stage, sqlite_stage.official("tiepnhan"), "group").rows
    dossier, task = sqlite_stage.dossier(), sqlite_stage.task("check_composition")
    assert (row.task_id, row.step, row.due_at) == (task.id, "Kiểm tra thành phần hồ sơ", task.due_at)
    assert (row.applicant_name, row.procedure_name, row.dossier_due_at) == (
        dossier.applicant_name, dossier.procedure_name, dossier.due_at,
    )  # fmt: skip
    assert (row.is_mine, row.is_claimed, row.is_clock_stopped) == (False, False, False)


def test_the_nearest_due_date_comes_first_and_pages_neither_repeat_nor_miss(stage: Stage) -> None:
    filed = []
    for number in range(5):
        filed.append(stage.submit())
        stage.later(days=1 if number % 2 else 0, hours=0.1)
    official = stage.official("tiepnhan")
    seen, after = [], None
    while True:
        found = page(stage, official, "group", after=after, limit=2)
        seen += [row.dossier_code for row in found.rows]
        assert len(found.rows) <= 2
        after = found.next
        if after is None:
            break
    assert seen == filed


def test_due_soon_and_overdue_follow_the_clock(stage: Stage) -> None:
    code = stage.submit()
    official = stage.official("tiepnhan")
    due = stage.dossier().due_at
    assert due is not None
    assert (codes(stage, official, "due_soon"), codes(stage, official, "overdue")) == ([], [])
    stage.moment = stage.task("check_composition").due_at + timedelta(minutes=1)
    assert codes(stage, official, "overdue") == [code], "the step is late although the dossier is not"
    stage.moment = due - timedelta(hours=20)
    assert codes(stage, official, "due_soon") == [code]
    stage.moment = due + timedelta(minutes=1)
    assert (codes(stage, official, "due_soon"), codes(stage, official, "overdue")) == ([], [code])
    assert counts(stage, official)["overdue"] == 1


def test_a_dossier_that_waits_for_its_applicant_is_in_the_waiting_queue(stage: Stage) -> None:
    code = stage.submit()
    stage.do("check_composition", "tiepnhan", "ask")
    official = stage.official("tiepnhan")
    [row] = page(stage, official, "waiting").rows
    assert (row.dossier_code, row.task_id, row.step, row.is_clock_stopped) == (code, None, "Chờ bổ sung hồ sơ", True)
    assert (codes(stage, official, "all"), counts(stage, official)["waiting"]) == ([], 1)
    stage.answer()
    assert (codes(stage, official, "waiting"), codes(stage, official, "all")) == ([], [code])


def test_searching_finds_code_applicant_and_procedure_and_takes_wildcards_literally(sqlite_stage: Stage) -> None:
    code = sqlite_stage.submit()
    official = sqlite_stage.official("tiepnhan")
    name = sqlite_stage.dossier().applicant_name
    for text in (code.lower(), name[:12], "hoạt động thử nghiệm"):
        assert codes(sqlite_stage, official, "group", text) == [code], text
    for text in ("%", "_______________", "\\", "không có"):
        assert codes(sqlite_stage, official, "group", text) == [], text


@pytest.mark.parametrize("after", ["nonsense", "~", "2026-01-01T00:00:00+00:00~x", "x~1"])
def test_a_page_that_is_not_there_is_refused_with_a_sentence(sqlite_stage: Stage, after: str) -> None:
    with pytest.raises(NotFound):
        page(sqlite_stage, sqlite_stage.official("tiepnhan"), "group", after=after)


def test_an_unknown_queue_is_refused(sqlite_stage: Stage) -> None:
    with pytest.raises(NotFound):
        page(sqlite_stage, sqlite_stage.official("tiepnhan"), "elsewhere")


def test_somebody_without_a_post_has_empty_queues(sqlite_stage: Stage) -> None:
    account = make.make_account(sqlite_stage.database)
    nobody = Official(account.id, account.name, account.username, False, ())
    sqlite_stage.submit()
    assert [codes(sqlite_stage, nobody, queue) for queue in QUEUES] == [[]] * len(QUEUES)
    assert set(counts(sqlite_stage, nobody).values()) == {0}


def test_next_is_what_one_holds_before_what_the_group_has(sqlite_stage: Stage) -> None:
    official = sqlite_stage.official("tiepnhan")
    sqlite_stage.submit()
    earlier = sqlite_stage.task("check_composition").id
    sqlite_stage.later(days=1).submit()
    later = sqlite_stage.task("check_composition").id

    def following() -> int | None:
        with sqlite_stage.now.reading() as session:
            return worklists.next_task(session, official)

    assert following() == earlier
    sqlite_stage.run(lambda session: tasks.claim(session, later, official))
    assert following() == later


def test_an_opinion_asked_of_another_authority_reaches_its_inbox(stage: Stage) -> None:
    """ENGINE §2.8: a task has the unit that handles it, which may belong to another authority."""
    code = stage.submit()
    task, stranger = stage.task("check_composition"), stage.official("tiepnhan", office=1)
    unit_id = next(post.unit_id for post in stranger.posts)
    move = update(make.TaskCandidate).where(make.TaskCandidate.task_id == task.id).values(unit_id=unit_id)
    stage.run(lambda session: session.execute(move))
    assert (codes(stage, stranger, "group"), counts(stage, stranger)["group"]) == ([code], 1)
    assert codes(stage, stage.official("tiepnhan"), "group") == []


def test_a_list_costs_the_same_few_statements_however_many_rows_it_has(stage: Stage) -> None:
    official = stage.official("tiepnhan")
    seen = []
    for number in (1, 9):
        for _ in range(number):
            stage.submit()
        with counting(stage.database) as statements:
            page(stage, official, "all")
            counts(stage, official)
        seen.append(len(statements))
    assert seen[0] == seen[1] <= 4


def test_counts_stop_at_a_hundred(sqlite_stage: Stage) -> None:
    sqlite_stage.submit()
    official = sqlite_stage.official("tiepnhan")
    dossier, instance = sqlite_stage.dossier(), sqlite_stage.instance()

    def many(session: make.Any) -> None:
        for number in range(130):
            session.add(
                UserTask(
                    authority_id=dossier.authority_id, id=1000 + number, instance_id=instance.id, dossier_id=dossier.id,
                    token=9000 + number, process_id="p", element_id="e", name="Việc", form_key="f", state="claimed",
                    assignee_id=official.account_id, dossier_code=dossier.code, applicant_name="x", procedure_name="y",
                    local={}, round=1, created_at=make.MOMENT,
                )
            )  # fmt: skip

    sqlite_stage.run(many)
    assert counts(sqlite_stage, official)["mine"] == 100
