"""Signing and sealing as part of a task: PIN, right to sign, what was shown, numbers, and two valid signatures."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import make
import pytest
from sqlalchemy import select, update
from stage import Stage

from workflow_engine import dossier_values, files, issuing, people
from workflow_engine import signing_desk as desk
from workflow_engine.errors import Conflict, EngineError, Forbidden, InvalidForm, NotFound
from workflow_engine.models import (
    Document,
    DocumentState,
    Dossier,
    NumberSeries,
    OutgoingNumber,
    SigningAuthority,
    Unit,
)
from workflow_engine.people import Official
from workflow_engine.seed.organisation import PIN
from workflow_engine.verification import verify

CERTIFICATE = "registration_certificate"


def sign(
    stage: Stage, who: str | Official = "lanhdao", *, pin: str = PIN, shown: str | None = None, **changed: Any
) -> None:
    """Sign the result; ``shown`` stands for the hash the page sends back."""
    official = stage.official(who) if isinstance(who, str) else who
    task = stage.task("sign_result")
    raw = {**stage.values(task, official, "sign"), **changed}
    seen = desk.preview(stage.now, stage.config, task.id, official).sha256 if shown is None else shown
    desk.sign_task(stage.now, stage.config, task.id, official, raw, pin, seen)


def certificate(stage: Stage) -> Document:
    return stage.papers(CERTIFICATE)[-1]


def numbers(stage: Stage, series: str = "GCN") -> list[tuple[int, bool]]:
    """The outgoing register of a series: number and whether it was cancelled."""
    query = select(OutgoingNumber).where(OutgoingNumber.series == series).order_by(OutgoingNumber.number)
    return [(row.number, row.cancelled_at is not None) for row in stage.look(query)]


def pdf_of(stage: Stage, paper: Document) -> Path:
    assert paper.sha256 is not None
    return files.path_of(files.root_of(stage.config), paper.sha256)


def test_leader_and_seal_give_two_valid_signatures(stage: Stage) -> None:
    stage.play_to("")
    paper = certificate(stage)
    report = verify(pdf_of(stage, paper), [issuing.ca_folder(stage.config) / "root.pem"])
    assert report.verdict == "valid", report
    assert [(each.role, each.is_intact, each.is_trusted) for each in report.signatures] == [
        ("leader", True, True), ("seal", True, True),
    ]  # fmt: skip
    leader = stage.official("lanhdao")
    assert report.signatures[0].common_name == leader.name
    assert (paper.state, paper.signer_id, paper.sealed_by) == (
        DocumentState.ISSUED, leader.account_id, stage.official("vanthu").account_id,
    )  # fmt: skip
    assert (paper.number, paper.symbol, paper.issued_on) == (1, "GCN-CCTĐC", date(2026, 11, 12))


def test_a_paper_only_the_agency_signs_has_one_valid_signature(sqlite_stage: Stage) -> None:
    sqlite_stage.submit()
    sqlite_stage.do("check_composition", "tiepnhan", "complete")
    [receipt] = sqlite_stage.papers("receipt_note")
    report = verify(pdf_of(sqlite_stage, receipt), [issuing.ca_folder(sqlite_stage.config) / "root.pem"])
    assert (report.verdict, [each.role for each in report.signatures]) == ("valid", ["seal"])


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"pin": "000000"}, Forbidden),
        ({"signing_capacity": "by_order"}, Forbidden),
        ({"signing_capacity": "king"}, InvalidForm),
        ({"shown": "0" * 64}, Conflict),
    ],
)
def test_what_is_refused_signs_nothing_and_takes_no_number(
    stage: Stage, changed: dict[str, Any], error: type[EngineError]
) -> None:
    stage.play_to("sign_result")
    before = (certificate(stage).version, stage.instance().version)
    with pytest.raises(error):
        sign(stage, **changed)
    paper = certificate(stage)
    assert (paper.version, stage.instance().version) == before
    assert (paper.state, paper.number, paper.signed_at, numbers(stage)) == (DocumentState.DRAFT, None, None, [])
    assert (stage.open, stage.dossier().result_signed_at) == (["sign_result"], None)
    sign(stage)
    assert (numbers(stage), stage.open) == ([(1, False)], ["number_and_seal"])


def test_a_paper_that_changed_since_it_was_shown_is_not_signed(stage: Stage) -> None:
    stage.play_to("sign_result")
    shown = stage.preview("sign_result", "lanhdao").sha256

    def correct(session: Any) -> None:
        dossier = session.get_one(Dossier, (stage.dossier().authority_id, stage.dossier().id))
        values = dossier_values.latest(session, dossier, "shared/draft_result")
        dossier_values.store(session, dossier, "shared/draft_result", 9, {**values, "abstract": "Khác"}, actor=None)

    stage.run(correct)
    with pytest.raises(Conflict, match="changed since it was shown"):
        sign(stage, shown=shown)
    assert (numbers(stage), certificate(stage).state) == ([], DocumentState.DRAFT)
    sign(stage)


def test_what_is_previewed_is_what_is_signed(sqlite_stage: Stage) -> None:
    sqlite_stage.play_to("sign_result")
    before = sqlite_stage.preview("sign_result", "lanhdao")
    assert (before.pdf[:5], before.key) == (b"%PDF-", CERTIFICATE)
    sign(sqlite_stage)
    after = sqlite_stage.preview("number_and_seal", "vanthu")
    assert after.sha256 == certificate(sqlite_stage).sha256
    assert after.pdf == pdf_of(sqlite_stage, certificate(sqlite_stage)).read_bytes()


def test_a_right_to_sign_counts_only_while_it_is_in_force(stage: Stage) -> None:
    stage.play_to("sign_result")
    leader = stage.official("lanhdao").account_id
    ended = update(SigningAuthority).where(SigningAuthority.account_id == leader).values(to_on=date(2026, 11, 11))
    stage.run(lambda session: session.execute(ended))
    with pytest.raises(Forbidden, match="no right in force"):
        sign(stage)
    assert numbers(stage) == []


def test_a_deputy_signs_as_deputy(sqlite_stage: Stage) -> None:
    sqlite_stage.play_to("sign_result")
    with pytest.raises(Forbidden):
        sign(sqlite_stage, "lanhdao2")
    sign(sqlite_stage, "lanhdao2", signing_capacity="deputy")
    assert certificate(sqlite_stage).capacity == "deputy"


def test_who_appraised_signs_nothing_whatever_key_they_hold(stage: Stage) -> None:
    stage.play_to("sign_result")
    both = stage.official("chuyenvien")
    authority_id = stage.dossier().authority_id
    [unit] = stage.look(select(Unit).where(Unit.authority_id == authority_id, Unit.kind == "leadership"))
    make.make_post(stage.database, both.account_id, unit, "leader")
    right = update(SigningAuthority).where(SigningAuthority.account_id == stage.official("lanhdao").account_id)
    stage.run(lambda session: session.execute(right.values(account_id=both.account_id)))
    with stage.now.reading() as session:
        signer = people.get_official(session, both.account_id)
    with pytest.raises(Forbidden, match="appraised or drafted"):
        sign(stage, signer)
    assert (numbers(stage), certificate(stage).state) == ([], DocumentState.DRAFT)


def test_the_clerk_seals_only_what_the_leader_signed(stage: Stage) -> None:
    stage.play_to("number_and_seal")
    task, clerk = stage.task("number_and_seal"), stage.official("vanthu")
    raw = stage.values(task, clerk, "seal")
    stage.run(lambda s: s.execute(update(Document).where(Document.key == CERTIFICATE).values(state="draft")))
    with pytest.raises(Conflict, match="has not signed it"):
        desk.seal_task(stage.now, stage.config, task.id, clerk, raw)
    assert stage.open == ["number_and_seal"]


@pytest.mark.parametrize(
    ("element", "who", "entered"), [("sign_result", "lanhdao", "sign"), ("number_and_seal", "vanthu", "seal")]
)
def test_a_signing_task_cannot_be_completed_past_the_desk(stage: Stage, element: str, who: str, entered: str) -> None:
    """Neither by a page that forgets to sign nor by a hand-written request."""
    stage.play_to(element)
    before = certificate(stage).state
    with pytest.raises(Conflict, match="Cannot complete"):
        stage.complete(element, who, entered)
    assert (stage.open, certificate(stage).state) == ([element], before)


def test_returning_a_draft_needs_no_pin_and_signs_nothing(stage: Stage) -> None:
    stage.play_to("sign_result")
    sign(stage, pin="", shown="", review_outcome="redraft", review_comment="Sửa trích yếu")
    assert (stage.open, numbers(stage), certificate(stage).state) == (["draft_result"], [], DocumentState.DRAFT)


def test_numbers_have_no_gaps_and_begin_anew_each_year(stage: Stage) -> None:
    for _ in range(2):
        stage.play_to("number_and_seal")
    assert numbers(stage) == [(1, False), (2, False)]
    authority_id = stage.dossier().authority_id
    [counter] = stage.look(select(NumberSeries).where(NumberSeries.series == "GCN"))
    assert (counter.authority_id, counter.year, counter.last) == (authority_id, 2026, 2)


def test_two_leaders_at_one_moment_sign_once(stage: Stage) -> None:
    stage.play_to("sign_result")
    task = stage.task("sign_result")
    shown = stage.preview("sign_result", "lanhdao").sha256
    both = [(stage.official("lanhdao"), "head"), (stage.official("lanhdao2"), "deputy")]
    raw = stage.values(task, both[0][0], "sign")

    def attempt(signer: tuple[Official, str]) -> str:
        try:
            values = {**raw, "signing_capacity": signer[1]}
            desk.sign_task(stage.now, stage.config, task.id, signer[0], values, PIN, shown)
        except Conflict:
            return "refused"
        return "signed"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(attempt, both))
    assert outcomes == ["refused", "signed"]
    assert (numbers(stage), stage.open, len(stage.papers(CERTIFICATE))) == ([(1, False)], ["number_and_seal"], 1)


def test_a_number_is_kept_when_signing_was_interrupted_after_it_was_allotted(stage: Stage) -> None:
    stage.play_to("sign_result")
    task, leader = stage.task("sign_result"), stage.official("lanhdao")
    raw = stage.values(task, leader, "sign")
    shown = stage.preview("sign_result", "lanhdao").sha256
    stage.run(lambda session: desk._prepare(session, task.id, leader, raw, shown))
    assert (numbers(stage), certificate(stage).state) == ([(1, False)], DocumentState.DRAFT)
    stage.do(
        "sign_result", "lanhdao", {"signing_capacity": "head", "review_outcome": "redraft", "review_comment": "Sửa"}
    )
    stage.do("draft_result", "chuyenvien", "draft").do("review_draft", "truongphong", "approve")
    sign(stage)
    assert (numbers(stage), certificate(stage).number, certificate(stage).state) == (
        [(1, False)], 1, DocumentState.SIGNED,
    )  # fmt: skip


def test_a_number_of_a_withdrawn_dossier_is_cancelled_with_its_reason(stage: Stage) -> None:
    stage.play_to("sign_result")
    task, leader = stage.task("sign_result"), stage.official("lanhdao")
    raw = stage.values(task, leader, "sign")
    shown = stage.preview("sign_result", "lanhdao").sha256
    stage.run(lambda session: desk._prepare(session, task.id, leader, raw, shown))
    stage.withdraw()
    stage.do("draft_stop_notice", "chuyenvien", "stop").do("sign_stop_notice", "lanhdao", "sign")
    assert certificate(stage).state is DocumentState.VOID
    [row] = stage.look(select(OutgoingNumber).where(OutgoingNumber.series == "GCN"))
    assert (row.number, row.cancelled_at, row.reason) == (1, stage.moment, "Hồ sơ đã kết thúc")
    stage.play_to("number_and_seal")
    assert certificate(stage).number == 2, "a cancelled number is never given again"


def test_a_refusal_takes_the_place_of_a_certificate_and_cancels_its_number(sqlite_stage: Stage) -> None:
    stage = sqlite_stage.play_to("sign_result")
    task, leader = stage.task("sign_result"), stage.official("lanhdao")
    raw = stage.values(task, leader, "sign")
    shown = stage.preview("sign_result", "lanhdao").sha256
    stage.run(lambda session: desk._prepare(session, task.id, leader, raw, shown))
    again = {"signing_capacity": "head", "review_outcome": "reappraise", "review_comment": "Xem lại"}
    stage.do("sign_result", "lanhdao", again).do("appraise_scope", "chuyenvien", "refused")
    stage.do("draft_result", "chuyenvien", "draft")
    assert [(paper.key, paper.state) for paper in stage.papers() if paper.key != "receipt_note"] == [
        (CERTIFICATE, DocumentState.VOID), ("refusal_letter", DocumentState.DRAFT),
    ]  # fmt: skip
    assert numbers(stage) == [(1, True)]


def test_a_task_that_handles_no_paper_has_no_preview(sqlite_stage: Stage) -> None:
    sqlite_stage.submit()
    with pytest.raises(NotFound):
        sqlite_stage.preview("check_composition", "tiepnhan")


def test_nobody_previews_the_paper_of_a_task_that_is_not_theirs(stage: Stage) -> None:
    stage.play_to("sign_result")
    task = stage.task("sign_result")
    for stranger in (stage.official("vanthu"), stage.official("lanhdao", office=1)):
        with pytest.raises(NotFound):
            desk.preview(stage.now, stage.config, task.id, stranger)
