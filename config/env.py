"""Parsers of settings from the environment or ``.env``; errors name the variable, the value and what is expected."""

from __future__ import annotations

import json
import os
import re
from hashlib import sha256
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Literal

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
_env = environ.Env()
if (BASE_DIR / ".env").exists():
    environ.Env.read_env(BASE_DIR / ".env")

#: PostgreSQL's planner options for the archive's connections. The data is in memory or on solid-state disks. Statements
#: are prepared and read few rows, so JIT and custom plans cost more than they save; a parallel plan sorts all matching
#: rows where an index gives the first ones.
POSTGRES_PLANNER_OPTIONS = (
    "random_page_cost=1.1", "jit=off", "plan_cache_mode=force_generic_plan", "max_parallel_workers_per_gather=0",
)  # fmt: skip

_DATABASES = ("sqlite", "postgres", "postgresql")
_ORIGIN = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
#: The authority of a tag URI (RFC 4151): a domain or a mail address, and a day on which it belonged to the archive.
_TAG_AUTHORITY = re.compile(r"(?:[A-Za-z0-9._-]+@)?[a-z0-9-]+(?:\.[a-z0-9-]+)*,[0-9]{4}(?:-[0-9]{2}){0,2}")
_EMAIL = re.compile(r"[^\s@<>&]+@([a-zA-Z0-9-]+\.)+[a-zA-Z0-9-]+")
_CLAMD = re.compile(r"unix:/.+|(?:[A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\]):[0-9]{1,5}")
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_SYNCHRONOUS = ("EXTRA", "FULL", "NORMAL")
_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")


def configuration_error(name: str, value: str, expected: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name}: got '{value}', expected {expected}. Set it in the environment or in .env.")


def text(name: str, default: str = "") -> str:
    return str(_env.str(name, default))


def tag_authority(name: str, default: str) -> str:
    value = text(name, default).strip()
    if not _TAG_AUTHORITY.fullmatch(value):
        raise configuration_error(
            name, value, "a domain and a year in which it was yours, such as archive.example.org,2026"
        )
    return value


def email(name: str, default: str) -> str:
    value = text(name, default).strip()
    if not _EMAIL.fullmatch(value):
        raise configuration_error(name, value, "an email address such as archive@example.org")
    return value


def boolean(name: str, default: bool) -> bool:
    value = text(name, str(default)).strip().lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise configuration_error(name, value, "true or false")


def number(name: str, default: int, least: int = 0) -> int:
    value = text(name, str(default)).strip().replace("_", "")
    if value.isascii() and value.isdigit() and int(value) >= least:
        return int(value)
    raise configuration_error(name, value, f"a whole number, {least} or more")


def choice(name: str, choices: tuple[str, ...]) -> str:
    """One of the choices, by default the first."""
    value = text(name, choices[0]).strip()
    if value.lower() not in choices:
        raise configuration_error(name, value, f"one of {', '.join(choices)}")
    return value.lower()


def log_level(name: str, default: str) -> str:
    value = text(name, default).strip()
    if value.upper() not in _LEVELS:
        raise configuration_error(name, value, f"one of {', '.join(_LEVELS)}")
    return value.upper()


def synchronous(name: str) -> str:
    """SQLite's ``synchronous`` pragma. FULL survives a loss of power."""
    value = text(name, "FULL").strip()
    if value.upper() not in _SYNCHRONOUS:
        raise configuration_error(name, value, f"one of {', '.join(_SYNCHRONOUS)}")
    return value.upper()


def csv_list(name: str) -> list[str]:
    return [item.strip() for item in text(name).split(",") if item.strip()]


def hosts(name: str, debug: bool) -> list[str]:
    """Names under which the archive is reached; with ``debug`` by default this machine's own."""
    values = csv_list(name)
    if values:
        return values
    if debug:
        return ["127.0.0.1", "localhost", "[::1]", "0.0.0.0"]  # noqa: S104
    raise configuration_error(
        name,
        "",
        "the names of the archive, such as archive.example (or DEBUG=true on your own machine)",
    )


def origins(name: str, *, with_wildcards: bool = False) -> list[str]:
    """Origins of web pages as browsers send them, such as ``https://app.example`` or ``http://localhost:5173``.

    With wildcards also ``https://*.example``, which Django knows in CSRF_TRUSTED_ORIGINS.
    """
    values = [value.lower().removesuffix("/") for value in csv_list(name)]
    for origin in values:
        if not _ORIGIN.fullmatch(origin.replace("://*.", "://", 1) if with_wildcards else origin):
            raise configuration_error(
                name, origin[:120], "origins such as https://app.example, with scheme and without a path"
            )
    return values


def proxies(name: str) -> int | tuple[IPv4Network | IPv6Network | Literal["unix"], ...]:
    """The trusted proxies: how many there are, or their addresses and networks; ``unix`` is a Unix socket's peer."""
    values = csv_list(name)
    if len(values) == 1 and values[0].isascii() and values[0].isdigit():
        return int(values[0])
    try:
        return tuple("unix" if item == "unix" else ip_network(item) for item in values)
    except ValueError as error:
        raise configuration_error(
            name, ", ".join(values), "a number of proxies, or addresses such as 127.0.0.1,10.0.0.0/8"
        ) from error


def database(name: str, default: str) -> dict[str, Any]:
    """A database from a URL, with the archive's options (SQLite: WAL and immediate transactions)."""
    return _database(name, text(name, default))


def databases(name: str) -> list[dict[str, Any]]:
    return [_database(name, url) for url in csv_list(name)]


def _database(name: str, url: str) -> dict[str, Any]:
    scheme = url.partition(":")[0]
    expected = "sqlite:///archive.sqlite3 or postgresql://user:password@host:5432/name"
    if scheme not in _DATABASES:
        raise configuration_error(name, scheme or url, expected)
    try:
        config: dict[str, Any] = dict(environ.Env.db_url_config(url))
    except Exception as error:
        raise configuration_error(name, scheme + ":...", expected) from error
    if not config.get("NAME"):
        raise configuration_error(name, url.partition("@")[2] or url, expected)
    config["CONN_MAX_AGE"] = 60  # opening a connection takes longer than most responses, on SQLite too
    if "sqlite" in str(config["ENGINE"]):
        config["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous('SQLITE_SYNCHRONOUS')};",
        }
    else:
        config["ENGINE"] = "django.db.backends.postgresql"
        config["CONN_HEALTH_CHECKS"] = True
        if boolean("PREPARED_STATEMENTS", default=True):
            options = config.setdefault("OPTIONS", {})
            planner = [f"-c {option}" for option in POSTGRES_PLANNER_OPTIONS]
            options["options"] = " ".join([*planner, options.get("options", "")]).strip()
    return config


def cache(name: str) -> dict[str, Any]:
    """A cache from a URL: ``locmem://`` or ``redis://host:6379/0``."""
    value = text(name, "locmem://")
    if value.startswith(("redis://", "rediss://")):
        return {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": value,
            "KEY_PREFIX": "chancery",
            "OPTIONS": {
                "serializer": "archive.cache.backends.MsgpackSerializer",
                "socket_connect_timeout": 0.5,
                "socket_timeout": 0.5,
            },
        }
    if value.startswith("locmem://"):
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": value[9:] or "archive"}
    raise configuration_error(name, value, "locmem:// or redis://host:6379/0")


def documents(name: str) -> dict[str, str] | None:
    """GraphQL documents by id, from a JSON object of id and text or a directory of ``.graphql`` files.

    The ids of a file are its name without the suffix and the SHA-256 of its text. None if the variable is not set.
    """
    value = text(name)
    if not value:
        return None
    path = Path(value)
    try:
        if path.is_dir():
            files = {file.stem: file.read_text(encoding="utf-8") for file in sorted(path.glob("*.graphql"))}
            return files | {sha256(document.encode()).hexdigest(): document for document in files.values()}
        by_id = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(by_id, dict) and all(isinstance(document, str) for document in by_id.values()):
            return by_id
    except (OSError, ValueError) as error:
        raise configuration_error(
            name, value, "a directory of .graphql files, or a JSON file of ids and documents"
        ) from error
    raise configuration_error(name, value, "a JSON file with one object: ids and documents")


def clamd(name: str) -> str:
    """The address of clamd: ``host:port`` or ``unix:/path``; an empty string if none is set."""
    value = text(name).strip()
    if value and not _CLAMD.fullmatch(value):
        raise configuration_error(name, value, "127.0.0.1:3310, or unix:/run/clamav/clamd.ctl")
    return value


def folder(name: str) -> str:
    """An existing, writable folder; an empty string if none is set.

    An empty variable is removed from the environment: prometheus_client reads it itself, and would use the current
    folder.
    """
    value = text(name)
    if not value:
        os.environ.pop(name, None)
    elif not (Path(value).is_dir() and os.access(value, os.W_OK | os.X_OK)):
        raise configuration_error(name, value, "a folder that exists and may be written to")
    return value


def secret_key(debug: bool) -> str:
    value = text("SECRET_KEY")
    if value:
        return value
    if debug:
        return "for-development-only-" + "k" * 40
    raise configuration_error("SECRET_KEY", "", "50 or more random characters (or DEBUG=true on your own machine)")
