"""The paths of a dossier, as the applicant and the law see them: codes, secrets, supplements, refusals, withdrawal."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from stage import Stage

from workflow_engine import codes, dossiers, people
from workflow_engine.config import Throttle
from workflow_engine.errors import Conflict, Forbidden, InvalidForm, NotFound
from workflow_engine.models import (
    ApplicationDraft,
    Authority,
    ClockStop,
    CodeDirectory,
    DocumentState,
    Dossier,
    DossierFile,
    DossierState,
    History,
    InstanceState,
    RegisterEntry,
)

LIMITS = Throttle(window_minutes=15, login_per_account=5, login_per_address=30, lookup_per_address=3)


def events(stage: Stage) -> list[str]:
    """What the applicant reads in the history."""
    query = select(History.kind).where(History.dossier_id == stage.dossier().id, History.is_public)
    return stage.look(query.order_by(History.id))


def issued(stage: Stage) -> list[str]:
    return [paper.key for paper in stage.papers() if paper.state is DocumentState.ISSUED]


def test_the_happy_path_ends_with_a_result_in_the_applicants_hands(stage: Stage) -> None:
    stage.play_to("")
    dossier, instance = stage.dossier(), stage.instance()
    assert (dossier.state, dossier.result_kind) == (DossierState.RETURNED, "registration_certificate")
    assert (instance.status, instance.state, instance.end_element) == (InstanceState.COMPLETED, None, "issued")
    assert issued(stage) == ["receipt_note", "registration_certificate"]
    [entry] = stage.look(select(RegisterEntry).where(RegisterEntry.dossier_id == dossier.id))
    assert (entry.number, len(entry.scope), entry.valid_to) == ("01/GCN-CCTĐC", 2, date(2031, 6, 30))
    assert [subject.partition(",")[0] for subject in stage.mail()] == [
        f"Đã nhận hồ sơ {stage.code}", f"Hồ sơ {stage.code} được tiếp nhận", f"Hồ sơ {stage.code} đã có kết quả",
    ]  # fmt: skip
    assert "result.delivered" in events(stage)


def test_a_result_for_the_counter_waits_at_the_counter(sqlite_stage: Stage) -> None:
    sqlite_stage.play_to("", channel="counter")
    assert (sqlite_stage.open, sqlite_stage.dossier().state) == (["hand_over_result"], DossierState.DECIDED)
    sqlite_stage.do("hand_over_result", "tiepnhan", "counter")
    assert sqlite_stage.dossier().state is DossierState.RETURNED


def test_submitting_gives_a_code_and_makes_no_receipt_yet(stage: Stage) -> None:
    code = stage.submit()
    dossier = stage.dossier()
    assert re.fullmatch(r"H26\.30-261112-0001", code)
    assert (dossier.state, dossier.submitted_at, dossier.received_at) == (DossierState.SUBMITTED, stage.moment, None)
    assert stage.papers() == [], "Mẫu 01 exists only after reception accepts"
    stage.do("check_composition", "tiepnhan", "complete")
    assert (issued(stage), stage.dossier().received_at) == (["receipt_note"], stage.moment)


def test_a_submission_that_is_wrong_loses_nothing(stage: Stage) -> None:
    with pytest.raises(InvalidForm) as refused:
        stage.submit(declaration_truth=False)
    assert [error.path for error in refused.value.errors] == ["declaration_truth"]
    assert stage.look(select(Dossier)) == []


def test_a_draft_is_submitted_once_and_only_by_its_owner(stage: Stage) -> None:
    stage.submit()
    assert stage.look(select(ApplicationDraft)) == []
    with stage.database.reading() as session:
        other = people.get_account(session, stage.people.applicants[1])
        with pytest.raises(NotFound):
            dossiers.get_own(session, stage.code, other)
        with pytest.raises(NotFound):
            dossiers.submit(session, 1, other, {})


def test_codes_are_unique_and_increasing_by_authority_and_day(stage: Stage) -> None:
    filed = [stage.submit(), stage.submit(), stage.submit(office=1), stage.later(days=1).submit(), stage.submit()]
    assert filed == [
        "H26.30-261112-0001", "H26.30-261112-0002", "H57.30-261112-0001", "H26.30-261113-0001", "H26.30-261113-0002",
    ]  # fmt: skip


def test_the_day_of_a_code_is_the_day_in_viet_nam(sqlite_stage: Stage) -> None:
    sqlite_stage.moment = datetime.fromisoformat("2026-11-12T23:30:00+07:00") + timedelta(hours=1)
    assert sqlite_stage.submit() == "H26.30-261113-0001"


def test_codes_stay_unique_when_eight_file_at_once(stage: Stage) -> None:
    authority_id = stage.people.offices[0].authority_id

    def allot(_: int) -> list[str]:
        def take(session: Any) -> str:
            authority = session.get_one(Authority, authority_id)
            return codes.allot_code(session, authority, date(2026, 11, 12), "{unit}-{yyMMdd}-{nnnn}")

        return [stage.run(take) for _ in range(5)]

    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(allot, range(8)))
    assert all(one == sorted(one) for one in given)
    assert sorted(code for one in given for code in one) == [f"H26.30-261112-{n:04}" for n in range(1, 41)]


@pytest.mark.parametrize(
    ("pattern", "number", "code"),
    [
        ("{unit}-{yyMMdd}-{nnnn}", 7, "G06.30-261112-0007"),
        ("{yyyyMMdd}.{nn}", 123, "20261112.123"),
        ("{unit}/{n}", 5, "G06.30/5"),
    ],
)
def test_the_pattern_of_a_code_is_a_setting(pattern: str, number: int, code: str) -> None:
    assert codes.format_code(pattern, "G06.30", date(2026, 11, 12), number) == code


def test_the_directory_finds_a_dossier_of_any_authority(sqlite_stage: Stage) -> None:
    code = sqlite_stage.submit(office=2)
    [row] = sqlite_stage.look(select(CodeDirectory))
    assert (row.code, row.authority_id) == (code, sqlite_stage.people.offices[2].authority_id)
    assert sqlite_stage.dossier(f" {code.lower()} ").id == row.dossier_id


def test_the_lookup_secret_is_ten_characters_and_kept_as_a_hash(stage: Stage) -> None:
    stage.submit()
    assert re.fullmatch(f"[{codes.ALPHABET}]{{10}}", stage.secret)
    assert stage.secret not in repr(vars(stage.dossier()))


def test_a_dossier_is_looked_up_with_its_secret_however_it_is_typed(stage: Stage) -> None:
    code = stage.submit()
    typed = f" {stage.secret[:5].lower()}-{stage.secret[5:]} "
    assert dossiers.track(stage.now, code.lower(), typed, "203.0.113.9", LIMITS).code == code


@pytest.mark.parametrize("is_known", [True, False])
def test_a_wrong_secret_and_a_wrong_code_get_the_same_sentence_and_are_throttled(stage: Stage, is_known: bool) -> None:
    code = stage.submit()
    tried = (code, "AAAAAAAAAA") if is_known else ("H26.30-261112-9999", stage.secret)
    for _ in range(3):
        with pytest.raises(NotFound, match="No dossier matches"):
            dossiers.track(stage.now, *tried, "203.0.113.9", LIMITS)
    with pytest.raises(Forbidden, match="Too many tries"):
        dossiers.track(stage.now, code, stage.secret, "203.0.113.9", LIMITS)
    assert dossiers.track(stage.now, code, stage.secret, "203.0.113.10", LIMITS).code == code
    assert dossiers.track(stage.later(hours=1).now, code, stage.secret, "203.0.113.9", LIMITS).code == code


def test_right_lookups_do_not_use_up_the_tries(sqlite_stage: Stage) -> None:
    code = sqlite_stage.submit()
    for _ in range(6):
        dossiers.track(sqlite_stage.now, code, sqlite_stage.secret, "203.0.113.9", LIMITS)


def test_a_supplement_before_reception_lets_reception_look_again(stage: Stage) -> None:
    stage.submit()
    stage.do("check_composition", "tiepnhan", "ask")
    assert (stage.dossier().state, issued(stage)) == (DossierState.SUPPLEMENT_REQUESTED, ["supplement_request"])
    stage.later(days=1).answer()
    with stage.database.reading() as session:
        assert dossiers.asked_items(session, stage.dossier()) == []
    filed = select(DossierFile).where(
        DossierFile.dossier_id == stage.dossier().id, DossierFile.component == "staff_file"
    )
    assert [file.round for file in stage.look(filed.order_by(DossierFile.round))] == [1, 2]
    stage.do("check_composition", "tiepnhan", "complete")
    assert stage.dossier().state is DossierState.IN_PROGRESS
    with pytest.raises(Conflict, match="nothing to complete"):
        stage.answer()


def test_only_what_was_asked_is_taken_from_a_supplement(sqlite_stage: Stage) -> None:
    stage = sqlite_stage
    stage.submit()
    stage.do("check_composition", "tiepnhan", "ask")

    def answer(session: Any) -> None:
        account = people.get_account(session, stage.people.applicants[0])
        draft = dossiers.start_supplement(session, stage.code, account)
        session.flush()
        dossiers.answer_supplement(session, draft.id, account, {**draft.values, "applicant_name": "Ai đó khác"})

    with pytest.raises(InvalidForm):
        stage.run(answer)  # The file that was asked for is missing.
    stage.answer()
    assert stage.dossier().applicant_name != "Ai đó khác"


def test_a_second_supplement_needs_the_head_and_may_be_refused(stage: Stage) -> None:
    stage.submit()
    stage.do("check_composition", "tiepnhan", "ask").later(hours=1).answer()
    stage.do("check_composition", "tiepnhan", "complete").do("assign_specialist", "truongphong", "assign")
    stage.do("examine_dossier", "chuyenvien", "invalid")
    assert stage.open == ["approve_second_request"]
    assert issued(stage).count("supplement_request") == 1
    stage.do("approve_second_request", "truongphong", {"second_request_approved": False, "note": "Không"})
    assert (stage.open, issued(stage).count("supplement_request")) == (["examine_dossier"], 1)


def test_a_second_supplement_the_head_approves_is_asked(sqlite_stage: Stage) -> None:
    stage = sqlite_stage
    stage.play_to("examine_dossier")
    stage.do("examine_dossier", "chuyenvien", "invalid").later(hours=1).answer()
    stage.do("examine_dossier", "chuyenvien", "invalid")
    assert stage.open == ["approve_second_request"]
    stage.do(
        "approve_second_request", "truongphong",
        {"second_request_approved": True, "second_request_basis": "Giấy tờ đã nộp hết hiệu lực"},
    )  # fmt: skip
    assert (stage.open, stage.dossier().state) == ([], DossierState.SUPPLEMENT_REQUESTED)
    assert issued(stage).count("supplement_request") == 2


def test_after_a_supplement_in_appraisal_the_legal_period_begins_anew(stage: Stage) -> None:
    """Decree 61/2018, art. 19 (4); procedure.toml: clock_policy RESTART."""
    stage.play_to("examine_dossier")
    promised = stage.dossier().due_at
    assert promised == datetime.fromisoformat("2026-11-27T17:00:00+07:00"), "24 November is a holiday"
    delay = stage.due("handle_delay")
    stage.do("examine_dossier", "chuyenvien", "invalid")
    assert (stage.dossier().clock_stopped_at, stage.due("handle_delay")) == (stage.moment, None)
    stage.moment = datetime.fromisoformat("2026-11-19T09:00:00+07:00")
    stage.answer()
    dossier = stage.dossier()
    assert (dossier.due_original_at, dossier.clock_stopped_at) == (promised, None)
    assert dossier.due_at == datetime.fromisoformat("2026-12-04T17:00:00+07:00")
    later = stage.due("handle_delay")
    assert delay is not None and later is not None and later > delay
    [stop] = stage.look(select(ClockStop).where(ClockStop.dossier_id == dossier.id))
    assert (stop.policy, stop.resumed_at) == ("RESTART", stage.moment)


def test_a_supplement_that_never_comes_stops_the_dossier_with_a_notice(stage: Stage) -> None:
    stage.submit()
    stage.do("check_composition", "tiepnhan", "ask")
    stage.moment = datetime.fromisoformat("2026-12-09T17:00:01+07:00")
    stage.work()
    assert any("Sắp hết hạn bổ sung" in subject for subject in stage.mail())
    stage.moment = datetime.fromisoformat("2026-12-15T09:00:00+07:00")
    stage.work()
    assert stage.open == ["draft_stop_notice"]
    with pytest.raises(Conflict):
        stage.answer()
    stage.do("draft_stop_notice", "tiepnhan", "stop").do("sign_stop_notice", "lanhdao", "sign")
    assert (stage.dossier().state, stage.instance().status) == (DossierState.STOPPED, InstanceState.COMPLETED)
    assert issued(stage) == ["supplement_request", "stop_notice"]


def test_refusal_at_intake_issues_the_refusal_note(stage: Stage) -> None:
    stage.submit()
    stage.do("check_composition", "tiepnhan", "refuse").do("refuse_dossier", "tiepnhan", "refusal")
    assert (stage.dossier().state, stage.instance().status) == (DossierState.NOT_ACCEPTED, InstanceState.COMPLETED)
    assert issued(stage) == ["refusal_note"]
    assert any("không được tiếp nhận" in subject for subject in stage.mail())
    [note] = stage.papers("refusal_note")
    assert note.facts["fields"]["refusal_reason"] == "Lĩnh vực đề nghị thuộc thẩm quyền của bộ khác"


def test_refusal_after_appraisal_is_a_result(stage: Stage) -> None:
    stage.play_to("appraise_scope")
    stage.do("appraise_scope", "chuyenvien", "refused").do("draft_result", "chuyenvien", "draft")
    stage.do("review_draft", "truongphong", "approve").do("sign_result", "lanhdao", "sign")
    stage.do("number_and_seal", "vanthu", "seal")
    dossier = stage.dossier()
    assert (dossier.state, dossier.result_kind) == (DossierState.RETURNED, "refusal_letter")
    assert stage.instance().end_element == "refused"
    moves = [row.detail["state"] for row in stage.look(
        select(History).where(History.dossier_id == dossier.id, History.kind == "dossier.moved").order_by(History.id)
    )]  # fmt: skip
    assert moves == [2, 4, 9, 10]
    assert stage.look(select(RegisterEntry).where(RegisterEntry.dossier_id == dossier.id)) == []


def test_rework_from_the_head_and_from_the_leader(stage: Stage) -> None:
    stage.play_to("review_draft")
    stage.do("review_draft", "truongphong", "return").do("draft_result", "chuyenvien", "draft")
    stage.do("review_draft", "truongphong", "approve")
    again = {
        "signing_capacity": "head",
        "review_outcome": "reappraise",
        "review_comment": "Thẩm xét lại phép thử thứ hai",
    }
    stage.do("sign_result", "lanhdao", again)
    assert (stage.open, stage.task("appraise_scope").note) == (["appraise_scope"], "Thẩm xét lại phép thử thứ hai")
    stage.do("appraise_scope", "chuyenvien", "granted").do("draft_result", "chuyenvien", "draft")
    stage.do("review_draft", "truongphong", "approve").do("sign_result", "lanhdao", "sign")
    assert stage.open == ["number_and_seal"]
    assert [paper.state for paper in stage.papers("registration_certificate")] == [DocumentState.SIGNED]


def test_withdrawal_stops_everything_and_is_noted_with_its_reason(stage: Stage) -> None:
    stage.play_to("appraise_management_system")
    stage.withdraw()
    assert stage.open == ["draft_stop_notice"]
    with pytest.raises(InvalidForm):
        stage.withdraw("  ")
    stage.do("draft_stop_notice", "chuyenvien", "stop").do("sign_stop_notice", "lanhdao", "sign")
    assert (stage.dossier().state, stage.instance().status) == (DossierState.WITHDRAWN, InstanceState.COMPLETED)
    assert "withdrawal.requested" in events(stage)
    with pytest.raises(Conflict, match="closed"):
        stage.withdraw()


def test_withdrawal_before_reception(stage: Stage) -> None:
    stage.submit()
    stage.withdraw()
    assert stage.open == ["draft_stop_notice"]
    stage.do("draft_stop_notice", "tiepnhan", "stop").do("sign_stop_notice", "lanhdao", "sign")
    assert stage.dossier().state is DossierState.WITHDRAWN


def test_withdrawal_while_the_applicant_is_asked_to_complete_it(stage: Stage) -> None:
    stage.submit()
    stage.do("check_composition", "tiepnhan", "ask")
    stage.withdraw()
    assert stage.open == ["draft_stop_notice"]
    with pytest.raises(Conflict):
        stage.answer()


def test_withdrawal_is_possible_until_the_leaders_signature_on_the_result(stage: Stage) -> None:
    stage.play_to("number_and_seal")
    assert stage.dossier().result_signed_at is not None
    with pytest.raises(Conflict, match="already signed"):
        stage.withdraw()
    assert stage.open == ["number_and_seal"]


def test_asking_to_withdraw_twice_is_refused(sqlite_stage: Stage) -> None:
    sqlite_stage.submit()
    sqlite_stage.withdraw()
    with pytest.raises(Conflict, match="does not wait for it"):
        sqlite_stage.withdraw()


def test_an_apology_before_the_date_moves_it_once_and_keeps_the_first_promise(stage: Stage) -> None:
    stage.play_to("appraise_management_system")
    promised, due = stage.dossier().due_original_at, stage.dossier().due_at
    stage.moment = stage.due("handle_delay")  # type: ignore[assignment]
    stage.work()
    assert stage.open == ["appraise_management_system", "draft_apology"]
    stage.do("draft_apology", "chuyenvien", "apology").do("sign_apology", "lanhdao", "sign")
    dossier = stage.dossier()
    assert (dossier.due_original_at, dossier.state) == (promised, DossierState.IN_PROGRESS)
    assert due is not None and dossier.due_at is not None
    assert dossier.due_at > due and dossier.due_at == dossier.due_rescheduled_at
    assert stage.task("appraise_management_system").dossier_due_at == dossier.due_at
    assert "apology_note" in issued(stage)
    stage.moment = stage.due("handle_delay")  # type: ignore[assignment]
    stage.work()
    assert stage.open == ["appraise_management_system"], "only one apology: the leader is told of a second delay"
    assert any("chậm lần hai" in subject for subject in stage.mail())
    assert stage.dossier().due_at == dossier.due_at


def test_reception_is_warned_when_it_has_not_answered_in_eight_working_hours(stage: Stage) -> None:
    stage.submit()
    stage.moment = datetime.fromisoformat("2026-11-13T08:59:00+07:00")
    assert stage.work() == 0
    stage.moment = datetime.fromisoformat("2026-11-13T09:00:00+07:00")
    assert stage.work() == 1
    assert sum("Quá 8 giờ" in subject for subject in stage.mail()) == 2, "both officials of reception"
    assert stage.open == ["check_composition"]
