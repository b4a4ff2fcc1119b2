"""Dossier codes and look-up secrets."""

import re
import secrets
from datetime import date

from sqlalchemy.orm import Session

from workflow_engine import papers
from workflow_engine.models import Authority, CodeCounter

# No letters or digits that look alike when read from paper: 0 O, 1 I L.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_PLACE = re.compile(r"\{(unit|yyMMdd|yyyyMMdd|n+)\}")


def allot_code(session: Session, authority: Authority, day: date, pattern: str) -> str:
    """The next code of an authority on a day: unique and increasing, gaps allowed (QĐ 20/2020; TT 01/2018/TT-VPCP)."""
    number = papers.count_up(session, CodeCounter, authority_id=authority.id, day=day)
    return format_code(pattern, authority.code, day, number)


def format_code(pattern: str, unit: str, day: date, number: int) -> str:
    """``{unit}-{yyMMdd}-{nnnn}`` filled in; a number longer than its places is written whole."""

    def fill(place: re.Match[str]) -> str:
        name = place[1]
        if name == "unit":
            return unit
        if name.startswith("n"):
            return str(number).zfill(len(name))
        return day.strftime("%y%m%d" if name == "yyMMdd" else "%Y%m%d")

    return _PLACE.sub(fill, pattern)


def make_secret(length: int) -> str:
    """A look-up secret; shown once, kept as a hash."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def tidy_secret(typed: str) -> str:
    """A secret as people type it: spaces, hyphens and small letters do not matter."""
    return re.sub(r"[\s-]", "", typed).upper()
