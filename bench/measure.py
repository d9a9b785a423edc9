"""One question, answered once: how long it took, how many bytes and SQL statements."""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from bench.forms import form_values
from bench.questions import ADMIN, SAVE, Question

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
        with connection.execute_wrapper(counter):
            self.ask(question)
        return counter.number

    def ask(self, question: Question) -> dict[str, float]:
        """Seconds and bytes. Raises RuntimeError where the answer is an error."""
        client = self._staff if question.kind.startswith(ADMIN) or question.path.startswith("/admin/") else self._public
        if question.kind == SAVE:
            return self._save(question.path)
        began = time.perf_counter()
        if question.body is None:
            response = client.get(question.path)
        else:
            response = client.post(question.path, question.body, content_type="application/json")
        content = b"".join(response) if response.streaming else response.content
        seconds = time.perf_counter() - began
        if response.status_code != 200 or content.startswith(b'{"errors"') or b'"errors": [' in content[:20_000]:
            raise RuntimeError(f"{question.path}: got {response.status_code} {content[:300]!r}, expected an answer.")
        return {"seconds": seconds, "bytes": len(content)}

    def _save(self, path: str) -> dict[str, float]:
        """Seconds and bytes of a save of the form at this path; the request for the form itself is not timed."""
        values = form_values(self._staff.get(path).content)
        began = time.perf_counter()
        response = self._staff.post(path, values)
        seconds = time.perf_counter() - began
        if response.status_code != 302:
            raise RuntimeError(f"{path}: got {response.status_code}, expected 302 after a save.")
        return {"seconds": seconds, "bytes": len(response.content)}
