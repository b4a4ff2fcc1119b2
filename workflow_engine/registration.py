"""An applicant registers: one account and one applicant, whose facts are written into the forms beforehand.

Two accounts never share an applicant here: a code that somebody types proves nothing about who they are.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import regex
from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflow_engine import db
from workflow_engine.db import Database
from workflow_engine.errors import FieldError, InvalidForm
from workflow_engine.forms.validators import VALIDATORS
from workflow_engine.models import Account, AccountKind, Applicant
from workflow_engine.passwords import hash_password

KINDS = ("individual", "organisation", "enterprise")
LEAST_PASSWORD = 12
MOST_PASSWORD = 200
_USERNAME = regex.compile(r"[a-z0-9][a-z0-9._@+-]{2,59}")

MEND = "Some fields need mending."
CHOOSE_KIND = "Choose who applies: a person, an organisation or an enterprise."
ENTER_NAME = "Enter the name, at most {most} characters."
WRONG_CODE = "Write the 10 digits of the enterprise code, or 10 digits, a dash and 3 digits for a branch."
WRONG_PERSONAL_ID = "Write the 12 digits of the personal identification number."
WRONG_PHONE = "Write a telephone number of 10 or 11 digits that begins with 0, such as 0912345678."
WRONG_EMAIL = "Write one e-mail address such as ten@donvi.vn."
TAKEN_EMAIL = "There is an account with this e-mail address already. Sign in, or write another address."
ENTER_ADDRESS = "Enter the address, at most {most} characters."
WRONG_REPRESENTATIVE = "Shorten the name of the representative to at most {most} characters."
WRONG_USERNAME = "Write a user name of 3 to 60 small letters without accents, digits, dots or dashes."
TAKEN_USERNAME = "Somebody has this user name already. Choose another one."
SHORT_PASSWORD = "Write a password of at least {least} characters; a sentence is easy to remember."
LONG_PASSWORD = "Shorten the password to at most {most} characters."
LONGEST = 255


@dataclass(frozen=True)
class Registration:
    """What somebody typed to register. ``kind`` is one of KINDS; ``code`` is the enterprise or tax code."""

    kind: str
    name: str
    code: str
    personal_id: str
    phone: str
    email: str
    address: str
    username: str
    password: str
    representative: str = ""


def register(database: Database, typed: Registration) -> Account:
    """Make the account of an applicant. InvalidForm names every field to mend by its name in ``Registration``."""
    typed = _tidied(typed)
    faults = list(_faults(typed))
    with database.reading() as session:
        faults += _taken(session, typed)
    if faults:
        raise InvalidForm(faults, MEND)
    password_hash = hash_password(typed.password)
    try:
        return database.transact(lambda session: _add(session, typed, password_hash))
    except IntegrityError as error:
        # Somebody took the name between the question and the insert; the unique key decides.
        raise InvalidForm([FieldError("username", TAKEN_USERNAME)], MEND) from error


def _tidied(typed: Registration) -> Registration:
    return replace(
        typed,
        name=_one_line(typed.name),
        code=VALIDATORS["enterprise_code"].tidy(typed.code),
        personal_id=VALIDATORS["personal_id"].tidy(typed.personal_id),
        phone=VALIDATORS["phone"].tidy(typed.phone),
        email=VALIDATORS["email"].tidy(typed.email).casefold(),
        address=_one_line(typed.address),
        username=typed.username.strip().casefold(),
        representative=_one_line(typed.representative),
    )


def _one_line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


def _faults(typed: Registration) -> Iterator[FieldError]:
    if typed.kind not in KINDS:
        yield FieldError("kind", CHOOSE_KIND)
    if not 0 < len(typed.name) <= LONGEST:
        yield FieldError("name", ENTER_NAME, {"most": LONGEST})
    if (typed.code or typed.kind == "enterprise") and not VALIDATORS["enterprise_code"].accepts(typed.code):
        yield FieldError("code", WRONG_CODE)
    if (typed.personal_id or typed.kind == "individual") and not VALIDATORS["personal_id"].accepts(typed.personal_id):
        yield FieldError("personal_id", WRONG_PERSONAL_ID)
    if len(typed.representative) > LONGEST:
        yield FieldError("representative", WRONG_REPRESENTATIVE, {"most": LONGEST})
    if not VALIDATORS["phone"].accepts(typed.phone):
        yield FieldError("phone", WRONG_PHONE)
    if not VALIDATORS["email"].accepts(typed.email):
        yield FieldError("email", WRONG_EMAIL)
    if not 0 < len(typed.address) <= LONGEST:
        yield FieldError("address", ENTER_ADDRESS, {"most": LONGEST})
    if not _USERNAME.fullmatch(typed.username):
        yield FieldError("username", WRONG_USERNAME)
    if len(typed.password) < LEAST_PASSWORD:
        yield FieldError("password", SHORT_PASSWORD, {"least": LEAST_PASSWORD})
    elif len(typed.password) > MOST_PASSWORD:
        yield FieldError("password", LONG_PASSWORD, {"most": MOST_PASSWORD})


def _taken(session: Session, typed: Registration) -> Iterator[FieldError]:
    if _USERNAME.fullmatch(typed.username) and _exists(session, Account.username == typed.username):
        yield FieldError("username", TAKEN_USERNAME)
    if VALIDATORS["email"].accepts(typed.email) and _exists(session, Account.email == typed.email):
        yield FieldError("email", TAKEN_EMAIL)


def _exists(session: Session, condition: ColumnElement[bool]) -> bool:
    return session.scalar(select(Account.id).where(condition).limit(1)) is not None


def _add(session: Session, typed: Registration, password_hash: str) -> Account:
    moment = db.now(session)
    applicant = Applicant(
        id=db.new_id(),
        name=typed.name,
        code=typed.code or None,
        personal_id=typed.personal_id or None,
        values=_form_values(typed),
        created_at=moment,
    )
    session.add(applicant)
    session.flush()
    account = Account(
        id=db.new_id(),
        username=typed.username,
        kind=AccountKind.APPLICANT,
        name=typed.representative or typed.name,
        email=typed.email,
        password_hash=password_hash,
        applicant_id=applicant.id,
        created_at=moment,
    )
    session.add(account)
    return account


def _form_values(typed: Registration) -> dict[str, str]:
    """By the keys that all start forms share; what was left empty is not written into a form."""
    values = {
        "applicant_kind": typed.kind,
        "applicant_name": typed.name,
        "tax_or_enterprise_code": typed.code,
        "legal_rep_name": typed.representative,
        "personal_id": typed.personal_id,
        "address_line": typed.address,
        "phone": typed.phone,
        "email": typed.email,
    }
    return {key: value for key, value in values.items() if value}
