"""What an applicant has typed and uploaded so far, and who reaches it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import make
import pytest
from sqlalchemy.orm import Session

from workflow_engine import drafts
from workflow_engine.db import Database
from workflow_engine.errors import Conflict, Forbidden, NotFound
from workflow_engine.files import StoredFile
from workflow_engine.models import Account, AccountKind, ApplicationDraft, DraftFile

STORED = StoredFile(sha256="a" * 64, size=1234, media_type="application/pdf", pages=3, filename="Bằng cấp.pdf")


@pytest.fixture
def account(database: Database) -> Account:
    return make.make_account(database)


@pytest.fixture
def draft(database: Database, account: Account) -> ApplicationDraft:
    return begin(database, account)


def begin(database: Database, account: Account, **given: Any) -> ApplicationDraft:
    authority = make.make_authority(database)
    return database.transact(lambda s: drafts.start_draft(s, account, make.PROCEDURE, authority.id, **given))


def attach(database: Database, draft: ApplicationDraft, account: Account, stored: StoredFile = STORED) -> DraftFile:
    return database.transact(lambda s: drafts.attach_file(s, draft.id, account, "staff_file", stored))


def files_of(database: Database, draft: ApplicationDraft) -> list[tuple[str, str]]:
    with database.reading() as session:
        return [(file.component, file.filename) for file in drafts.list_draft_files(session, draft.id)]


def test_a_draft_begins_with_what_is_known_of_the_applicant(database: Database) -> None:
    account = make.make_account(database, applicant_id=make.make_applicant(database, values={"phone": "0912345678"}).id)
    draft = begin(database, account)
    with database.reading() as session:
        kept = drafts.get_draft(session, draft.id, account)
    assert (kept.values, kept.procedure_id, kept.dossier_code) == ({"phone": "0912345678"}, make.PROCEDURE, None)


def test_a_draft_may_answer_a_supplement(database: Database, account: Account) -> None:
    assert begin(database, account, dossier_code="T01.30-261112-0001").dossier_code == "T01.30-261112-0001"


def test_an_official_files_nothing(database: Database) -> None:
    official = make.make_account(database, kind=AccountKind.OFFICIAL)
    with pytest.raises(Forbidden):
        begin(database, official)


def test_a_draft_goes_to_an_authority_that_exists(database: Database, account: Account) -> None:
    with pytest.raises(NotFound):
        database.transact(lambda s: drafts.start_draft(s, account, make.PROCEDURE, 1))


def test_what_is_typed_is_kept_as_it_is(database: Database, account: Account, draft: ApplicationDraft) -> None:
    typed = {
        "applicant_name": "  ",
        "scope": [{"test_name": "Độ bền nén\0"}],
        "unknown": "<b>",
        "declaration_truth": True,
    }
    database.transact(lambda s: drafts.save_draft(s, draft.id, account, typed))
    with database.reading() as session:
        assert drafts.get_draft(session, draft.id, account).values == typed


def test_drafts_are_listed_last_saved_first(database: Database, account: Account, draft: ApplicationDraft) -> None:
    second = begin(database, account)
    begin(database, make.make_account(database))
    database.clock_offset = timedelta(minutes=1)
    database.transact(lambda s: drafts.save_draft(s, draft.id, account, {}))
    with database.reading() as session:
        assert [each.id for each in drafts.list_drafts(session, account)] == [draft.id, second.id]


@pytest.mark.parametrize(
    "attempt",
    [
        lambda s, draft, file, other: drafts.get_draft(s, draft, other),
        lambda s, draft, file, other: drafts.save_draft(s, draft, other, {}),
        lambda s, draft, file, other: drafts.attach_file(s, draft, other, "staff_file", STORED),
        lambda s, draft, file, other: drafts.detach_file(s, draft, other, file),
        lambda s, draft, file, other: drafts.discard_draft(s, draft, other),
    ],
    ids=["get", "save", "attach", "detach", "discard"],
)
def test_nobody_else_reaches_a_draft(
    database: Database,
    account: Account,
    draft: ApplicationDraft,
    attempt: Callable[[Session, int, int, Account], object],
) -> None:
    file = attach(database, draft, account)
    other = make.make_account(database)
    for draft_id in (draft.id, 1):
        with pytest.raises(NotFound):
            database.transact(lambda s, draft_id=draft_id: attempt(s, draft_id, file.id, other))
    assert files_of(database, draft) == [("staff_file", "Bằng cấp.pdf")]


def test_files_come_and_go(database: Database, account: Account, draft: ApplicationDraft) -> None:
    file = attach(database, draft, account)
    attach(database, draft, account, replace(STORED, sha256="b" * 64, filename="Hai.pdf"))
    assert files_of(database, draft) == [("staff_file", "Bằng cấp.pdf"), ("staff_file", "Hai.pdf")]
    database.transact(lambda s: drafts.detach_file(s, draft.id, account, file.id))
    assert files_of(database, draft) == [("staff_file", "Hai.pdf")]


def test_the_same_content_twice_is_one_file(database: Database, account: Account, draft: ApplicationDraft) -> None:
    first = attach(database, draft, account)
    assert attach(database, draft, account, replace(STORED, filename="Bản sao.pdf")).id == first.id


def test_a_file_of_another_draft_stays(database: Database, account: Account, draft: ApplicationDraft) -> None:
    file = attach(database, draft, account)
    mine = begin(database, account)
    with pytest.raises(NotFound):
        database.transact(lambda s: drafts.detach_file(s, mine.id, account, file.id))


def test_a_draft_takes_as_many_files_as_configured(
    database: Database, account: Account, draft: ApplicationDraft
) -> None:
    assert database.config is not None
    database.config = replace(database.config, files=replace(database.config.files, max_files=2))

    def upload(number: int) -> bool:
        try:
            attach(database, draft, account, replace(STORED, sha256=f"{number:064x}"))
        except Conflict as error:
            assert "at most 2 files" in str(error)
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(upload, range(4))) == [False, False, True, True]
    assert len(files_of(database, draft)) == 2


def test_a_discarded_draft_is_gone_with_its_files(
    database: Database, account: Account, draft: ApplicationDraft
) -> None:
    attach(database, draft, account)
    database.transact(lambda s: drafts.discard_draft(s, draft.id, account))
    assert files_of(database, draft) == []
    with database.reading() as session:
        assert drafts.list_drafts(session, account) == []
