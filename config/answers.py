"""Answers to the public, given again as long as the archive's public version is the same.

A request without credentials is answered from memory only after the version was read from the database in that same
request, on the connection that would have answered it. So an answer is never older than what that request could have
read; on a replica that lags it is the replica's. ETags come from the version and the question: whoever has an answer of
this version gets 304 before anything else is read.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed, RequestDataTooBig
from django.http import HttpRequest, HttpResponse

from archive.public_version.answers import Answer, KeptAnswers
from archive.public_version.marks import is_public_answer
from archive.public_version.tags import beginning_of, signed
from config.cache import ForgivingCache
from config.questions import VARIES, is_asked, key

#: Characters of a question's key that stand in its answer's tag.
_DIGEST = 24
_ALWAYS = {"Cache-Control": "no-cache", "Vary": "Accept, Accept-Encoding, Authorization, Cookie"}
#: Under these, a request's environment has the store of ``config.front``, and the key that it found no answer by.
STORE, LOOKED = "archive.answers", "archive.looked"


def kept_answers() -> KeptAnswers | None:
    """An empty store as the settings want it; None where nothing is kept."""
    if not settings.ANSWER_CACHE_BYTES or not settings.ARCHIVE_PUBLIC:
        return None
    return KeptAnswers(settings.ANSWER_CACHE_BYTES, ForgivingCache() if settings.CACHE_IS_SHARED else None)


class ValidatedAnswersMiddleware:
    """Stands before all others: what is sent again passed through them when it was made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        kept = kept_answers()
        if kept is None:
            raise MiddlewareNotUsed
        self.get_response, self.kept = get_response, kept

    def __call__(self, request: HttpRequest) -> HttpResponse:
        kept = request.META.get(STORE, self.kept)
        if LOOKED in request.META:
            return self._made(request, kept, request.META[LOOKED])
        if not (asked := _key(request)):
            return self.get_response(request)
        if request.method != "POST" and (held := _held(request, asked)):
            return _not_modified(held)
        if (answer := kept.get(asked)) is not None:
            return HttpResponse(answer.body, headers=dict(answer.headers))
        return self._made(request, kept, asked)

    def _made(self, request: HttpRequest, kept: KeptAnswers, asked: str) -> HttpResponse:
        response = self.get_response(request)
        if is_public(response):
            if request.method != "POST":
                _tag(response, asked)
            if request.method != "HEAD" and not response.streaming:
                kept.put(asked, Answer(tuple(response.items()), response.content))
        return response


def is_public(response: HttpResponse) -> bool:
    """Whether the answer may be given to anybody else who asks the same."""
    if response.status_code != 200 or not is_public_answer(response) or response.cookies:
        return False
    varies = {name.strip().lower() for name in response.get("Vary", "").split(",") if name.strip()}
    return varies <= VARIES


def tag(found: str, asked: str) -> str:
    """The tag with the version in it; a record's own beginning stays, for writes name it in If-Match."""
    return f'"{signed(beginning_of(found.removeprefix("W/").strip(chr(34))), _digest(asked))}"'


def _key(request: HttpRequest) -> str:
    """By what an answer to it is kept; empty where none is."""
    if settings.SESSION_COOKIE_NAME in request.COOKIES or not is_asked(request.META, request.path_info):
        return ""
    try:
        body = request.body if request.method == "POST" else b""
    except (RequestDataTooBig, OSError):
        return ""
    return key(request.META, str(request.scheme), request.path_info, body)


def _digest(asked: str) -> str:
    return asked[:_DIGEST]


def _held(request: HttpRequest, asked: str) -> str:
    """Of the tags that the asker has, the one of this version's answer to this question."""
    given = request.META.get("HTTP_IF_NONE_MATCH", "")
    for one in given.split(",") if given else ():
        bare: str = one.strip().removeprefix("W/")
        if bare.strip('"').rpartition(".")[2][:_DIGEST] == _digest(asked):
            return bare
    return ""


def _not_modified(held: str) -> HttpResponse:
    response = HttpResponse(status=304, headers={**_ALWAYS, "ETag": held})
    del response["Content-Type"]
    return response


def _tag(response: HttpResponse, asked: str) -> None:
    response["ETag"] = tag(response.get("ETag", ""), asked)
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
