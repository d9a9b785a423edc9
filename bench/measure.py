"""One question, answered once: how long it took, how many bytes and SQL statements."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from bench.forms import form_values
from bench.questions import SAVE, Question

_NAME = "bench-administrator"


class Counter:
    """Counts the SQL statements that pass."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.number += 1
        return execute(sql, params, many, context)


class Asker:
    """Asks the doors in process: the public ones as the public, the admin as an administrator."""

    def __init__(self) -> None:
        user, _ = get_user_model().objects.get_or_create(
            username=_NAME, defaults={"is_staff": True, "is_superuser": True}
        )
        self._public, self._staff = Client(), Client()
        self._staff.force_login(user)

    def count(self, question: Question) -> int:
        """How many statements it takes. Not timed: what is watched does not run prepared on the server."""
        counter = Counter()
        request = self._request(question)
        with connection.execute_wrapper(counter):
            _check(question, request())
        return counter.number

    def ask(self, question: Question) -> dict[str, float]:
        """Seconds and bytes. Raises RuntimeError where the answer is an error."""
        request = self._request(question)
        began = time.perf_counter()
        response = request()
        content = b"".join(response) if response.streaming else response.content
        seconds = time.perf_counter() - began
        _check(question, response, content)
        return {"seconds": seconds, "bytes": len(content)}

    def _request(self, question: Question) -> Callable[[], Any]:
        """The request, ready to be sent; before a save the form is read, which is not timed."""
        client = self._staff if question.path.startswith("/admin/") else self._public
        if question.kind == SAVE:
            values = form_values(client.get(question.path).content)
            # Another text each time: a form without a change stores nothing.
            values["summary" if "summary" in values else "name"] = [f"Measured {time.time_ns()}"]
            return lambda: client.post(question.path, values)
        if question.body is None:
            return lambda: client.get(question.path)
        return lambda: client.post(question.path, question.body, content_type="application/json")


def _check(question: Question, response: Any, content: bytes = b"") -> None:
    expected = 302 if question.kind == SAVE else 200
    if response.status_code != expected or content.startswith(b'{"errors"') or b'"errors": [' in content[:20_000]:
        raise RuntimeError(f"{question.path}: got {response.status_code} {content[:300]!r}, expected an answer.")
