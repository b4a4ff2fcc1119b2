"""Who may open what: every route for every role, as tests/permissions.csv says. A route that is not listed fails.

The table has a line per route and method and a column per role; a cell is the status of the answer, or "sign-in" for
being sent to sign in. All about one dossier: received, waiting for the head of its unit to assign it.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from demonstration import APPLICANT, PROCEDURE, Rows, Stage, make_app, make_rows, rows_of, set_stage
from flask import Flask
from journey import ACCEPT, ASSIGN, begin, submit
from werkzeug.test import TestResponse

from workflow_engine import migrate
from workflow_engine.config import Config, load
from workflow_engine.db import Database

TABLE = Path(__file__).parents[1] / "permissions.csv"
ACCOUNTS = {
    "anonymous": "",
    "owner": "nguoinop",
    "other_applicant": "nguoinop1",
    "reception": "tiepnhan",
    "dept_head": "truongphong",
    "specialist": "chuyenvien",
    "leader": "lanhdao",
    "clerk": "vanthu",
    "accountant": "ketoan",
    "elsewhere": "truongphong.hue",
    "administrator": "quantri",
}
# Without these a page would answer that something is missing, whoever asks.
QUERIES = {
    "/ho-so/<code>/xem": "?tep=t{file_id}",
    "/nop/nhap/<int:draft_id>/tep": "?thanh-phan=staff_file&ten=a.pdf",
}


@dataclass(frozen=True)
class Scene:
    """The site with the dossier; ``rows`` to put it back, ``cookies`` and ``tokens`` by role."""

    stage: Stage
    rows: Rows
    named: dict[str, str]
    cookies: dict[str, str]
    tokens: dict[str, str]

    def ask(self, role: str, rule: str, method: str, *, has_token: bool = True) -> TestResponse:
        """One request in a browser of its own."""
        client = self.stage.app.test_client()
        client.set_cookie("session", self.cookies[role])
        headers = {"X-CSRFToken": self.tokens[role]} if has_token and method == "POST" else {}
        return client.open(self.address(rule), method=method, headers=headers)

    def address(self, rule: str) -> str:
        """The route with the parts of this dossier in it."""
        address = rule + QUERIES.get(rule, "")
        for name, value in self.named.items():
            for written in (f"<{name}>", f"<int:{name}>", f"<path:{name}>", f"{{{name}}}"):
                address = address.replace(written, value)
        assert "<" not in address, f"what stands for the parts of {rule}?"
        return address

    def put_back(self) -> None:
        """Undo what a request has changed."""
        set_stage(self.stage.app, self.stage.database, self.stage.config, self.rows, self.stage.now)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    var = tmp_path_factory.mktemp("permissions")
    database = f"sqlite:///{var}/workflow.sqlite3"
    return load(environ={"WORKFLOW_ENGINE_PATHS_VAR": str(var), "WORKFLOW_ENGINE_DATABASE_URL": database})


@pytest.fixture(scope="module")
def scene(sqlite_template: Path, config: Config) -> Iterator[Scene]:
    database = Database(config.database.url, config=config)
    migrate.upgrade(database)
    app = make_app(config, database)
    stage = set_stage(app, database, config, make_rows(sqlite_template, config))
    journey = submit(stage)
    journey.take(ACCEPT)
    draft = begin(journey.applicant)
    inbox = stage.visitor("truongphong").open(f"/viec?q={journey.code}")
    files = journey.workspace("tiepnhan", "van-ban").tree.xpath("//a[contains(@href, '/tep/')]/@href")
    named = {
        "code": journey.code,
        "procedure_id": PROCEDURE,
        "draft_id": draft.address.rpartition("/")[2],
        "task_id": inbox.tree.xpath(f"//tr[contains(., '{ASSIGN.name}')]//button/@value")[0],
        "file_id": files[0].rpartition("/")[2],
        "document_id": next(iter(journey.papers().values())).rpartition("/")[2],
        "paper": "supplement_request",
        "filename": "favicon.svg",
    }
    visitors = {role: stage.visitor(name) if name else stage.stranger() for role, name in ACCOUNTS.items()}
    tokens = {role: visitor.open("/kiem-tra").typed("csrf_token") for role, visitor in visitors.items()}
    cookies = {role: visitor.client.get_cookie("session").value for role, visitor in visitors.items()}
    yield Scene(stage, rows_of(database), named, cookies, tokens)
    database.close()


def listed() -> dict[tuple[str, str], dict[str, str]]:
    """The committed table: what each role gets, by method and route."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return {(line.pop("method"), line.pop("route")): line for line in csv.DictReader(lines)}


def routes(app: Flask) -> set[tuple[str, str]]:
    """Every method and route the site answers."""
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def found(scene: Scene, role: str, method: str, rule: str) -> str:
    """What a role gets; nothing of the dossier may stand in a refusal."""
    answer = scene.ask(role, rule, method)
    if answer.status_code in (403, 404):
        _require_silence(scene, role, answer)
    if method == "POST" and answer.status_code < 400:
        scene.put_back()
    is_sent_away = answer.status_code == 302 and answer.location.startswith("/dang-nhap")
    answer.close()
    return "sign-in" if is_sent_away else str(answer.status_code)


def test_every_route_is_listed(scene: Scene) -> None:
    assert routes(scene.stage.app) == set(listed())


def test_every_role_has_its_column() -> None:
    assert all(list(line) == list(ACCOUNTS) for line in listed().values())


@pytest.mark.parametrize(("method", "rule"), sorted(listed()))
def test_each_role_gets_what_the_table_says(scene: Scene, method: str, rule: str) -> None:
    assert {role: found(scene, role, method, rule) for role in ACCOUNTS} == listed()[method, rule]


@pytest.mark.parametrize("rule", sorted(rule for method, rule in listed() if method == "POST"))
@pytest.mark.parametrize("role", ["owner", "dept_head"])
def test_nothing_is_changed_without_a_token(scene: Scene, role: str, rule: str) -> None:
    answer = scene.ask(role, rule, "POST", has_token=False)
    assert answer.status_code == 400
    _require_silence(scene, role, answer)
    answer.close()


def _require_silence(scene: Scene, role: str, answer: TestResponse) -> None:
    # The address that was asked for may be repeated: whoever asks knows it. The owner's name is on the owner's pages.
    said = answer.text.replace(answer.request.path, "")
    assert scene.named["code"] not in said
    assert role == "owner" or APPLICANT not in said
