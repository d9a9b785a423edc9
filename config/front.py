"""The front desk: reads by nobody in particular, answered before Django makes a request of them.

It knows nothing by itself. The first question of a kind passes through Django and all middleware, and the header fields
of its answer are remembered; the next of that kind gets them around what its door answers (``archive.*.quick``). What a
door can't answer at once, and whatever has a mistake in it, is Django's. So is all that carries a cookie or a token.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from timeit import default_timer
from typing import Any, Protocol

import brotli
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from archive.graphql.quick import quick as quick_graphql
from archive.kept import Kept
from archive.public_version.answers import Answer
from archive.public_version.marks import FAILED
from archive.rest.quick import quick as quick_rest
from config.answers import LOOKED, STORE, is_public, kept_answers, tag
from config.compression import QUALITY, SHORTEST, takes_brotli
from config.cors import with_cors, without_cors
from config.hosts import has_valid_port
from config.metrics import Measures
from config.questions import GRAPHQL, REST, around, is_asked, key
from config.rate_limit import CACHED, MADE, client, limiter

Environ = dict[str, Any]
Start = Callable[..., Any]
#: What makes a request Django's.
_ITS_OWN = frozenset({"HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_IF_NONE_MATCH", "HTTP_TRANSFER_ENCODING"})
#: Fields that follow from the body.
_OF_THE_BODY = ("Content-Length", "ETag")
#: Characters that a frame takes, beside those of what decides it.
_AROUND = 1_000


class Question(Protocol):
    """What a door has read: answers with ``frame`` in common have header fields in common."""

    @property
    def frame(self) -> str: ...

    @property
    def view(self) -> str: ...

    def answer(self) -> tuple[bytes, str] | None:
        """The body and its tag, if it has one; None where Django must answer."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The header fields around a body."""

    fields: tuple[tuple[str, str], ...]
    #: What stands before the tag, ``W/`` or nothing; None where there is no tag.
    tagged: str | None
    is_brotli: bool

    def put(self, body: bytes, found: str) -> Answer:
        if self.is_brotli:
            body = brotli.compress(body, quality=QUALITY)
        more = [("Content-Length", str(len(body)))]
        if self.tagged is not None:
            more.append(("ETag", f"{self.tagged}{found}"))
        return Answer((*self.fields, *more), body)


class Front:
    """A WSGI application in front of Django's."""

    def __init__(self, application: Any) -> None:
        self.application = application
        self.answers = kept_answers()
        self.measures = Measures() if settings.METRICS else None
        self.limits = limiter()
        #: By what decides the fields, the length of the body too: short ones are not compressed. Bounded by characters.
        self.frames: Kept[Frame] = Kept(500_000)

    def __call__(self, environ: Environ, start_response: Start) -> Any:
        began = default_timer()
        if self.answers is not None:
            environ[STORE] = self.answers
        if not settings.ARCHIVE_PUBLIC or not _is_plain(environ):
            return self.application(environ, start_response)
        name = client(environ) if self.limits else ""
        if self.limits and name and self.limits.seconds_to_wait(name):
            return self.application(environ, start_response)
        database = connections[DEFAULT_DB_ALIAS]
        if not database.in_atomic_block:  # a transaction is its maker's, and would end with the connection
            database.close_if_unusable_or_obsolete()
        try:
            body = _body(environ)
        except OSError:
            return self.application(environ, start_response)
        scheme, asked = _scheme(environ), ""
        if self.answers is not None:
            if not (asked := key(environ, scheme, environ["PATH_INFO"], body)):
                return self.application(environ, start_response)
            if (kept := self.answers.get(asked)) is not None:
                if self.limits and name:
                    self.limits.add(name, CACHED)
                return self._send(kept, "none", began, environ, start_response)
            environ[LOOKED] = asked
        question = _question(environ, scheme, body)
        if question is None:
            return self.application(environ, start_response)
        frame = (question.frame, *around(environ, scheme))
        if (answer := self._answer(question, frame, asked, environ)) is not None:
            if self.limits and name:
                self.limits.add(name, MADE)
            return self._send(answer, question.view, began, environ, start_response)
        response = self.application(environ, start_response)
        self._learn(frame, environ, response)
        return response

    def _answer(self, question: Question, frame: tuple[str, ...], asked: str, environ: Environ) -> Answer | None:
        """None where it must be made by Django, which is told what went wrong with it."""
        frames = self.frames.get((frame, False)), self.frames.get((frame, True))
        if frames == (None, None):
            return None
        try:
            found = question.answer()
        except Exception as error:
            environ[FAILED] = error
            return None
        if found is None or (known := frames[len(found[0]) >= SHORTEST]) is None:
            return None
        answer = known.put(found[0], tag(found[1], asked) if asked else found[1])
        if self.answers is not None and asked:
            self.answers.put(asked, answer)
        return answer

    def _learn(self, frame: tuple[str, ...], environ: Environ, response: Any) -> None:
        if not is_public(response) or response.streaming:
            return
        is_brotli = response.get("Content-Encoding") == "br"
        is_long = is_brotli or len(response.content) >= SHORTEST
        if is_brotli != (is_long and bool(environ.get("HTTP_ACCEPT_ENCODING"))):
            return
        fields = without_cors((name, value) for name, value in response.items() if name not in _OF_THE_BODY)
        found = response.get("ETag")
        tagged = None if found is None else "W/" if found.startswith("W/") else ""
        weight = _AROUND + sum(len(text) for text in frame)
        self.frames.put((frame, is_long), Frame(fields, tagged, is_brotli), weight)

    def _send(self, answer: Answer, view: str, began: float, environ: Environ, start_response: Start) -> list[bytes]:
        headers = with_cors(answer.headers, environ["PATH_INFO"], environ.get("HTTP_ORIGIN", ""))
        start_response("200 OK", list(headers))
        if self.measures:
            self.measures.begin()
            self.measures.end(began, view, environ["REQUEST_METHOD"], 200)
        return [answer.body]


def _is_plain(environ: Environ) -> bool:
    path = environ.get("PATH_INFO", "")
    if environ.get("REQUEST_METHOD") == "HEAD" or not _ITS_OWN.isdisjoint(environ) or environ.get("SCRIPT_NAME"):
        return False
    if not (host := environ.get("HTTP_HOST")) or not has_valid_port(host):
        return False
    return is_asked(environ, path) and path.isascii() and environ.get("QUERY_STRING", "").isascii()


def _scheme(environ: Environ) -> str:
    """As Django has it."""
    if settings.SECURE_PROXY_SSL_HEADER is None or settings.SECURE_PROXY_SSL_HEADER[0] not in environ:
        return str(environ.get("wsgi.url_scheme", "http"))
    name, secure = settings.SECURE_PROXY_SSL_HEADER
    return "https" if environ[name].split(",", 1)[0].strip() == secure else "http"


def _body(environ: Environ) -> bytes:
    """What was posted, which whoever comes after can read again."""
    if environ["REQUEST_METHOD"] != "POST":
        return b""
    body: bytes = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    environ["wsgi.input"] = BytesIO(body)
    return body


def _question(environ: Environ, scheme: str, body: bytes) -> Question | None:
    """None for what takes gzip alone, too: whether that is used depends on what it gains, and its length on chance."""
    path, accepted = environ["PATH_INFO"], environ.get("HTTP_ACCEPT_ENCODING", "")
    if accepted and not takes_brotli(accepted):
        return None
    if path == GRAPHQL:
        return quick_graphql(body, environ.get("CONTENT_TYPE", "")) if environ["REQUEST_METHOD"] == "POST" else None
    if path.startswith(REST):
        site, accept = f"{scheme}://{environ.get('HTTP_HOST', '')}", environ.get("HTTP_ACCEPT", "*/*")
        return quick_rest(path, environ.get("QUERY_STRING", ""), site, accept)
    return None
