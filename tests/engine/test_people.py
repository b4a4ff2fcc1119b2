"""Signing in, registering, posts and the people a dossier can be given to."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import make
import pytest
from make import counting
from sqlalchemy import func, select

from workflow_engine import people, throttle
from workflow_engine.config import Config
from workflow_engine.db import Database
from workflow_engine.errors import Forbidden, InvalidForm, NotFound
from workflow_engine.models import Account, AccountKind, Applicant, Throttle, UserTaskState
from workflow_engine.passwords import hash_password, is_password

ADDRESS = "203.0.113.9"
REGISTRATION = people.Registration(
    kind="enterprise",
    name="Công ty cổ phần  Thử nghiệm Hải Âu",
    code="0101234567",
    personal_id="",
    phone="0912 345 678",
    email="Lien.He@HaiAu.example.vn",
    address="8 Hoàng Quốc Việt",
    username="Hai.Au",
    password="một câu dài dễ nhớ",
    representative="Lê Văn Cường",
)


@pytest.fixture
def account(database: Database) -> Account:
    return make.make_account(database, username="binh")


def sign_in(database: Database, config: Config, username: str, password: str, address: str = ADDRESS) -> Account:
    return people.authenticate(database, username, password, address, config.throttle)


def refusal(database: Database, config: Config, username: str, password: str, address: str = ADDRESS) -> str:
    with pytest.raises(Forbidden) as caught:
        sign_in(database, config, username, password, address)
    return str(caught.value)


def test_a_right_password_gives_the_account(database: Database, config: Config, account: Account) -> None:
    assert sign_in(database, config, "binh", make.PASSWORD).id == account.id


def test_a_user_name_is_read_without_its_case_and_the_spaces_around(
    database: Database, config: Config, account: Account
) -> None:
    assert sign_in(database, config, "  BINH ", make.PASSWORD).id == account.id


def test_one_sentence_whatever_is_wrong(database: Database, config: Config, account: Account) -> None:
    make.make_account(database, username="closed", is_active=False)
    assert (
        refusal(database, config, "binh", "sai")
        == refusal(database, config, "nobody", "sai")
        == refusal(database, config, "closed", make.PASSWORD)
        == people.WRONG_SIGN_IN
    )


def test_any_text_may_be_typed_as_a_user_name(database: Database, config: Config) -> None:
    for username in ("", "\0", "x" * 5000, "'; DROP TABLE account; --", "ạ\u0301" * 100):
        assert refusal(database, config, username, "sai") == people.WRONG_SIGN_IN


def test_an_unknown_account_costs_as_much_as_a_wrong_password(sqlite_database: Database, config: Config) -> None:
    make.make_account(sqlite_database, username="binh", password_hash=hash_password("mật khẩu thật sự"))
    refusal(sqlite_database, config, "warm-up", "sai")

    def cost(username: str) -> float:
        began = time.process_time()
        refusal(sqlite_database, config, username, "sai")
        return time.process_time() - began

    known, unknown = min(cost("binh") for _ in range(3)), min(cost("nobody") for _ in range(3))
    assert 0.5 < unknown / known < 2


def test_an_account_waits_after_the_configured_failures(database: Database, config: Config, account: Account) -> None:
    for number in range(config.throttle.login_per_account):
        assert refusal(database, config, "binh", "sai", f"203.0.113.{number}") == people.WRONG_SIGN_IN
    sentence = refusal(database, config, "binh", make.PASSWORD, "203.0.113.99")
    assert sentence == f"Too many tries. Wait {config.throttle.window_minutes} minutes and try again."


def test_an_unknown_account_waits_in_the_same_way(sqlite_database: Database, config: Config) -> None:
    for _ in range(config.throttle.login_per_account):
        refusal(sqlite_database, config, "nobody", "sai")
    assert refusal(sqlite_database, config, "nobody", "sai").startswith("Too many tries.")


def test_an_address_waits_whatever_accounts_it_tries(database: Database, config: Config, account: Account) -> None:
    limits = replace(config.throttle, login_per_address=3)
    for number in range(3):
        with pytest.raises(Forbidden, match="wrong"):
            people.authenticate(database, f"guess{number}", "sai", ADDRESS, limits)
    with pytest.raises(Forbidden, match="Too many tries"):
        people.authenticate(database, "binh", make.PASSWORD, ADDRESS, limits)
    assert people.authenticate(database, "binh", make.PASSWORD, "203.0.113.10", limits).id == account.id


def test_a_blocked_address_makes_no_rows_for_more_accounts(sqlite_database: Database, config: Config) -> None:
    limits = replace(config.throttle, login_per_address=0)
    with pytest.raises(Forbidden, match="Too many tries"):
        people.authenticate(sqlite_database, "binh", "sai", ADDRESS, limits)
    assert rows(sqlite_database) == {}


def test_success_clears_the_failures_of_the_account_and_not_of_the_address(
    database: Database, config: Config, account: Account
) -> None:
    for _ in range(2):
        refusal(database, config, "binh", "sai")
    sign_in(database, config, "binh", make.PASSWORD)
    assert rows(database) == {f"address:{ADDRESS}": 2}


def test_tries_count_again_when_the_window_is_over(database: Database, config: Config, account: Account) -> None:
    for _ in range(config.throttle.login_per_account):
        refusal(database, config, "binh", "sai")
    database.clock_offset = timedelta(minutes=config.throttle.window_minutes)
    assert sign_in(database, config, "binh", make.PASSWORD).id == account.id


def test_the_refusal_says_how_long_is_left(sqlite_database: Database, config: Config) -> None:
    make.make_account(sqlite_database, username="binh")
    for _ in range(config.throttle.login_per_account):
        refusal(sqlite_database, config, "binh", "sai")
    sqlite_database.clock_offset = timedelta(minutes=config.throttle.window_minutes - 4)
    assert "Wait 4 minutes" in refusal(sqlite_database, config, "binh", "sai")


def test_tries_at_the_same_moment_all_count(database: Database, config: Config) -> None:
    def take(_: int) -> bool:
        other = Database(database.engine.url.render_as_string(hide_password=False))
        try:
            throttle.take_try(other, ["lookup:203.0.113.9"], config.throttle)
        except Forbidden:
            return False
        finally:
            other.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        allowed = sum(pool.map(take, range(config.throttle.lookup_per_address + 8)))
    assert allowed == config.throttle.lookup_per_address


def rows(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {row.subject: row.failures for row in session.scalars(select(Throttle))}


def test_registering_makes_an_account_that_can_sign_in(database: Database, config: Config) -> None:
    account = people.register(database, REGISTRATION)
    assert sign_in(database, config, "hai.au", REGISTRATION.password).id == account.id
    assert (account.kind, account.name, account.email) == (
        AccountKind.APPLICANT,
        "Lê Văn Cường",
        "lien.he@haiau.example.vn",
    )


def test_registering_keeps_what_the_forms_begin_with(sqlite_database: Database) -> None:
    account = people.register(sqlite_database, REGISTRATION)
    with sqlite_database.reading() as session:
        applicant = session.get_one(Applicant, account.applicant_id)
    assert (applicant.name, applicant.code, applicant.personal_id) == (
        "Công ty cổ phần Thử nghiệm Hải Âu",
        "0101234567",
        None,
    )
    assert applicant.values == {
        "applicant_kind": "enterprise",
        "applicant_name": "Công ty cổ phần Thử nghiệm Hải Âu",
        "tax_or_enterprise_code": "0101234567",
        "legal_rep_name": "Lê Văn Cường",
        "address_line": "8 Hoàng Quốc Việt",
        "phone": "0912345678",
        "email": "lien.he@haiau.example.vn",
    }


def test_a_password_is_stored_as_argon2id_only(sqlite_database: Database) -> None:
    stored = people.register(sqlite_database, REGISTRATION).password_hash
    assert stored.startswith("$argon2id$")
    assert is_password(stored, REGISTRATION.password)
    assert not is_password(stored, REGISTRATION.password + " ")


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("kind", "club"),
        ("name", " "),
        ("name", "x" * 256),
        ("code", ""),
        ("code", "012345678"),
        ("code", "0101234567-1"),
        ("personal_id", "00109901234"),
        ("phone", "12345"),
        ("email", "hai.au"),
        ("address", ""),
        ("username", "hai âu"),
        ("username", "ab"),
        ("password", "ngắn quá"),
        ("password", "x" * 201),
        ("representative", "x" * 256),
    ],
)
def test_each_wrong_field_is_named(sqlite_database: Database, field: str, text: str) -> None:
    assert wrong_fields(sqlite_database, replace(REGISTRATION, **{field: text})) == [field]


def test_all_wrong_fields_are_named_at_once(sqlite_database: Database) -> None:
    empty = people.Registration("", "", "", "", "", "", "", "", "")
    assert wrong_fields(sqlite_database, empty) == ["kind", "name", "phone", "email", "address", "username", "password"]


def test_a_branch_registers_with_ten_digits_and_three(sqlite_database: Database) -> None:
    assert people.register(sqlite_database, replace(REGISTRATION, code="0101234567-001"))


def test_a_person_registers_with_the_personal_number_and_no_code(sqlite_database: Database) -> None:
    person = replace(REGISTRATION, kind="individual", code="", representative="")
    assert wrong_fields(sqlite_database, person) == ["personal_id"]
    assert (
        people.register(sqlite_database, replace(person, personal_id="001099012345")).name
        == "Công ty cổ phần Thử nghiệm Hải Âu"
    )


def test_a_user_name_or_e_mail_address_is_registered_once(database: Database) -> None:
    people.register(database, REGISTRATION)
    assert wrong_fields(database, REGISTRATION) == ["username", "email"]
    assert wrong_fields(database, replace(REGISTRATION, username="other")) == ["email"]


def test_of_two_at_the_same_moment_one_gets_the_user_name(database: Database) -> None:
    def attempt(number: int) -> bool:
        try:
            people.register(database, replace(REGISTRATION, email=f"a{number}@example.vn"))
        except InvalidForm as error:
            assert [each.path for each in error.errors] == ["username"]
            return False
        return True

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(attempt, range(3))) == [False, False, True]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Applicant)) == 1


def wrong_fields(database: Database, typed: people.Registration) -> list[str]:
    with pytest.raises(InvalidForm) as caught:
        people.register(database, typed)
    assert all(str(each) for each in caught.value.errors)
    return [each.path for each in caught.value.errors]


def test_an_official_has_the_posts_in_force_today(database: Database) -> None:
    authority = make.make_authority(database, name="Chi cục A")
    unit = make.make_unit(database, authority, "leadership", name="Lãnh đạo")
    official = make.make_official(database, unit=unit, role="leader", title="Chi cục trưởng")
    make.make_post(database, official.account_id, unit, "clerk", to_on=date(2026, 11, 11))
    make.make_post(database, official.account_id, unit, "reception", from_on=date(2026, 11, 13))
    with database.reading(now=make.MOMENT) as session:
        found = people.get_official(session, official.account_id)
    assert found.posts == (
        people.Holding(authority.id, "Chi cục A", unit.id, "leadership", "Lãnh đạo", "leader", "Chi cục trưởng"),
    )
    assert found.has_role("leader")
    assert not found.has_role("clerk")
    assert found.authority_ids == {authority.id}
    assert not found.is_administrator


def test_the_day_of_a_post_is_the_day_in_viet_nam(sqlite_database: Database) -> None:
    official = make.make_official(sqlite_database, from_on=date(2026, 11, 13), to_on=date(2026, 11, 13))
    for moment, is_held in [
        (datetime(2026, 11, 12, 16, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 12, 17, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 13, 16, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 13, 17, 0, tzinfo=UTC), False),
    ]:
        with sqlite_database.reading(now=moment) as session:
            assert bool(people.get_official(session, official.account_id).posts) is is_held, moment


def test_an_administrator_is_an_official_without_posts(sqlite_database: Database) -> None:
    account = make.make_account(sqlite_database, kind=AccountKind.ADMINISTRATOR)
    with sqlite_database.reading() as session:
        official = people.get_official(session, account.id)
    assert official.is_administrator
    assert official.posts == ()


def test_neither_an_applicant_nor_a_closed_account_is_an_official(database: Database, account: Account) -> None:
    closed = make.make_account(database, kind=AccountKind.OFFICIAL, is_active=False)
    for account_id in (account.id, closed.id, 1):
        with database.reading() as session, pytest.raises(NotFound):
            people.get_official(session, account_id)


def test_an_official_is_found_with_two_statements(database: Database) -> None:
    official = make.make_official(database)
    with database.reading() as session, counting(database) as statements:
        people.get_official(session, official.account_id)
    assert len(statements) == 2


def test_specialists_of_a_unit_come_with_their_load_the_least_first(database: Database) -> None:
    unit = make.make_unit(database, make.make_authority(database))
    busy = make.make_official(database, unit=unit, name="An")
    free = make.make_official(database, unit=unit, name="Bình")
    make.make_official(database, unit=unit, role="dept_head")
    make.make_official(database, unit=unit, is_active=True, to_on=date(2021, 1, 1))
    make.make_official(database)
    dossier = make.make_dossier(database)
    make.make_task(database, dossier, assignee=busy)
    make.make_task(database, dossier, assignee=busy, state=UserTaskState.CREATED)
    make.make_task(database, dossier, assignee=free, state=UserTaskState.COMPLETED)
    with database.reading() as session, counting(database) as statements:
        found = people.list_specialists(session, unit.authority_id, unit.id)
    assert [(each.name, each.open_tasks) for each in found] == [("Bình", 0), ("An", 2)]
    assert len(statements) == 1
