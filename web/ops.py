"""What those who run the system ask: is it alive, is it ready, how much does it do; and one log line a request.

``/metrics`` answers this machine, or whoever sends the token of the settings. No answer here names a person.
"""

import hmac
import re
import time
import uuid
from dataclasses import asdict, dataclass

from flask import Blueprint, Flask, Response, abort, current_app, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector
from sqlalchemy.exc import SQLAlchemyError

from workflow_engine import logs, migrate
from workflow_engine.config import Config, is_loopback
from workflow_engine.db import Database
from workflow_engine.errors import EngineError
from workflow_engine.workload import count_workload

bp = Blueprint("ops", __name__)
log = logs.get_logger(__name__)

REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
QUIET = {"/healthz", "/readyz", "/metrics"}


@dataclass(frozen=True)
class Meters:
    """The counters of one application; kept apart from other applications in the same process."""

    registry: CollectorRegistry
    requests: Counter
    seconds: Histogram
    waiting: Gauge


def make_meters() -> Meters:
    """Counters at zero."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    labels = ["method", "endpoint", "status"]
    return Meters(
        registry,
        requests=Counter("workflow_requests_total", "Requests answered.", labels, registry=registry),
        seconds=Histogram("workflow_request_seconds", "Seconds to answer.", ["endpoint"], registry=registry),
        waiting=Gauge("workflow_waiting", "Rows that wait, by kind.", ["kind"], registry=registry),
    )


def init_app(app: Flask) -> None:
    """Add the pages of this module, request ids, log lines and meters to the application."""
    app.extensions["meters"] = make_meters()
    app.before_request(_begin)
    app.after_request(_end)
    app.register_blueprint(bp)


@bp.get("/healthz")
def show_health() -> Response:
    """The process answers; asks nothing else, so that a slow database does not get it restarted."""
    return Response("ok\n", content_type="text/plain")


@bp.get("/readyz")
def show_readiness() -> Response:
    """Whether requests may be sent here: the database answers and has the tables of this program."""
    database: Database = current_app.extensions["database"]
    try:
        sentence = "ok" if migrate.is_at_head(database) else str(migrate.NotMigrated())
    except SQLAlchemyError as error:
        log.warning("readiness.refused", error=type(error).__name__)
        sentence = "The database does not answer."
    return Response(sentence + "\n", status=200 if sentence == "ok" else 503, content_type="text/plain")


@bp.get("/metrics")
def show_metrics() -> Response:
    """Counters in the text format of Prometheus."""
    config: Config = current_app.extensions["configuration"]
    if not (_is_from_here() or _has_token(config)):
        abort(403)
    meters: Meters = current_app.extensions["meters"]
    database: Database = current_app.extensions["database"]
    try:
        with database.reading() as session:
            for kind, number in asdict(count_workload(session)).items():
                meters.waiting.labels(kind).set(number)
    except EngineError as error:
        log.warning("metrics.incomplete", error=str(error))
        meters.waiting.clear()
    return Response(generate_latest(meters.registry), content_type=CONTENT_TYPE_LATEST)


def _is_from_here() -> bool:
    # A reverse proxy on this machine connects from loopback too, but says for whom.
    return is_loopback(request.remote_addr or "") and not {"X-Forwarded-For", "Forwarded"} & set(request.headers.keys())


def _has_token(config: Config) -> bool:
    given = request.headers.get("Authorization", "")
    return bool(config.metrics.token) and hmac.compare_digest(given.encode(), f"Bearer {config.metrics.token}".encode())


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    g.began = time.perf_counter()
    logs.unbind_all()
    logs.bind(request_id=g.request_id)
    if code := (request.view_args or {}).get("code"):
        logs.bind(dossier=code)


def _end(response: Response) -> Response:
    if "began" not in g:  # The request was refused before ours was called.
        return response
    response.headers["X-Request-ID"] = g.request_id
    if request.path in QUIET:
        return response
    seconds = time.perf_counter() - g.began
    endpoint = request.endpoint or "unknown"
    meters: Meters = current_app.extensions["meters"]
    meters.requests.labels(request.method, endpoint, response.status_code).inc()
    meters.seconds.labels(endpoint).observe(seconds)
    if endpoint != "static":
        # The rule, not the path: a path may hold a look-up secret.
        rule = request.url_rule.rule if request.url_rule else None
        log.info(
            "request", method=request.method, rule=rule, status=response.status_code, milliseconds=round(seconds * 1000)
        )
    return response
