"""The servers that are compared: their set-up, their command, and the requests of each question."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench.load import Request
from bench.peers.limit.statements import STATEMENTS

ROOT = Path(__file__).resolve().parent.parent
PEERS = Path(__file__).with_name("peers")
WORKERS, CONNECTIONS = 2, 8
QUESTIONS = {
    "Q1": "50 latest events of a kind in a period: topics, first 5 statements, speakers, states",
    "Q2": "one event, everything",
    "Q3": "100 statements of a speaker by date",
    "Q4": "page 2,000 of all statements (by cursor, or by offset where a peer has no cursor)",
    "Q5": "open demands addressed to a state on a day, with the speaker's capacity",
}
_REST = {
    "Q1": "/api/v1/events/?classification=meeting&date={date}&order_by=-date&limit=50"
    "&fields=slug,name,date.text,date.display,topics",
    "Q2": "/api/v1/events/{slug}/?include=participations,relations,citations",
    "Q3": "/api/v1/statements/?speaker={speaker}&order_by=date&limit=100"
    "&fields=slug,name,summary,date,capacities.name,topics.slug",
    "Q4": "/api/v1/statements/?cursor={after}&limit=50&fields=slug,name,date.text,speaker",
    "Q5": "/api/v1/speech-acts/?kind=demand&addressee={state}&open_on={day}&order_by=-date&limit=50"
    "&fields=slug,text,condition,statement",
}

Ask = Callable[[str, dict[str, Any]], Request]


@dataclass(frozen=True, slots=True)
class Server:
    """A server process: commands to run first, the command with ``{port}`` in it, its environment.

    ``database`` is its URL where the server does not read the database of all others.
    """

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    folder: Path = ROOT
    install: tuple[tuple[str, ...], ...] = ()
    installed: Path = ROOT
    database: str = ""


@dataclass(frozen=True, slots=True)
class Contestant:
    """An interface of a server and its requests; with ``lists_only`` its records have fewer related fields."""

    name: str
    server: Server
    ask: Ask
    lists_only: bool = False


def _granian(name: str, application: str, python: str = sys.executable, **more: Any) -> Server:
    command = (
        python, "-m", "granian", "--interface", "wsgi", application, "--workers", str(WORKERS), "--port", "{port}",
        "--blocking-threads", "1", "--workers-kill-timeout", "2", "--log-level", "warning",
    )  # fmt: skip
    settings = {
        "DEBUG": "false", "SECRET_KEY": "for-measurements-only-" + "k" * 40, "ALLOWED_HOSTS": "127.0.0.1",
        "SECURE_SSL_REDIRECT": "false", "LOG_LEVEL": "ERROR", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    return Server(name, command, {**settings, **more.pop("environment", {})}, **more)


def _posts(folder: str, path: str) -> Ask:
    """Requests from the GraphQL documents in the peer's folder, with the variables that each declares."""

    def ask(question: str, values: dict[str, Any]) -> Request:
        text = (PEERS / folder / f"{question}.graphql").read_text()
        declared = re.findall(r"\$(\w+):", text.partition("{")[0])
        body = {"query": text, "variables": {name: values[_own(folder, name)] for name in declared}}
        return "POST", path, json.dumps(body)

    return ask


def _own(folder: str, name: str) -> str:
    """Requests to PostGraphile, which has cursors of its own."""
    return f"{folder}_{name}" if name == "after" and folder.startswith("postgraphile") else name


def _rest(question: str, values: dict[str, Any]) -> Request:
    results = {name: quote(str(value)) for name, value in values.items()}
    return "GET", _REST[question].format(**results), ""


def _by_hand(question: str, values: dict[str, Any]) -> Request:
    names = STATEMENTS[question][1]
    return "POST", f"/{question}", json.dumps({name: values[name] for name in names})


_NO_CACHE = {"ANSWER_CACHE_BYTES": "0"}
_COMPUTED = _granian("chancery", "config.wsgi:application", environment=_NO_CACHE)
_CACHED = _granian("chancery-cached", "config.wsgi:application", environment={"ANSWER_CACHE_BYTES": "64000000"})
_LIMIT = _granian("limit", "bench.peers.limit.wsgi:application")
_GRAPHENE = _granian(
    "graphene-django", "bench.peers.django_wsgi:application",
    environment={**_NO_CACHE, "DJANGO_SETTINGS_MODULE": "bench.peers.graphene.settings"},
)  # fmt: skip
_STRAWBERRY_PYTHON = PEERS / "strawberry" / ".venv" / "bin" / "python"
_STRAWBERRY = _granian(
    "strawberry-django", "bench.peers.django_wsgi:application", str(_STRAWBERRY_PYTHON),
    environment={**_NO_CACHE, "DJANGO_SETTINGS_MODULE": "bench.peers.strawberry.settings"},
    install=(
        (sys.executable, "-m", "venv", str(PEERS / "strawberry" / ".venv")),
        (str(_STRAWBERRY_PYTHON), "-m", "pip", "install", "--quiet", "-r", str(PEERS / "strawberry/requirements.txt")),
    ),
    installed=_STRAWBERRY_PYTHON,
)  # fmt: skip
_NPM = (("npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent"),)
_NODE = {
    "NODE_ENV": "production", "GRAPHILE_ENV": "production", "WORKERS": str(WORKERS), "CONNECTIONS": str(CONNECTIONS),
}  # fmt: skip


def _node(name: str, folder: str, node: str, script: str) -> Server:
    place = PEERS / folder
    return Server(name, (node, script, "{port}"), _NODE, place, _NPM, place / "node_modules" / "postgraphile")


_PG5 = _node("PostGraphile 5", "postgraphile5", "node_modules/.bin/node", "server.mjs")
_PG4 = _node("PostGraphile 4", "postgraphile4", "node", "server.js")

LIMIT = "the limit"
OURS, OURS_REST = "Chancery, GraphQL", "Chancery, REST"
CONTESTANTS = (
    Contestant(LIMIT, _LIMIT, _by_hand),
    Contestant(OURS, _COMPUTED, _posts("ours", "/graphql/")),
    Contestant(OURS_REST, _COMPUTED, _rest, lists_only=True),
    Contestant(f"{OURS}, cached", _CACHED, _posts("ours", "/graphql/")),
    Contestant(f"{OURS_REST}, cached", _CACHED, _rest, lists_only=True),
    Contestant("PostGraphile 5", _PG5, _posts("postgraphile5", "/graphql")),
    Contestant("PostGraphile 4", _PG4, _posts("postgraphile4", "/graphql")),
    Contestant("strawberry-django", _STRAWBERRY, _posts("strawberry", "/graphql")),
    Contestant("graphene-django", _GRAPHENE, _posts("graphene", "/graphql")),
)


def before(checkout: Path, database: str) -> tuple[Contestant, ...]:
    """The archive of another checkout, with the packages of its own ``.venv``, over its own database."""
    contestants = []
    for ours, cache in ((_COMPUTED, ""), (_CACHED, ", cached")):
        environment = {**ours.environment, "PYTHONPATH": str(checkout)}
        command = (str(checkout / ".venv" / "bin" / "python"), *ours.command[1:])
        server = Server(f"{ours.name} before", command, environment, checkout, database=database)
        contestants += [
            Contestant(f"before, GraphQL{cache}", server, _posts("ours", "/graphql/")),
            Contestant(f"before, REST{cache}", server, _rest, lists_only=True),
        ]
    return tuple(contestants)


def environment(database: str) -> dict[str, str]:
    return {"DATABASE_URL": database, "PATH": os.environ["PATH"]}
