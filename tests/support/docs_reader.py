"""Runs the examples of a documentation page in order and compares their output."""

from __future__ import annotations

import base64
import doctest
import html
import importlib
import json
import os
import re
import secrets
import subprocess
import sys
from io import StringIO
from pathlib import Path
from string import Template

from django.conf import settings
from django.core.management import call_command, get_commands, load_command_class
from django.test import override_settings
from granian.cli import cli as granian
from rest_framework.test import APIClient

from tests.support import docs_blocks as docs

#: Datasets that are shown are loaded by tests/datasets.
RUN, RENDERED = {"sh", "graphql", "python"}, {"json", "text", "nginx", "ini", "csv", "jsonl", "yaml"}
#: Pictures, pieces of SQL in which something is left out, and scripts of web pages, which tests/browser runs.
DRAWN = {"diagram", "sql", "js"}
#: Commands that are run; of others only the arguments are read (the first dossier is loaded before any page is).
HARMLESS = {"check", "check_archive", "data_dictionary", "makemigrations", "demo", "dumpdata", "help"}
_OTHERS = {"export", "cp", "createdb", "createuser", "pytest", "python", "python3"}
_ASSIGNED = re.compile(r"([A-Z_]+)=(.*)", re.DOTALL)


class Reader:
    """Keeps the last answer, and the token once one was given."""

    def __init__(self) -> None:
        self.variables = {"SECRET_KEY": secrets.token_urlsafe(60)}
        #: What the page writes into ``.env``.
        self.env: dict[str, str] = {}
        self.output = ""
        #: The place of a command that was answered by an error, until the page shows that answer.
        self.failed = ""

    def read(self, block: docs.Block) -> None:
        assert block.language in RUN | RENDERED | DRAWN, f"{block.place}: a block of {block.language or 'no language'}"
        if block.language in RUN:
            self.end()
            getattr(self, block.language)(block)
        elif block.language == "ini":
            self.env |= dict(match.groups() for line in block.text.splitlines() if (match := _ASSIGNED.fullmatch(line)))
        elif block.language == "json":
            agrees = docs.same(json.loads(block.text), json.loads(self.output))
            assert agrees, f"{block.place}: got {self.output}"
            self.failed = ""
        elif block.language == "text":
            missing = [line for line in block.text.splitlines() if line not in self.output]
            assert not missing, f"{block.place}: not in the answer: {missing}\n{self.output}"
            self.failed = ""

    def end(self) -> None:
        assert not self.failed, f"{self.failed}: an error that the page does not show: {self.output}"

    def graphql(self, block: docs.Block) -> None:
        answer = APIClient().post("/graphql/", {"query": block.text}, format="json")
        self.output = answer.getvalue().decode()
        self.failed = block.place if "errors" in json.loads(self.output) else ""

    def python(self, block: docs.Block) -> None:
        if ">>>" in block.text:
            example = doctest.DocTestParser().get_doctest(block.text, {}, block.place, None, 0)
            assert doctest.DocTestRunner().run(example).failed == 0, block.place
        else:
            exec(compile(block.text, block.place, "exec"), {})

    def sh(self, block: docs.Block) -> None:
        for typed in docs.commands(block.text):
            words = [Template(word).safe_substitute(self.variables) for word in typed]
            assigned: dict[str, str] = {}
            while words and (match := _ASSIGNED.fullmatch(words[0])):
                assigned[match[1]] = match[2]
                words = words[1:]
            program = Path(words[0]).name if words else ""
            if program == "curl":
                self.curl(docs.curl(words), block.place)
            elif program == "make":
                self.make(words[1:])
            elif "manage.py" in words:
                self.manage(words[words.index("manage.py") + 1 :], assigned)
            elif program == "granian":
                module, _, name = granian.make_context(program, words[1:]).params["app"].partition(":")
                assert hasattr(importlib.import_module(module), name), words
            else:
                assert program in _OTHERS, f"{block.place}: {words}"

    def curl(self, call: docs.Curl, place: str) -> None:
        headers = call.headers
        for user in call.options.get("user", []):
            headers["Authorization"] = f"Basic {base64.b64encode(user.encode()).decode()}"
        kind = headers.pop("Content-Type", "application/x-www-form-urlencoded")
        client = APIClient(HTTP_HOST="127.0.0.1:8000", enforce_csrf_checks=True)
        data = "".join(call.options.get("data", []))
        answer = client.generic(call.method, call.path, data, content_type=kind, headers=headers)
        self.output = answer.getvalue().decode()
        self.failed = place if answer.status_code >= 400 or self.output.startswith('{"errors"') else ""
        if "html" in answer.headers.get("Content-Type", ""):
            self.output = html.unescape(re.sub(r"<[^>]+>", "", self.output))
        elif call.path == "/api/v1/token/":
            self.variables["TOKEN"] = json.loads(self.output)["token"]
        if "head" in call.flags:
            lines = [f"HTTP/1.1 {answer.status_code} {answer.reason_phrase}"]
            self.output = "\n".join([*lines, *(f"{name}: {value}" for name, value in answer.items()), "", self.output])

    def make(self, words: list[str]) -> None:
        for target in (word for word in words if "=" not in word):
            assert re.search(rf"^{target}:", docs.read("Makefile"), re.MULTILINE), f"make {target}"
        if "run" in words:
            with override_settings(DEBUG=True):
                self.manage(["demo"], {})

    def manage(self, words: list[str], assigned: dict[str, str]) -> None:
        words = words[: words.index(">")] if ">" in words else words  # what a shell would write to a file
        application = get_commands()[words[0]]
        command = load_command_class(application, words[0]) if isinstance(application, str) else application
        command.create_parser("manage.py", words[0]).parse_args(words[1:])
        if words[0] not in HARMLESS:
            return
        if "--deploy" in words:
            assigned = {**self.env, **self.variables, "DEBUG": "false"}
            del assigned["DATABASE_URL"]  # the database is that of the tests
        if assigned:
            results = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
            ran = subprocess.run(
                [sys.executable, "manage.py", *words],
                cwd=settings.BASE_DIR, env={**results, **assigned}, capture_output=True, text=True, check=False,
            )  # fmt: skip
            self.output = ran.stdout + ran.stderr
            self.failed = " ".join(words) if ran.returncode else ""
            return
        out = StringIO()
        try:
            call_command(*words, stdout=out)
        except SystemExit as ended:
            self.failed = " ".join(words) if ended.code else ""
        self.output = out.getvalue()
