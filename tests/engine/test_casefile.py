"""What a dossier tells officials and its applicant: who may see it, what was filed, how its time was used."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import make
import pytest
from make import counting
from sqlalchemy import func, select

from workflow_engine import casefile, db, dossier_values, people
from workflow_engine.casefile import APPLICANT, NOT_COUNTED, OFFICE, TODAY
from workflow_engine.db import Database
from workflow_engine.errors import NotFound
from workflow_engine.models import (
    Account,
    ClockStop,
    DocumentState,
    Dossier,
    DossierState,
    Job,
    JobState,
    MessageWait,
    Timer,
    UserTaskState,
)


@pytest.fixture
def dossier(database: Database) -> Dossier:
    return make.make_dossier(database)


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of November 2026 in Viet Nam; the dossiers are submitted on Thursday the 12th."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


def is_seen(database: Database, dossier: Dossier, official: people.Official) -> bool:
    with database.reading() as session:
        try:
            return casefile.get_for_official(session, dossier.code, official).id == dossier.id
        except NotFound:
            return False


def test_officials_of_the_authority_see_its_dossiers(database: Database) -> None:
    authority = make.make_authority(database)
    dossier = make.make_dossier(database, authority=authority)
    assert is_seen(database, dossier, make.make_official(database, authority=authority, role="clerk"))


def test_officials_of_another_authority_do_not(database: Database, dossier: Dossier) -> None:
    make.make_task(database, dossier)
    assert not is_seen(database, dossier, make.make_official(database))


def test_whose_post_has_ended_does_not(database: Database) -> None:
    authority = make.make_authority(database)
    official = make.make_official(database, authority=authority, to_on=date(2021, 1, 1))
    assert not is_seen(database, make.make_dossier(database, authority=authority), official)


@pytest.mark.parametrize("state", [UserTaskState.CLAIMED, UserTaskState.COMPLETED])
def test_who_has_or_had_a_task_sees_the_dossier(database: Database, dossier: Dossier, state: UserTaskState) -> None:
    official = make.make_official(database)
    is_done = state is UserTaskState.COMPLETED
    given = {"ended_by": official.account_id} if is_done else {"assignee": official}
    make.make_task(database, dossier, state=state, **given)
    assert is_seen(database, dossier, official)


def test_who_may_take_a_task_sees_the_dossier(database: Database, dossier: Dossier) -> None:
    unit = make.make_unit(database, make.make_authority(database))
    make.make_task(database, dossier, unit=unit, role="specialist")
    assert is_seen(database, dossier, make.make_official(database, unit=unit, role="specialist"))
    assert not is_seen(database, dossier, make.make_official(database, unit=unit, role="clerk"))


def test_a_task_of_another_dossier_opens_nothing(database: Database, dossier: Dossier) -> None:
    unit = make.make_unit(database, make.make_authority(database))
    official = make.make_official(database, unit=unit)
    other = make.make_dossier(database)
    make.make_task(database, other, assignee=official)
    make.make_task(database, other, unit=unit)
    assert not is_seen(database, dossier, official)


def test_a_code_is_read_without_its_case_and_an_unknown_one_is_not_found(database: Database) -> None:
    authority = make.make_authority(database)
    dossier = make.make_dossier(database, authority=authority)
    official = make.make_official(database, authority=authority)
    with database.reading() as session:
        assert casefile.get_for_official(session, f" {dossier.code.lower()} ", official).id == dossier.id
        for code in ("", "G06.30-000000-0000", "\0", "x" * 500):
            with pytest.raises(NotFound):
                casefile.get_for_official(session, code, official)


def test_the_timeline_tells_the_applicant_less(database: Database, dossier: Dossier) -> None:
    make.make_history(database, dossier, at=at(13), title="Nội bộ")
    make.make_history(database, dossier, at=at(12), title="Nộp hồ sơ", is_public=True)
    make.make_history(database, make.make_dossier(database), title="Hồ sơ khác", is_public=True)
    with database.reading() as session:
        assert [row.title for row in casefile.timeline(session, dossier, False)] == ["Nộp hồ sơ", "Nội bộ"]
        assert [row.title for row in casefile.timeline(session, dossier, True)] == ["Nộp hồ sơ"]


def test_of_each_component_the_latest_round_comes_first(database: Database, dossier: Dossier) -> None:
    for component, round_number, filename in [
        ("staff_file", 1, "a.pdf"),
        ("equipment_file", 1, "b.pdf"),
        ("staff_file", 2, "c.pdf"),
        ("staff_file", 2, "d.pdf"),
    ]:
        make.make_file(database, dossier, component, round=round_number, filename=filename)
    make.make_file(database, make.make_dossier(database))
    with database.reading() as session:
        found = [file.filename for file in casefile.files_of(session, dossier)]
    assert found == ["c.pdf", "d.pdf", "a.pdf", "b.pdf"]


def test_the_values_are_those_of_the_latest_round_of_each_form(database: Database, dossier: Dossier) -> None:
    def enter(form: str, round_number: int, values: dict[str, Any]) -> None:
        database.transact(lambda s: dossier_values.store(s, dossier, form, round_number, values, actor=None))

    enter("start", 1, {"name": "Hải Âu", "accredited": True, "body": "BoA"})
    enter("check", 1, {"outcome": "supplement"})
    enter("start", 2, {"name": "Hải Âu", "accredited": False})
    with database.reading() as session:
        assert casefile.values_of(session, dossier) == {
            "start": {"name": "Hải Âu", "accredited": False},
            "check": {"outcome": "supplement"},
        }


def test_the_applicant_gets_the_papers_issued_and_meant_for_them(database: Database, dossier: Dossier) -> None:
    make.make_document(database, dossier, "receipt_note", state=DocumentState.ISSUED)
    make.make_document(database, dossier, "control_sheet", state=DocumentState.ISSUED, is_for_applicant=False)
    for state in (DocumentState.DRAFT, DocumentState.SIGNED, DocumentState.VOID):
        make.make_document(database, dossier, f"{state.value}_paper", state=state)
    with database.reading() as session:
        assert [paper.key for paper in casefile.papers_of(session, dossier, for_applicant=True)] == ["receipt_note"]
        assert len(casefile.papers_of(session, dossier, for_applicant=False)) == 5


def test_open_tasks_are_those_not_ended(database: Database, dossier: Dossier) -> None:
    for state in UserTaskState:
        make.make_task(database, dossier, state=state, name=state.value)
    with database.reading() as session:
        assert {task.name for task in casefile.open_tasks(session, dossier)} == {"created", "claimed"}


def test_people_are_who_holds_a_task_then_who_acted(database: Database, dossier: Dossier) -> None:
    holder = make.make_official(database, name="An")
    with database.reading() as session:
        binh, an = make.make_account(database, name="Bình"), session.get_one(Account, holder.account_id)
    for actor, moment, title in [
        (binh, at(12), "Nộp hồ sơ"),
        (an, at(13), "Tiếp nhận"),
        (binh, at(16), "Đã bổ sung hồ sơ"),
    ]:
        make.make_history(database, dossier, actor_id=actor.id, actor_name=actor.name, at=moment, title=title)
    make.make_history(database, dossier, title="Tính thời hạn giải quyết")
    make.make_task(database, dossier, assignee=holder, name="Thẩm xét hồ sơ", created_at=at(17))
    make.make_task(database, dossier, name="Chưa ai nhận")
    with database.reading() as session:
        found = casefile.people_of(session, dossier)
    assert found == [
        casefile.Person("An", "Thẩm xét hồ sơ", at(17)),
        casefile.Person("Bình", "Đã bổ sung hồ sơ", at(12)),
    ]


def clock(database: Database, dossier: Dossier, now: datetime) -> casefile.Clock:
    with database.reading(now=now) as session:
        return casefile.clock_of(session, dossier)


def stop(
    database: Database, dossier: Dossier, stopped_at: datetime, resumed_at: datetime | None, policy: str = "RESTART"
) -> None:
    row = ClockStop(
        authority_id=dossier.authority_id,
        dossier_id=dossier.id,
        id=db.new_id(),
        policy=policy,
        ground="wait_for_supplement",
        stopped_at=stopped_at,
        resumed_at=resumed_at,
    )
    database.transact(lambda session: session.add(row))


def test_the_fair_clock_counts_who_used_which_day(sqlite_database: Database) -> None:
    """The example of the drawing: asked on the 16th, answered on the 18th; the 24th is a holiday."""
    dossier = make.make_dossier(
        sqlite_database,
        state=DossierState.IN_PROGRESS,
        submitted_at=at(12, 8, 15),
        received_at=at(12, 11, 2),
        clock_started_at=at(18, 14, 10),
        due_at=datetime(2026, 12, 3, 10, tzinfo=UTC),
        due_original_at=at(26, 17),
    )
    stop(sqlite_database, dossier, at(16, 15, 5), at(18, 14, 10))
    found = clock(sqlite_database, dossier, at(25, 10, 20))
    kinds = {day.on.day: day.kind for day in found.days}
    assert kinds == {
        **dict.fromkeys((13, 16, 19, 20, 23), OFFICE),
        **dict.fromkeys((17, 18), APPLICANT),
        **dict.fromkeys((14, 15, 21, 22, 24), NOT_COUNTED),
        25: TODAY,
    }
    assert (found.count(OFFICE), found.count(APPLICANT), found.count(NOT_COUNTED)) == (5, 2, 5)
    assert [day.on.day for day in found.days if day.is_today] == [25]
    assert (found.used_days, found.total_days, found.is_stopped) == (4, 10, False)
    assert (found.due_at, found.due_original_at, found.due_rescheduled_at) == (dossier.due_at, at(26, 17), None)


def test_while_the_clock_stands_still_the_days_are_the_applicants(sqlite_database: Database) -> None:
    dossier = make.make_dossier(
        sqlite_database, clock_started_at=at(12), due_at=at(27, 17), received_at=at(12), clock_stopped_at=at(16)
    )
    stop(sqlite_database, dossier, at(16), None)
    found = clock(sqlite_database, dossier, at(18))
    assert [day.kind for day in found.days] == [OFFICE, NOT_COUNTED, NOT_COUNTED, OFFICE, APPLICANT, APPLICANT]
    assert (found.used_days, found.is_stopped) == (2, True)


def test_under_the_policy_continue_the_office_goes_on(sqlite_database: Database) -> None:
    dossier = make.make_dossier(sqlite_database, clock_started_at=at(12), due_at=at(27, 17))
    stop(sqlite_database, dossier, at(16), at(18), "CONTINUE")
    assert clock(sqlite_database, dossier, at(18)).used_days == 4


def test_before_reception_there_is_no_period(sqlite_database: Database) -> None:
    found = clock(sqlite_database, make.make_dossier(sqlite_database, due_at=at(27, 17)), at(12, 16))
    assert (found.used_days, found.total_days, found.days) == (0, 0, ())


def test_a_decided_dossier_uses_no_more_days(sqlite_database: Database) -> None:
    dossier = make.make_dossier(
        sqlite_database, state=DossierState.DECIDED, clock_started_at=at(12), due_at=at(27, 17), decided_at=at(16)
    )
    found = clock(sqlite_database, dossier, at(30))
    assert [day.on.day for day in found.days] == [13, 14, 15, 16]
    assert found.days[-1].kind == OFFICE
    assert found.used_days == 2


def test_a_period_in_calendar_days_is_told_in_its_working_days(sqlite_database: Database) -> None:
    version = make.make_version(sqlite_database, facts={"deadline": {"days": 14, "unit": "calendar"}})
    dossier = make.make_dossier(
        sqlite_database, procedure_version_id=version.id, clock_started_at=at(12), due_at=at(26, 17)
    )
    assert clock(sqlite_database, dossier, at(13)).total_days == 9


def test_the_days_are_those_of_viet_nam(sqlite_database: Database) -> None:
    dossier = make.make_dossier(sqlite_database, submitted_at=at(12, 23, 30))
    assert clock(sqlite_database, dossier, at(12, 23, 59)).days == ()
    assert [day.on for day in clock(sqlite_database, dossier, at(13, 0, 1)).days] == [date(2026, 11, 13)]


@pytest.mark.parametrize(
    ("state", "moments", "stage"),
    [
        (DossierState.SUBMITTED, {}, 2),
        (DossierState.NOT_ACCEPTED, {"closed_at": at(13)}, 2),
        (DossierState.SUPPLEMENT_REQUESTED, {}, 2),
        (DossierState.SUPPLEMENT_REQUESTED, {"received_at": at(12)}, 3),
        (DossierState.RECEIVED, {"received_at": at(12)}, 3),
        (DossierState.IN_PROGRESS, {"received_at": at(12)}, 3),
        (DossierState.PAYMENT_REQUESTED, {"received_at": at(12)}, 3),
        (DossierState.WITHDRAWN, {"received_at": at(12), "closed_at": at(13)}, 3),
        (DossierState.STOPPED, {"closed_at": at(13)}, 2),
        (DossierState.IN_PROGRESS, {"received_at": at(12), "result_signed_at": at(16)}, 4),
        (DossierState.DECIDED, {"received_at": at(12), "result_signed_at": at(16)}, 5),
        (DossierState.RETURNED, {"received_at": at(12), "result_signed_at": at(16)}, 5),
    ],
)
def test_each_state_stands_in_a_stage(state: DossierState, moments: dict[str, datetime], stage: int) -> None:
    assert casefile.stage_of(Dossier(state=state, **moments)) == stage


def test_active_are_the_elements_where_the_procedure_waits(database: Database, dossier: Dossier) -> None:
    instance = make.make_instance(database, dossier)
    common = {"authority_id": dossier.authority_id, "instance_id": instance.id}
    job = common | {
        "dossier_id": dossier.id,
        "operator": "x",
        "input": {},
        "next_attempt_at": at(12),
        "created_at": at(12),
    }
    make.make_task(database, dossier, instance_id=instance.id, element_id="task")
    make.make_task(database, dossier, instance_id=instance.id, element_id="ended", state=UserTaskState.COMPLETED)
    rows = [
        Timer(**common, token=1, dossier_id=dossier.id, element_id="timer"),
        MessageWait(**common, token=2, name="m", key="k", element_id="message"),
        Job(**job, id=1, token=3, element_id="job", state=JobState.CREATED),
        Job(**job, id=2, token=4, element_id="failed_job", state=JobState.FAILED),
        Job(**job, id=3, token=5, element_id="done_job", state=JobState.COMPLETED),
        Job(**job, id=4, token=None, element_id="left_behind", state=JobState.CREATED),
    ]
    database.transact(lambda session: session.add_all(rows))
    with database.reading() as session, counting(database) as statements:
        assert casefile.active_elements(session, dossier) == {"task", "timer", "message", "job", "failed_job"}
        assert casefile.active_elements(session, make.make_dossier(database)) == set()
    assert sum("UNION" in statement for statement in statements) == 2


def test_a_case_is_told_with_few_statements(database: Database, dossier: Dossier) -> None:
    official = make.make_official(database)
    make.make_task(database, dossier, assignee=official)
    with database.reading() as session, counting(database) as statements:
        found = casefile.get_for_official(session, dossier.code, official)
        casefile.timeline(session, found, False)
        casefile.files_of(session, found)
        casefile.papers_of(session, found, False)
        casefile.open_tasks(session, found)
        casefile.people_of(session, found)
        casefile.clock_of(session, found)
        casefile.active_elements(session, found)
    assert len(statements) <= 10


def test_questions_change_nothing(database: Database, dossier: Dossier) -> None:
    with database.reading() as session:
        casefile.clock_of(session, dossier)
        casefile.people_of(session, dossier)
        assert not session.new and not session.dirty
        assert session.scalar(select(func.count()).select_from(ClockStop)) == 0
