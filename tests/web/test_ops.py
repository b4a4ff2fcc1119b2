"""Health, readiness, metrics, request ids and log lines, on an application of nothing else."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from web import ops
from workflow_engine import logs, migrate
from workflow_engine.config import Config, Metrics
from workflow_engine.db import Database


@pytest.fixture
def app(config: Config, database: Database) -> Flask:
    app = Flask("ops")
    app.extensions.update(database=database, configuration=config)
    ops.init_app(app)

    @app.get("/dossiers/<code>")
    def show_dossier(code: str) -> str:
        logs.get_logger("views").info("dossier.shown")
        return code

    return app


def test_health_asks_nothing(app: Flask) -> None:
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_readiness_asks_for_the_tables(app: Flask, database: Database) -> None:
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert "workflow-engine migrate" in answer.text
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text(f"INSERT INTO alembic_version VALUES ('{migrate.head()}')"))
    assert app.test_client().get("/readyz").text == "ok\n"


def test_a_database_that_does_not_answer_is_not_ready(app: Flask, tmp_path: Path) -> None:
    app.extensions["database"] = Database(f"sqlite:///{tmp_path}/no/such/folder.sqlite3")
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.text) == (503, "The database does not answer.\n")
    assert app.test_client().get("/healthz").status_code == 200
    assert "workflow_requests_total" in app.test_client().get("/metrics").text


def test_metrics_count_requests_and_what_waits(app: Flask) -> None:
    client = app.test_client()
    client.get("/dossiers/HN-261122-0001")
    page = client.get("/metrics").text
    assert 'workflow_requests_total{endpoint="show_dossier",method="GET",status="200"} 1.0' in page
    assert 'workflow_waiting{kind="tasks_open"} 0.0' in page
    assert "process_resident_memory_bytes" in page


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("192.0.2.7", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, 403),
        ("192.0.2.7", {"Authorization": "Bearer wrong"}, 403),
        ("192.0.2.7", {"Authorization": "Bearer given"}, 200),
    ],
)
def test_metrics_answer_this_machine_or_the_token(app: Flask, address: str, headers: dict, status: int) -> None:
    app.extensions["configuration"] = replace(app.extensions["configuration"], metrics=Metrics(token="given"))
    answer = app.test_client().get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status


def test_without_a_token_in_the_settings_none_is_right(app: Flask) -> None:
    headers = {"Authorization": "Bearer "}
    answer = app.test_client().get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert answer.status_code == 403


def test_every_line_carries_the_request_and_the_dossier(app: Flask) -> None:
    stream = io.StringIO()
    logs.set_up(stream)
    answer = app.test_client().get("/dossiers/HN-261122-0001?secret=x", headers={"X-Request-ID": "proxy-0042"})
    assert answer.headers["X-Request-ID"] == "proxy-0042"
    shown, asked = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert shown["event"] == "dossier.shown"
    assert asked["event"] == "request"
    assert asked["rule"] == "/dossiers/<code>"
    assert {line["request_id"] for line in (shown, asked)} == {"proxy-0042"}
    assert {line["dossier"] for line in (shown, asked)} == {"HN-261122-0001"}
    assert "secret" not in stream.getvalue()


def test_a_strange_request_id_is_replaced(app: Flask) -> None:
    answer = app.test_client().get("/healthz", headers={"X-Request-ID": "x y"})
    assert len(answer.headers["X-Request-ID"]) == 32


def test_libraries_log_as_json_too() -> None:
    import logging

    stream = io.StringIO()
    logs.set_up(stream)
    logging.getLogger("library").warning("watch %s", "out")
    line = json.loads(stream.getvalue())
    assert (line["event"], line["level"], line["logger"]) == ("watch out", "warning", "library")
