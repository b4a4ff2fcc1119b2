"""The settings: config.toml, another file laid over it, environment variables over both.

Every default stands in config.toml and nowhere else; here are only the names, the types and what is refused.
A wrong setting stops the start with one sentence that names it.
"""

import ipaddress
import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import time
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from workflow_engine.errors import EngineError

PROJECT = Path(__file__).resolve().parent.parent
PREFIX = "WORKFLOW_ENGINE_"
SQLITE = "sqlite:///"


class ConfigError(EngineError):
    """A setting is wrong."""


@dataclass(frozen=True)
class Server:
    address: str
    port: int
    public_url: str
    workers: int
    threads: int


@dataclass(frozen=True)
class DatabaseSettings:
    url: str
    busy_timeout: int


@dataclass(frozen=True)
class Paths:
    var: Path
    bpmn: Path
    forms: Path


@dataclass(frozen=True)
class DossierSettings:
    code_pattern: str
    lookup_secret_length: int
    intake_hours: int


@dataclass(frozen=True)
class CalendarSettings:
    file: Path
    timezone: str
    weekly_off: tuple[str, ...]
    hours: tuple[tuple[time, time], ...]
    closing_time: time
    intake_cut_off: time


@dataclass(frozen=True)
class FileLimits:
    max_bytes: int
    max_files: int
    allowed_types: tuple[str, ...]


@dataclass(frozen=True)
class SessionSettings:
    idle_minutes: int
    absolute_hours: int


@dataclass(frozen=True)
class Throttle:
    window_minutes: int
    login_per_account: int
    login_per_address: int
    lookup_per_address: int


@dataclass(frozen=True)
class Mail:
    host: str
    port: int
    sender: str


@dataclass(frozen=True)
class Metrics:
    token: str


@dataclass(frozen=True)
class WorkerSettings:
    interval_seconds: float
    lease_seconds: int
    batch: int


@dataclass(frozen=True)
class Config:
    demo: bool
    clock_offset_seconds: int
    server: Server
    database: DatabaseSettings
    paths: Paths
    dossier: DossierSettings
    calendar: CalendarSettings
    files: FileLimits
    session: SessionSettings
    throttle: Throttle
    mail: Mail
    metrics: Metrics
    worker: WorkerSettings


def load(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Config:
    """The settings, checked. `path` (or WORKFLOW_ENGINE_CONFIG) is laid over the project's config.toml."""
    settings = _read(PROJECT / "config.toml")
    overlay = path or (Path(environ[PREFIX + "CONFIG"]) if PREFIX + "CONFIG" in environ else None)
    if overlay:
        _lay_over(settings, _read(overlay))
    _lay_over(settings, _from_environment(environ))
    config: Config = _build(Config, settings, "")
    _check(config)
    return replace(config, database=replace(config.database, url=_absolute(config.database.url)))


def get_secret(config: Config, name: str) -> bytes:
    """32 random bytes that stay the same: made at first use in var/secrets, readable by the owner only."""
    folder = config.paths.var / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / name
    if not path.exists():
        draft = folder / f".{name}.{secrets.token_hex(8)}"
        draft.touch(mode=0o600, exist_ok=False)
        draft.write_bytes(secrets.token_bytes(32))
        # Two processes may start at once: a link, unlike a rename, never replaces the secret the other already uses.
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()


def is_loopback(address: str) -> bool:
    """Whether only this machine can reach the address ("localhost" counts)."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError("Cannot read the settings {path}: {reason}.", path=path, reason=error.strerror) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError("Cannot read the settings {path}: {reason}.", path=path, reason=error) from error


def _lay_over(settings: dict[str, Any], others: Mapping[str, Any]) -> None:
    for key, value in others.items():
        if isinstance(value, Mapping) and isinstance(settings.get(key), dict):
            settings[key].update(value)
        else:
            settings[key] = value


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """WORKFLOW_ENGINE_SERVER_PORT=8080 as {"server": {"port": 8080}}; an unknown variable is refused."""
    found: dict[str, Any] = {}
    known = _variables()
    for variable, text in environ.items():
        if not variable.startswith(PREFIX) or variable == PREFIX + "CONFIG":
            continue
        if variable not in known:
            raise ConfigError("The environment variable {variable} names no setting.", variable=variable)
        section, key, kind = known[variable]
        value = text if kind in (str, Path, time) else _toml_value(text)
        if section:
            found.setdefault(section, {})[key] = value
        else:
            found[key] = value
    return found


def _absolute(url: str) -> str:
    """A SQLite file is meant from the project's folder, wherever the command was started."""
    if not url.startswith(SQLITE) or url == SQLITE or ":memory:" in url:
        return url
    return SQLITE + str(PROJECT / url.removeprefix(SQLITE))


def _toml_value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _variables() -> dict[str, tuple[str, str, Any]]:
    """Each environment variable with the section ("" at the top), key and type of its setting."""
    known: dict[str, tuple[str, str, Any]] = {}
    for name, kind in get_type_hints(Config).items():
        if is_dataclass(kind):
            for key, inner in get_type_hints(kind).items():
                known[f"{PREFIX}{name}_{key}".upper()] = (name, key, inner)
        else:
            known[f"{PREFIX}{name}".upper()] = ("", name, kind)
    return known


def _build(kind: Any, settings: Any, where: str) -> Any:
    if not isinstance(settings, Mapping):
        raise ConfigError("The setting {name} must be a section.", name=where.rstrip("."))
    hints = get_type_hints(kind)
    for key in settings:
        if key not in hints:
            raise ConfigError("There is no setting {name}.", name=where + key)
    values = {}
    for field in fields(kind):
        name = where + field.name
        if field.name not in settings:
            raise ConfigError("The setting {name} is missing.", name=name)
        values[field.name] = _convert(hints[field.name], settings[field.name], name)
    return kind(**values)


def _convert(kind: Any, value: Any, name: str) -> Any:
    """The value as `kind`, or ConfigError. TOML has no time of day within a list of strings, so times are read here."""
    if is_dataclass(kind):
        return _build(kind, value, name + ".")
    if get_origin(kind) is tuple:
        return _convert_list(kind, value, name)
    if kind is Path and isinstance(value, str) and value:
        return PROJECT / value
    if kind is time and isinstance(value, str):
        try:
            return time.fromisoformat(value)
        except ValueError:
            raise _ill_typed(name, "a time like 17:00", value) from None
    if kind is float and type(value) in (int, float):
        return float(value)
    if type(value) is kind:
        return value
    expected = {bool: "true or false", int: "a whole number", float: "a number", time: "a time like 17:00"}
    raise _ill_typed(name, expected.get(kind, "a text in quotation marks"), value)


def _convert_list(kind: Any, value: Any, name: str) -> tuple[Any, ...]:
    kinds = get_args(kind)
    if not isinstance(value, list):
        raise _ill_typed(name, "a list", value)
    if kinds[-1] is Ellipsis:
        return tuple(_convert(kinds[0], item, name) for item in value)
    if len(value) != len(kinds):
        raise _ill_typed(name, f"lists of {len(kinds)}", value)
    return tuple(_convert(each, item, name) for each, item in zip(kinds, value, strict=True))


def _ill_typed(name: str, expected: str, value: Any) -> ConfigError:
    sentence = "The setting {name} must be {expected}, not {value}."
    return ConfigError(sentence, name=name, expected=expected, value=repr(value))


def _check(config: Config) -> None:
    """Refuse what is well typed and still wrong."""
    for name, value in _numbers(config):
        if value < 0 and name != "clock_offset_seconds":
            raise ConfigError("The setting {name} must not be negative.", name=name)
    if not 0 < config.server.port < 65536:
        raise ConfigError("The setting {name} must be between 1 and 65535.", name="server.port")
    for name, least in (("workers", config.server.workers), ("threads", config.server.threads)):
        if least < 1:
            raise ConfigError("The setting {name} must be at least 1.", name=f"server.{name}")
    if config.demo and not is_loopback(config.server.address):
        raise ConfigError(
            "A demonstration has known passwords and answers on loopback only: set server.address to 127.0.0.1, "
            "or demo to false, instead of {address}.",
            address=config.server.address,
        )
    if config.clock_offset_seconds and not config.demo:
        raise ConfigError(
            "The setting {name} needs demo = true: a real clock is not moved.", name="clock_offset_seconds"
        )


def _numbers(config: Config) -> list[tuple[str, float]]:
    found: list[tuple[str, float]] = [("clock_offset_seconds", config.clock_offset_seconds)]
    for field in fields(config):
        section = getattr(config, field.name)
        if is_dataclass(section):
            inner = ((f"{field.name}.{each.name}", getattr(section, each.name)) for each in fields(section))
            found += [(name, value) for name, value in inner if isinstance(value, int | float)]
    return found
