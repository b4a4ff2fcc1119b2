"""A small demonstration that is really served: seeded once, answered by server and worker as people run them.

Everything stands in one folder; nothing of the machine's own settings is used.
"""

import io
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_engine import dossiers, drafts, files, people, seed, signing_desk, start, tasks, worker
from workflow_engine.config import Config, load
from workflow_engine.db import Database
from workflow_engine.models import (
    Account,
    ApplicationDraft,
    Authority,
    CodeDirectory,
    Document,
    DocumentState,
    Dossier,
    Post,
    TaskCandidate,
    UserTask,
)
from workflow_engine.seed.plots import (
    ACCEPT,
    ASK,
    ASSIGN,
    DRAFT,
    ISSUED,
    SIGN,
    STOP,
    SYSTEM,
    TO_APPRAISAL,
    TO_DRAFT,
    TO_SIGNING,
    Step,
    values_of,
)
from workflow_engine.seed.samples import sample_pdf

PROJECT = Path(__file__).resolve().parents[2]
PROCEDURE = "testing_registration_issue"
AUTHORITY = "H26.30"
APPLICANT = "nguoinop"
COMPONENTS = ("establishment_file", "staff_file", "procedure_list_file", "report_template_file", "accreditation_file")
SECRET = "ABCDEFGHJK"
HAND_OVER = Step("hand_over_result", "tiepnhan", "counter")
# What the officials of one authority have done with dossiers filed just now: a task of every kind waits after these,
# on whatever day of the week this runs.
WAITING = (
    (),
    (ACCEPT,),
    (ACCEPT, ASSIGN),
    TO_APPRAISAL,
    (*TO_APPRAISAL, *SYSTEM),
    TO_DRAFT,
    (*TO_DRAFT, DRAFT),
    TO_SIGNING,
    (*TO_SIGNING, SIGN),
    ISSUED,
    (*ISSUED, HAND_OVER),
    (ASK,),
    (Step("check_composition", "tiepnhan", "refuse"),),
    (ACCEPT, ASSIGN, Step("withdraw")),
    (ACCEPT, ASSIGN, Step("withdraw"), STOP[0]),
)
SECONDS_TO_BE_READY = 30


@dataclass(frozen=True)
class Site:
    """A running demonstration."""

    address: str
    config: Config
    database: Database


@contextmanager
def serve(folder: Path, count: int) -> Iterator[Site]:
    """Seed ``count`` dossiers into ``folder``, start server and worker, stop both at the end."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    settings = {
        "WORKFLOW_ENGINE_PATHS_VAR": str(folder),
        "WORKFLOW_ENGINE_DATABASE_URL": f"sqlite:///{folder}/workflow.sqlite3",
        "WORKFLOW_ENGINE_SERVER_PORT": str(port),
        "WORKFLOW_ENGINE_SERVER_PUBLIC_URL": address,
    }
    config = load(environ=settings)
    database = start.prepare(config, lambda line: None)
    seed.seed(config, database, lambda line: None, dossiers=count)
    site = Site(address, config, database)
    for steps in WAITING:
        _walk(site, steps)
    _walk(site, TO_APPRAISAL, is_accredited=True)
    with (folder / "server.log").open("wb") as log:
        running = [_spawn(command, settings, log) for command in (["serve", "--checked"], ["worker"])]
        try:
            _wait_until_ready(address)
            yield site
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait(20)
            database.close()


def _walk(site: Site, steps: Sequence[Step], *, is_accredited: bool = False) -> None:
    """File a dossier and take these steps with it, by the commands people use."""
    code, _secret = submit(site, is_accredited=is_accredited)
    for step in steps:
        worker.run_once(site.database, site.config)
        if step.element == "withdraw":
            site.database.transact(
                lambda session: dossiers.request_withdrawal(session, code, _applicant(session), "Đổi")
            )
        else:
            _take(site, code, step)
    worker.run_once(site.database, site.config)


def _take(site: Site, code: str, step: Step) -> None:
    with site.database.reading() as session:
        query = select(UserTask).where(UserTask.dossier_code == code, UserTask.element_id == step.element)
        task = session.scalar(query.where(UserTask.state.in_(tasks.OPEN)))
        if task is None:
            return  # The model asks either for the management system or for the accreditation.
        account = session.scalars(select(Account).where(Account.username == step.who)).one()
        official = people.get_official(session, account.id)
        values = tasks.form_of(session, task, official).values
        specialist = session.scalars(select(Account.id).where(Account.username == "chuyenvien")).one()
    raw = {**values, **values_of(step.values, scope=values.get("scope"), specialist=str(specialist))}
    kind = signing_desk.which(task)
    if kind == "sign":
        shown = signing_desk.preview(site.database, site.config, task.id, official).sha256
        signing_desk.sign_task(site.database, site.config, task.id, official, raw, seed.PIN, shown)
    elif kind == "seal":
        signing_desk.seal_task(site.database, site.config, task.id, official, raw)
    else:
        site.database.transact(lambda session: tasks.complete(session, task.id, official, raw))


def _applicant(session: Session) -> Account:
    return session.scalars(select(Account).where(Account.username == APPLICANT)).one()


def _spawn(command: list[str], settings: Mapping[str, str], log: Any) -> "subprocess.Popen[bytes]":
    own = {name: value for name, value in os.environ.items() if not name.startswith("WORKFLOW_ENGINE_")}
    return subprocess.Popen(
        [sys.executable, "-m", "workflow_engine.cli", *command],
        cwd=PROJECT,
        env={**own, **settings},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(address: str) -> None:
    deadline = time.monotonic() + SECONDS_TO_BE_READY
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline:
        try:
            with opener.open(f"{address}/readyz", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise TimeoutError(f"The server did not answer within {SECONDS_TO_BE_READY} seconds.")


def find_task(site: Site, element_id: str) -> tuple[str, int]:
    """Somebody who can work on the newest open task of this element, and its id."""
    with site.database.reading() as session:
        query = select(UserTask).where(UserTask.element_id == element_id, UserTask.state.in_(tasks.OPEN))
        here = query.where(UserTask.dossier_code.startswith(AUTHORITY))
        task = session.scalars(here.order_by(UserTask.id.desc())).first()
        assert task is not None, f"the demonstration has no open task {element_id}"
        if task.assignee_id is not None:
            return session.get_one(Account, task.assignee_id).username, task.id
        able = (
            select(Account.username)
            .join(Post, Post.account_id == Account.id)
            .join(TaskCandidate, (TaskCandidate.unit_id == Post.unit_id) & (TaskCandidate.role == Post.role))
            .where(TaskCandidate.task_id == task.id)
        )
        return session.scalars(able.order_by(Account.username)).first() or "", task.id


def find_dossier(site: Site, state: int) -> tuple[str, str]:
    """The applicant and the code of a dossier in a national state."""
    with site.database.reading() as session:
        query = select(Account.username, Dossier.code).join(Account, Account.applicant_id == Dossier.applicant_id)
        here = query.where(Dossier.state == state, Dossier.code.startswith(AUTHORITY))
        found = session.execute(here.order_by(Dossier.id)).first()
        assert found is not None, f"the demonstration has no dossier in state {state}"
        return found[0], found[1]


def register_newcomer(site: Site) -> str:
    """User name of an applicant who has filed nothing yet."""
    name = "nguoimoi"
    typed = people.Registration(
        kind="organisation",
        name="Trung tâm Thử nghiệm Mới Mở",
        code="",
        personal_id="001185999999",
        phone="0912000088",
        email=f"{name}@example.vn",
        address="Số 10 phố Ví Dụ, phường Láng, Hà Nội",
        username=name,
        password=seed.PASSWORD,
    )
    with site.database.reading() as session:
        is_known = session.scalar(select(Account.id).where(Account.username == name)) is not None
    if not is_known:
        people.register(site.database, typed)
    return name


def begin_draft(site: Site, *, is_complete: bool, is_accredited: bool = False) -> int:
    """A new draft of the applicant: as it begins, or filled in with all its files."""

    def begin(session: Session) -> int:
        account = _applicant(session)
        authority_id = session.scalars(select(Authority.id).where(Authority.code == AUTHORITY)).one()
        draft = drafts.start_draft(session, account, PROCEDURE, authority_id)
        session.flush()
        if is_complete:
            _fill(session, site, account, draft, is_accredited)
        return draft.id

    return site.database.transact(begin)


def submit(site: Site, *, is_accredited: bool = False) -> tuple[str, str]:
    """A dossier just filed: its code and look-up secret."""
    draft_id = begin_draft(site, is_complete=True, is_accredited=is_accredited)

    def hand_in(session: Session) -> tuple[str, str]:
        account = _applicant(session)
        draft = drafts.get_draft(session, draft_id, account)
        submitted = dossiers.submit(session, draft_id, account, dict(draft.values))
        return submitted.dossier.code, submitted.secret

    return site.database.transact(hand_in)


def know_secret(site: Site, code: str) -> str:
    """Give a dossier of the seed a look-up secret that we know: the first one is kept only as a hash."""

    def set_secret(session: Session) -> None:
        entry = session.get_one(CodeDirectory, code)
        dossier = session.get_one(Dossier, (entry.authority_id, entry.dossier_id))
        dossier.lookup_hash = dossiers.hash_secret(code, SECRET)

    site.database.transact(set_secret)
    return SECRET


def find_signed_paper(site: Site) -> Path:
    """The PDF of a result that was signed, sealed and issued."""
    with site.database.reading() as session:
        query = select(Document).where(Document.state == DocumentState.ISSUED, Document.is_for_applicant)
        paper = session.scalars(query.where(Document.key.contains("certificate")).order_by(Document.id)).first()
        assert paper is not None and paper.sha256 is not None, "the demonstration has issued no result"
        return files.path_of(files.root_of(site.config), paper.sha256)


def _fill(session: Session, site: Site, account: Account, draft: ApplicationDraft, is_accredited: bool) -> None:
    entered = values_of("start", is_accredited=is_accredited, result_channel="counter")
    drafts.save_draft(session, draft.id, account, {**draft.values, **entered})
    for component in COMPONENTS if is_accredited else COMPONENTS[:-1]:
        pdf = io.BytesIO(sample_pdf(component))
        stored = files.store(files.root_of(site.config), pdf, f"{component}.pdf", site.config.files)
        drafts.attach_file(session, draft.id, account, component, stored)
