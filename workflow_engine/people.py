"""Who signs in, who applies, who works: accounts, applicants, officials and the posts they hold.

A post counts only on the days it is given for, by the calendar of Viet Nam. Passwords are judged outside transactions.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from workflow_engine import config, db, throttle
from workflow_engine.db import Database
from workflow_engine.errors import Forbidden, NotFound
from workflow_engine.local_time import VIETNAM
from workflow_engine.models import Account, AccountKind, Authority, Post, Unit, UserTask, UserTaskState
from workflow_engine.passwords import hash_password, is_password
from workflow_engine.registration import Registration, register

__all__ = [
    "Holding",
    "Official",
    "Registration",
    "Specialist",
    "authenticate",
    "get_account",
    "get_official",
    "hash_password",
    "list_specialists",
    "register",
]

OPEN_TASK = (UserTaskState.CREATED, UserTaskState.CLAIMED)
WRONG_SIGN_IN = "The user name or the password is wrong. Check both and try again."


@dataclass(frozen=True)
class Holding:
    """One post: a role in a unit of an authority."""

    authority_id: int
    authority_name: str
    unit_id: int
    unit_kind: str
    unit_name: str
    role: str
    title: str


@dataclass(frozen=True)
class Official:
    """Somebody who works here, with the posts in force today. ``applicant_id``: who they are when they apply."""

    account_id: int
    name: str
    username: str
    is_administrator: bool
    posts: tuple[Holding, ...]
    applicant_id: int | None = None

    def has_role(self, role: str) -> bool:
        """Whether one of the posts has this role."""
        return any(post.role == role for post in self.posts)

    @property
    def authority_ids(self) -> frozenset[int]:
        """The authorities of the posts."""
        return frozenset(post.authority_id for post in self.posts)


@dataclass(frozen=True)
class Specialist:
    """Somebody a dossier can be assigned to, with the number of tasks they hold now."""

    account_id: int
    name: str
    title: str
    open_tasks: int


def authenticate(database: Database, username: str, password: str, address: str, limits: config.Throttle) -> Account:
    """The account behind a user name and password. Forbidden with one sentence, whichever of them is wrong.

    Tries are counted by account and by address of the network; a success clears those of the account.
    """
    username = _spelled(username)
    by_account, by_address = f"account:{username}", f"address:{address}"
    throttle.take_try(database, [by_address, by_account], limits)
    with database.reading() as session:
        account = session.scalar(select(Account).where(Account.username == username))
    is_right = is_password(account.password_hash if account else None, password)
    if account is None or not is_right or not account.is_active:
        raise Forbidden(WRONG_SIGN_IN)

    def succeed(session: Session) -> None:
        throttle.give_back_try(session, by_address)
        throttle.clear_tries(session, by_account, limits)

    database.transact(succeed)
    return account


def get_account(session: Session, account_id: int) -> Account:
    """The account, or NotFound."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("There is no such account.")
    return account


def get_official(session: Session, account_id: int) -> Official:
    """The official behind an account, with today's posts. NotFound for applicants and closed accounts."""
    account = get_account(session, account_id)
    if account.kind is AccountKind.APPLICANT or not account.is_active:
        raise NotFound("There is no such official.")
    query = (
        select(Post.authority_id, Authority.name, Unit.id, Unit.kind, Unit.name, Post.role, Post.title)
        .join(Unit, (Unit.authority_id == Post.authority_id) & (Unit.id == Post.unit_id))
        .join(Authority, Authority.id == Post.authority_id)
        .where(Post.account_id == account_id, _is_in_force(today(session)))
        .order_by(Post.from_on, Post.id)
    )
    return Official(
        account_id=account.id,
        name=account.name,
        username=account.username,
        is_administrator=account.kind is AccountKind.ADMINISTRATOR,
        posts=tuple(Holding(*row) for row in session.execute(query)),
        applicant_id=account.applicant_id,
    )


def list_specialists(session: Session, authority_id: int, unit_id: int) -> list[Specialist]:
    """Who can be given a dossier of this unit: those with the fewest open tasks first."""
    load = (
        select(func.count())
        .where(UserTask.assignee_id == Account.id, UserTask.state.in_(OPEN_TASK))
        .correlate(Account)
        .scalar_subquery()
    )
    query = (
        select(Account.id, Account.name, func.min(Post.title), load)
        .join(Post, Post.account_id == Account.id)
        .where(
            Post.authority_id == authority_id,
            Post.unit_id == unit_id,
            Post.role == "specialist",
            _is_in_force(today(session)),
            Account.is_active,
        )
        .group_by(Account.id, Account.name)
    )
    found = [Specialist(*row) for row in session.execute(query)]
    return sorted(found, key=lambda each: (each.open_tasks, each.name, each.account_id))


def today(session: Session) -> date:
    """The day of the running action in Viet Nam."""
    return db.now(session).astimezone(VIETNAM).date()


def _is_in_force(day: date) -> ColumnElement[bool]:
    return (Post.from_on <= day) & or_(Post.to_on.is_(None), Post.to_on >= day)


def _spelled(username: str) -> str:
    """User names are stored in small letters without spaces around; a zero byte no database takes."""
    return username.strip().casefold().replace("\0", "")
