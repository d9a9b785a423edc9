"""Chancery beside its peers: ``DATABASE_URL=postgresql://... python -m bench.compare``.

All servers run on this machine over the same database, with as many workers and connections each. First every server
must give the same records; then every server answers every question in turn, round after round, and the medians are
printed and written to ``bench/results/``. Servers that could not be run are listed with the reason. ``--before`` adds
the archive of another commit.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from bench.boot import boot
from bench.contestants import CONNECTIONS, CONTESTANTS, LIMIT, QUESTIONS, Contestant, Server, before, environment
from bench.facts import facts
from bench.load import Measured, Request, load
from bench.peers.limit.pgbench import pgbench
from bench.records import listed, slugs
from bench.served import NotServed, served
from bench.table import Result, written

_FIRST_PORT = 8_200
_START_SECONDS = 90
#: Values of each question whose responses are compared before the measurement.
_CHECKED = 6


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.compare", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=4, help="how long each run lasts (usual: 4)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each; the median counts (usual: 3)")
    parser.add_argument("--only", default="", help="parts of the names of servers, separated by commas")
    parser.add_argument("--questions", default=",".join(QUESTIONS), help="usual: all")
    parser.add_argument("--name", default="peers", help="the result's name in bench/results/ (usual: peers)")
    parser.add_argument("--before", type=Path, help="a checkout of another commit with a .venv, to compare with")
    parser.add_argument("--before-database", default="", help="the database that the other checkout has filled alike")
    competing = parser.parse_args()
    if bool(competing.before) != bool(competing.before_database):
        parser.error("--before and --before-database: got one of them, expected both")
    database = os.environ.get("DATABASE_URL", "")
    is_sqlite = database.startswith("sqlite")
    if not database.startswith(("postgres", "sqlite")):
        parser.error(f"DATABASE_URL: got '{database}', expected a filled database (see bench/README.md)")
    if not shutil.which("wrk"):
        parser.error("wrk: not found; it is Debian's package 'wrk'")
    boot()
    from bench.values import publish_everything, values

    publish_everything()
    wanted = [contestant for contestant in competing.only.split(",") if contestant]
    if is_sqlite:
        wanted = wanted or ["Chancery"]
    chosen = [
        contestant
        for contestant in CONTESTANTS
        if not wanted or contestant.name == LIMIT or any(part in contestant.name for part in wanted)
    ]
    if competing.before:
        chosen += before(competing.before.resolve(), competing.before_database)
    questions = competing.questions.split(",")
    compare = Comparison(database, {name: values()[name] for name in questions})
    with ExitStack() as running:
        compare.start(running, chosen)
        compare.check(chosen)
        results = compare.measure(chosen, competing.seconds, competing.rounds)
    alone = () if is_sqlite else pgbench(database, compare.values)
    results += [Result(question, "pgbench, for information", rate) for question, rate in alone]
    print(written(competing.name, results, compare.notes, facts(database)))


class Comparison:
    """One database, its questions, and the servers that answered."""

    def __init__(self, database: str, values: dict[str, list[dict[str, Any]]]) -> None:
        self.database, self.values = database, values
        self.ports: dict[str, int] = {}
        self.notes: list[str] = []
        self.requests: dict[tuple[str, str], list[Request]] = {}

    def start(self, running: ExitStack, chosen: list[Contestant]) -> None:
        servers: dict[str, Server] = {contestant.server.name: contestant.server for contestant in chosen}
        for number, server in enumerate(servers.values()):
            port = _FIRST_PORT + number
            try:
                _install(server)
                command = [part.format(port=port) for part in server.command]
                variables = {**server.environment, **environment(server.database or self.database)}
                running.enter_context(served(command, variables, server.folder, port, _START_SECONDS))
                self.ports[server.name] = port
            except (NotServed, OSError, subprocess.CalledProcessError) as error:
                self.say(f"{server.name} did not run: {error}")

    def check(self, chosen: list[Contestant]) -> None:
        """Keep of each contestant the questions for which it gives the records that the first one gives."""
        self._learn_cursors()
        expected: dict[tuple[str, int], Any] = {}
        for contestant in (contestant for contestant in chosen if contestant.server.name in self.ports):
            for question, each in self.values.items():
                requests = [contestant.ask(question, values) for values in each]
                try:
                    answers = [self._answer(contestant, request) for request in requests[:_CHECKED]]
                except (OSError, ValueError, KeyError) as error:
                    self.say(f"{contestant.name} did not answer {question}: {error}")
                    continue
                differ = 0
                for number, answer in enumerate(answers):
                    first = expected.setdefault((question, number), answer)
                    same = listed(first) == listed(answer) and (contestant.lists_only or slugs(first) == slugs(answer))
                    differ += not same
                if differ:
                    self.say(
                        f"{contestant.name} gave other records to {differ} of {len(answers)} of {question}: left out"
                    )
                else:
                    self.requests[contestant.name, question] = requests

    def measure(self, chosen: list[Contestant], seconds: float, rounds: int) -> list[Result]:
        results = []
        for question in self.values:
            competing = [contestant for contestant in chosen if (contestant.name, question) in self.requests]
            runs: dict[str, list[Measured]] = {contestant.name: [] for contestant in competing}
            for number in range(rounds):
                for contestant in competing:
                    port, requests = self.ports[contestant.server.name], self.requests[contestant.name, question]
                    if number == 0:
                        load(port, requests, 1.5, CONNECTIONS)
                    runs[contestant.name].append(load(port, requests, seconds, CONNECTIONS))
            for name, each in runs.items():
                failed = sum(run.failed for run in each)
                if failed:
                    self.say(f"{name} failed {failed} requests of {question}")
                middle = [median(getattr(run, what) for run in each) for what in ("rate", "p50", "p99")]
                results.append(Result(question, name, *middle))
                print(f"{question} {name}: {middle[0]:.0f} requests/s", file=sys.stderr)
        return results

    def say(self, note: str) -> None:
        self.notes.append(note)
        print(note, file=sys.stderr)

    def _answer(self, contestant: Contestant, request: Request) -> Any:
        method, path, body = request
        created = urllib.request.Request(
            f"http://127.0.0.1:{self.ports[contestant.server.name]}{path}", body.encode() or None,
            {"Content-Type": "application/json", "Accept": "application/json"}, method=method,
        )  # fmt: skip
        try:
            with urllib.request.urlopen(created, timeout=120) as response:
                answer = msgspec.json.decode(response.read())
        except urllib.error.HTTPError as error:
            raise ValueError(f"{error.code} {error.read()[:300]!r}") from error
        if isinstance(answer, dict) and answer.get("errors"):
            raise ValueError(str(answer["errors"])[:300])
        return answer

    def _learn_cursors(self) -> None:
        """Cursors that PostGraphile gives for the rows before the deep page."""
        for contestant in CONTESTANTS:
            if (
                not contestant.name.startswith("PostGraphile")
                or contestant.server.name not in self.ports
                or "Q4" not in self.values
            ):
                continue
            folder = contestant.server.folder.name
            for values in self.values["Q4"]:
                request = contestant.ask("cursor", {"offset": values["offset"] - 1})
                edges = self._answer(contestant, request)["data"]["allArchiveStatements"]["edges"]
                values[f"{folder}_after"] = edges[0]["cursor"]


def _install(server: Server) -> None:
    if not server.install or server.installed.exists():
        return
    print(f"installing {server.name} ...", file=sys.stderr)
    for command in server.install:
        subprocess.run(command, cwd=server.folder, check=True)


if __name__ == "__main__":
    main()
