"""Reads settings from the environment or ``.env``; an error names the variable and what it should look like."""

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

#: How PostgreSQL plans for the archive's connections. The archive lies in memory or on solid disks; its statements are
#: prepared once and read little, so neither compiling them pays, nor planning them anew for each value, nor several
#: processes for one: a parallel plan sorts all that it finds, where an index would give the first rows.
PLANNER = (
    "random_page_cost=1.1", "jit=off", "plan_cache_mode=force_generic_plan", "max_parallel_workers_per_gather=0",
)  # fmt: skip

_DATABASES = ("sqlite", "postgres", "postgresql")
_ORIGIN = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
#: The authority of a tag URI (RFC 4151): a domain or a mail address, and a day on which it belonged to the archive.
_TAG_AUTHORITY = re.compile(r"(?:[A-Za-z0-9._-]+@)?[a-z0-9-]+(?:\.[a-z0-9-]+)*,[0-9]{4}(?:-[0-9]{2}){0,2}")
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_SYNCHRONOUS = ("EXTRA", "FULL", "NORMAL")
_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")


def wrong(name: str, got: str, expected: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name}: got '{got}', expected {expected}. Set it in the environment or in .env.")


def text(name: str, default: str = "") -> str:
    return str(_env.str(name, default))


def tag_authority(name: str, default: str) -> str:
    got = text(name, default).strip()
    if not _TAG_AUTHORITY.fullmatch(got):
        raise wrong(name, got, "a domain and a year in which it was yours, such as archive.example.org,2026")
    return got


def boolean(name: str, default: bool) -> bool:
    got = text(name, str(default)).strip().lower()
    if got in _TRUE:
        return True
    if got in _FALSE:
        return False
    raise wrong(name, got, "true or false")


def number(name: str, default: int) -> int:
    got = text(name, str(default)).strip().replace("_", "")
    if got.isascii() and got.isdigit():
        return int(got)
    raise wrong(name, got, "a whole number, 0 or more")


def log_level(name: str, default: str) -> str:
    got = text(name, default).strip().upper()
    if got not in _LEVELS:
        raise wrong(name, got, f"one of {', '.join(_LEVELS)}")
    return got


def synchronous(name: str) -> str:
    """How surely SQLite has a commit on the disk before it answers. FULL survives a loss of power."""
    got = text(name, "FULL").strip().upper()
    if got not in _SYNCHRONOUS:
        raise wrong(name, got, f"one of {', '.join(_SYNCHRONOUS)}")
    return got


def words(name: str) -> list[str]:
    return [word.strip() for word in text(name).split(",") if word.strip()]


def origins(name: str) -> list[str]:
    """Origins of web pages as browsers send them, such as ``https://app.example`` or ``http://localhost:5173``."""
    found = [word.lower().removesuffix("/") for word in words(name)]
    for origin in found:
        if not _ORIGIN.fullmatch(origin):
            raise wrong(name, origin[:120], "origins such as https://app.example, with scheme and without a path")
    return found


def proxies(name: str) -> int | tuple[IPv4Network | IPv6Network | Literal["unix"], ...]:
    """The trusted proxies: how many there are, or their addresses and networks; ``unix`` is a Unix socket's peer."""
    got = words(name)
    if len(got) == 1 and got[0].isascii() and got[0].isdigit():
        return int(got[0])
    try:
        return tuple("unix" if word == "unix" else ip_network(word) for word in got)
    except ValueError as error:
        raise wrong(name, ", ".join(got), "a number of proxies, or addresses such as 127.0.0.1,10.0.0.0/8") from error


def database(name: str, default: str) -> dict[str, Any]:
    """A database from a URL, with what the archive needs of it (SQLite: WAL, foreign keys, immediate transactions)."""
    return _database(name, text(name, default))


def databases(name: str) -> list[dict[str, Any]]:
    return [_database(name, url) for url in words(name)]


def _database(name: str, url: str) -> dict[str, Any]:
    scheme = url.partition(":")[0]
    expected = "sqlite:///archive.sqlite3 or postgresql://user:password@host:5432/name"
    if scheme not in _DATABASES:
        raise wrong(name, scheme or url, expected)
    try:
        found: dict[str, Any] = dict(environ.Env.db_url_config(url))
    except Exception as error:
        raise wrong(name, scheme + ":...", expected) from error
    if not found.get("NAME"):
        raise wrong(name, url.partition("@")[2] or url, expected)
    found["CONN_MAX_AGE"] = 60  # opening a connection takes longer than most answers, on SQLite too
    if "sqlite" in str(found["ENGINE"]):
        found["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous('SQLITE_SYNCHRONOUS')};",
        }
    else:
        found["ENGINE"] = "django.db.backends.postgresql"
        found["CONN_HEALTH_CHECKS"] = True
        if boolean("PREPARED_STATEMENTS", default=True):
            given = found.setdefault("OPTIONS", {})
            given["options"] = " ".join([*(f"-c {one}" for one in PLANNER), given.get("options", "")]).strip()
    return found


def cache(name: str) -> dict[str, Any]:
    """A cache from a URL: ``locmem://`` or ``redis://host:6379/0``."""
    got = text(name, "locmem://")
    if got.startswith(("redis://", "rediss://")):
        return {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": got,
            "KEY_PREFIX": "chancery",
            "OPTIONS": {
                "serializer": "archive.cache.store.MsgpackSerializer",
                "socket_connect_timeout": 0.5,
                "socket_timeout": 0.5,
            },
        }
    if got.startswith("locmem://"):
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": got[9:] or "archive"}
    raise wrong(name, got, "locmem:// or redis://host:6379/0")


def documents(name: str) -> dict[str, str] | None:
    """GraphQL documents by their ids: a JSON object of id and text, or a directory of ``.graphql`` files.

    A file is known by its name without the ending and by the SHA-256 of its text. None where the variable is not set.
    """
    got = text(name)
    if not got:
        return None
    path = Path(got)
    try:
        if path.is_dir():
            files = {file.stem: file.read_text(encoding="utf-8") for file in sorted(path.glob("*.graphql"))}
            return files | {sha256(one.encode()).hexdigest(): one for one in files.values()}
        found = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(found, dict) and all(isinstance(one, str) for one in found.values()):
            return found
    except (OSError, ValueError) as error:
        raise wrong(name, got, "a directory of .graphql files, or a JSON file of ids and documents") from error
    raise wrong(name, got, "a JSON file with one object: ids and documents")


def folder(name: str) -> str:
    """A folder that exists and may be written to; empty where none is set.

    A variable that is set to nothing leaves the environment: a library that reads it itself (Prometheus's) would take
    it for the folder in which the process starts.
    """
    got = text(name)
    if not got:
        os.environ.pop(name, None)
    elif not (os.path.isdir(got) and os.access(got, os.W_OK | os.X_OK)):
        raise wrong(name, got, "a folder that exists and may be written to")
    return got


def secret_key(debug: bool) -> str:
    got = text("SECRET_KEY")
    if got:
        return got
    if debug:
        return "for-development-only-" + "k" * 40
    raise wrong("SECRET_KEY", "", "50 or more random characters (or DEBUG=true on your own machine)")
