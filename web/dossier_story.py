"""What a dossier's pages tell its owner and, shorter, whoever holds the look-up secret: where it is and what now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from web.filters import due_chip, short_day
from workflow_engine import casefile, clock
from workflow_engine.dossiers import waits_for_supplement
from workflow_engine.models import (
    ApplicationDraft,
    Authority,
    Document,
    Dossier,
    DossierFile,
    DossierState,
    History,
    ProcedureVersion,
    Unit,
    UserTask,
)

MOST_CELLS = 130  # More days than this are too thin to see.
# Events whose title holds the number of a paper: for the owner only.
WITH_NUMBERS = ("document.issued",)
ENDED = (DossierState.NOT_ACCEPTED, DossierState.WITHDRAWN, DossierState.STOPPED, DossierState.RETURNED)
WITHDRAWABLE = (
    DossierState.SUBMITTED,
    DossierState.RECEIVED,
    DossierState.IN_PROGRESS,
    DossierState.SUPPLEMENT_REQUESTED,
    DossierState.PAYMENT_REQUESTED,
)


@dataclass(frozen=True)
class FairClock:
    """Days by who used them; ``cells`` are the days in order, as names of colours."""

    office: int
    applicant: int
    not_counted: int
    cells: Sequence[str]
    since: date
    until: date


@dataclass(frozen=True)
class Story:
    """``stage`` is 1 to 5; ``papers`` and ``files`` are empty for who is not the owner.

    ``can_supplement``: whether the applicant is asked for something now.
    """

    dossier: Dossier
    version: ProcedureVersion
    authority: Authority
    unit: Unit | None
    headline: str
    stage: int
    steps: Sequence[tuple[str, str]]
    chip: tuple[str, str]
    clock: FairClock | None
    history: Sequence[History]
    tasks: Sequence[UserTask]
    papers: Sequence[Document]
    files: Sequence[DossierFile]
    can_supplement: bool

    @property
    def is_ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.dossier.state in ENDED

    @property
    def is_decided(self) -> bool:
        """Whether the result is there."""
        return self.dossier.state in (DossierState.DECIDED, DossierState.RETURNED)

    @property
    def can_withdraw(self) -> bool:
        """Whether withdrawing is still possible: until the result is signed, and once."""
        is_open = self.dossier.state in WITHDRAWABLE and self.dossier.result_signed_at is None
        return is_open and not self.is_withdrawing

    @property
    def is_withdrawing(self) -> bool:
        """Whether the applicant asked to withdraw and the authority has not closed the dossier yet."""
        has_asked = any(row.kind == "withdrawal.requested" for row in self.history)
        return has_asked and self.dossier.state in WITHDRAWABLE


def tell(session: Session, dossier: Dossier, *, is_owner: bool) -> Story:
    """The story of a dossier that the reader may see."""
    stage = casefile.stage_of(dossier)
    can_supplement = waits_for_supplement(session, dossier)
    unit = session.get(Unit, (dossier.authority_id, dossier.unit_id)) if dossier.unit_id else None
    return Story(
        dossier=dossier,
        version=session.get_one(ProcedureVersion, dossier.procedure_version_id),
        authority=session.get_one(Authority, dossier.authority_id),
        unit=unit,
        headline=headline(dossier, can_supplement),
        stage=stage,
        steps=_steps(dossier),
        chip=_chip(dossier, can_supplement),
        clock=_fair_clock(casefile.clock_of(session, dossier)),
        history=[
            row
            for row in reversed(casefile.timeline(session, dossier, public_only=True))
            if is_owner or row.kind not in WITH_NUMBERS
        ],
        tasks=casefile.open_tasks(session, dossier),
        papers=casefile.papers_of(session, dossier, for_applicant=True) if is_owner else (),
        files=casefile.files_of(session, dossier) if is_owner else (),
        can_supplement=can_supplement,
    )


def headline(dossier: Dossier, can_supplement: bool) -> str:
    """The state in one sentence."""
    if dossier.state is DossierState.SUPPLEMENT_REQUESTED and not can_supplement:
        is_ending = clock.is_stopped(dossier)  # Withdrawn, or not answered in time.
        return _("Cơ quan đang kết thúc hồ sơ") if is_ending else _("Cơ quan đang xem phần bổ sung")
    words = {
        DossierState.SUBMITTED: _("Hồ sơ đang chờ tiếp nhận"),
        DossierState.RECEIVED: _("Hồ sơ đã được tiếp nhận"),
        DossierState.NOT_ACCEPTED: _("Hồ sơ không được tiếp nhận"),
        DossierState.IN_PROGRESS: _("Hồ sơ đang được thẩm xét"),
        DossierState.SUPPLEMENT_REQUESTED: _("Cơ quan chờ bạn bổ sung hồ sơ"),
        DossierState.PAYMENT_REQUESTED: _("Cơ quan chờ bạn nộp phí"),
        DossierState.WITHDRAWN: _("Hồ sơ đã rút"),
        DossierState.STOPPED: _("Hồ sơ đã dừng giải quyết"),
        DossierState.DECIDED: _("Hồ sơ đã có kết quả"),
        DossierState.RETURNED: _("Kết quả đã được trả"),
    }
    return words[dossier.state]


def names_of_drafts(session: Session, drafts: Sequence[ApplicationDraft]) -> dict[str, ProcedureVersion]:
    """The newest version of each procedure that a draft is for, by procedure id."""
    wanted = {draft.procedure_id for draft in drafts}
    query = select(ProcedureVersion).where(ProcedureVersion.procedure_id.in_(wanted)).order_by(ProcedureVersion.number)
    return {version.procedure_id: version for version in session.scalars(query)} if wanted else {}


def _fair_clock(counted: casefile.Clock) -> FairClock | None:
    """None until a day has passed; the newest days when there are more than can be seen."""
    colours = {casefile.OFFICE: "pri", casefile.APPLICANT: "warn", casefile.NOT_COUNTED: "gray", casefile.TODAY: "pri2"}
    days = counted.days[-MOST_CELLS:]
    if len(days) < 2:
        return None
    return FairClock(
        office=counted.count(casefile.OFFICE),
        applicant=counted.count(casefile.APPLICANT),
        not_counted=counted.count(casefile.NOT_COUNTED),
        cells=[colours[each.kind] for each in days],
        since=days[0].on,
        until=days[-1].on,
    )


def _steps(dossier: Dossier) -> list[tuple[str, str]]:
    due = _("hẹn %(day)s", day=short_day(dossier.due_at)) if dossier.due_at and dossier.received_at else ""
    return [
        (_("Đã nộp"), short_day(dossier.submitted_at)),
        (_("Tiếp nhận"), short_day(dossier.received_at)),
        (_("Thẩm xét"), ""),
        (_("Ký số, phát hành"), short_day(dossier.result_signed_at)),
        (_("Trả kết quả"), short_day(dossier.closed_at) or due),
    ]


def _chip(dossier: Dossier, can_supplement: bool) -> tuple[str, str]:
    if dossier.state in (DossierState.DECIDED, DossierState.RETURNED):
        is_in_time = dossier.due_at is None or (dossier.decided_at or dossier.due_at) <= dossier.due_at
        return (_("Xong đúng hạn"), "ok") if is_in_time else (_("Xong sau hạn"), "late")
    if dossier.state in ENDED:
        return _("Đã kết thúc"), "pause"
    if can_supplement:
        return _("Tạm dừng tính hạn, chờ bạn"), "pause"
    if dossier.received_at is None and not clock.is_stopped(dossier):
        return _("Chờ tiếp nhận"), "pause"
    return due_chip(dossier.due_at, is_stopped=clock.is_stopped(dossier))
