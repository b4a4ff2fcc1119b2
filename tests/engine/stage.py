"""A stage for whole dossiers: the demonstration's organisation, the real procedure, a clock that stands until moved."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_engine import dossiers, drafts, people, tasks, worker
from workflow_engine import signing_desk as desk
from workflow_engine.config import Config
from workflow_engine.db import Database
from workflow_engine.dossiers import Submitted
from workflow_engine.files import StoredFile
from workflow_engine.models import Account, Document, Dossier, Outbox, ProcessInstance, Timer, UserTask
from workflow_engine.people import Official
from workflow_engine.seed.organisation import PIN, People
from workflow_engine.seed.plots import values_of
from workflow_engine.signing_desk import Preview

MOMENT = datetime(2026, 11, 12, 2, 0, tzinfo=UTC)  # Thursday, 09:00 in Viet Nam
PROCEDURE = "testing_registration_issue"
COMPONENTS = ("establishment_file", "staff_file", "procedure_list_file", "report_template_file")

# The happy path: element, who, what is entered (seed/plots.py).
HAPPY = (
    ("check_composition", "tiepnhan", "complete"),
    ("assign_specialist", "truongphong", "assign"),
    ("examine_dossier", "chuyenvien", "valid"),
    ("appraise_management_system", "chuyenvien", "system"),
    ("appraise_scope", "chuyenvien", "granted"),
    ("draft_result", "chuyenvien", "draft"),
    ("review_draft", "truongphong", "approve"),
    ("sign_result", "lanhdao", "sign"),
    ("number_and_seal", "vanthu", "seal"),
)

Result = TypeVar("Result")


@dataclass
class Stage:
    """One office of the demonstration. ``moment`` is now; ``code`` is the dossier played last."""

    database: Database
    config: Config
    people: People
    moment: datetime = MOMENT
    code: str = ""
    secret: str = ""

    @property
    def now(self) -> Database:
        return self.database.at(self.moment)

    def later(self, *, hours: float = 0, days: float = 0) -> "Stage":
        self.moment += timedelta(hours=hours, days=days)
        return self

    def run(self, action: Callable[[Session], Result]) -> Result:
        return self.now.transact(action)

    def look(self, query: Any) -> list[Any]:
        """The rows of a query."""
        with self.database.reading() as session:
            return list(session.scalars(query))

    def official(self, name: str, office: int = 0) -> Official:
        with self.now.reading() as session:
            return people.get_official(session, self.people.offices[office].officials[name])

    @property
    def applicant(self) -> Account:
        with self.database.reading() as session:
            return people.get_account(session, self.people.applicants[0])

    def submit(self, *, channel: str = "electronic", office: int = 0, **changed: Any) -> str:
        """File a dossier; returns its code."""
        submitted = self.run(lambda session: self.submit_in(session, channel=channel, office=office, **changed))
        self.code, self.secret = submitted.dossier.code, submitted.secret
        return self.code

    def submit_in(self, session: Session, *, channel: str, office: int, **changed: Any) -> Submitted:
        account = people.get_account(session, self.people.applicants[0])
        draft = drafts.start_draft(session, account, PROCEDURE, self.people.offices[office].authority_id)
        session.flush()
        for component in COMPONENTS:
            drafts.attach_file(session, draft.id, account, component, self.file(component))
        raw = {**draft.values, **values_of("start", is_accredited=False, result_channel=channel), **changed}
        return dossiers.submit(session, draft.id, account, raw)

    @staticmethod
    def file(component: str) -> StoredFile:
        """What the store says of a file; nothing here reads its content."""
        sha256 = hashlib.sha256(component.encode()).hexdigest()
        return StoredFile(sha256=sha256, size=1000, media_type="application/pdf", pages=2, filename=f"{component}.pdf")

    def dossier(self, code: str = "") -> Dossier:
        with self.database.reading() as session:
            found = dossiers.find_by_code(session, code or self.code)
        assert found is not None
        return found

    def instance(self) -> ProcessInstance:
        return self.look(select(ProcessInstance).where(ProcessInstance.dossier_id == self.dossier().id))[0]

    @property
    def open(self) -> list[str]:
        """The open tasks of the dossier by element."""
        query = select(UserTask.element_id).where(UserTask.dossier_id == self.dossier().id)
        return sorted(self.look(query.where(UserTask.state.in_(tasks.OPEN))))

    def task(self, element_id: str) -> UserTask:
        query = select(UserTask).where(UserTask.dossier_id == self.dossier().id, UserTask.element_id == element_id)
        found = self.look(query.where(UserTask.state.in_(tasks.OPEN)))
        assert found, f"{element_id} is not open, but {self.open}"
        return found[0]

    def due(self, element_id: str) -> datetime | None:
        """When the timer of an element fires."""
        query = select(Timer).where(Timer.dossier_id == self.dossier().id, Timer.element_id == element_id)
        return self.look(query)[0].due_at

    def values(self, task: UserTask, official: Official, entered: str | Mapping[str, Any]) -> dict[str, Any]:
        """The form as it is shown, with what is entered."""
        with self.now.reading() as session:
            shown = tasks.form_of(session, task, official)
        if isinstance(entered, str):
            specialist = str(self.people.offices[0].officials["chuyenvien"])
            later_on = (self.moment + timedelta(days=10)).date().isoformat()
            entered = values_of(entered, scope=shown.values.get("scope"), specialist=specialist, later_on=later_on)
        return {**shown.values, **entered}

    def complete(self, element_id: str, who: str, entered: str | Mapping[str, Any]) -> UserTask:
        """Complete a task as it is, without signing and without the worker."""
        task, official = self.task(element_id), self.official(who)
        raw = self.values(task, official, entered)
        return self.run(lambda session: tasks.complete(session, task.id, official, raw))

    def do(self, element_id: str, who: str, entered: str | Mapping[str, Any]) -> "Stage":
        """Complete a task an hour later, signing or sealing where it is that; then the worker has its turn."""
        self.later(hours=0.25)
        task, official = self.task(element_id), self.official(who)
        raw = self.values(task, official, entered)
        kind = desk.which(task)
        if kind == "sign":
            shown = self.preview(element_id, who).sha256 if raw["review_outcome"] == "approved" else ""
            desk.sign_task(self.now, self.config, task.id, official, raw, PIN, shown)
        elif kind == "seal":
            desk.seal_task(self.now, self.config, task.id, official, raw)
        else:
            self.run(lambda session: tasks.complete(session, task.id, official, raw))
        self.work()
        return self

    def preview(self, element_id: str, who: str) -> Preview:
        return desk.preview(self.now, self.config, self.task(element_id).id, self.official(who))

    def work(self) -> int:
        return worker.run_once(self.now, self.config)

    def play_to(self, element_id: str, **given: Any) -> "Stage":
        """File a dossier and take the happy path until a task is open ("" plays to the end)."""
        self.submit(**given)
        for step, who, entered in HAPPY:
            if step == element_id:
                return self
            self.do(step, who, entered)
        return self

    def withdraw(self, reason: str = "Doanh nghiệp thay đổi kế hoạch") -> None:
        account = self.applicant
        self.run(lambda session: dossiers.request_withdrawal(session, self.code, account, reason))

    def answer(self) -> None:
        """Hand in what was asked."""

        def answer(session: Session) -> None:
            account = people.get_account(session, self.people.applicants[0])
            draft = dossiers.start_supplement(session, self.code, account)
            session.flush()
            for item in dossiers.asked_items(session, dossiers.get_own(session, self.code, account)):
                if item.kind == "component":
                    drafts.attach_file(session, draft.id, account, item.target, self.file("supplement"))
            dossiers.answer_supplement(session, draft.id, account, draft.values)

        self.run(answer)

    def papers(self, key: str = "") -> list[Document]:
        query = select(Document).where(Document.dossier_id == self.dossier().id).order_by(Document.id)
        return self.look(query.where(Document.key == key) if key else query)

    def mail(self) -> list[str]:
        """The subjects of what was written about the dossier."""
        return self.look(select(Outbox.subject).where(Outbox.dossier_id == self.dossier().id).order_by(Outbox.id))
