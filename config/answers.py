"""Answers to the public, given again as long as the archive's public version is the same.

A request without credentials is answered from memory only after the version was read from the database in that same
request, on the connection that would have answered it. So an answer is never older than what that request could have
read; on a replica that lags it is the replica's. ETags come from the version and the question: whoever has an answer of
this version gets 304 before anything else is read.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed, RequestDataTooBig
from django.db import Error
from django.http import HttpRequest, HttpResponse

from archive.models import PublicVersion
from archive.projection.statement import Statement
from archive.public_version.answers import Answer, KeptAnswers
from archive.public_version.marks import is_public_answer
from config.cache import ForgivingCache
from config.release import release

#: Addresses whose answers are never the archive's.
_OTHERS = ("/admin/", "/static/", "/livez", "/readyz", "/metrics")
_GRAPHQL = "/graphql/"
_LARGEST_QUESTION = 100_000
#: Header fields by which an answer may differ: those that are part of the question, and those that it has not.
_HEADERS = ("HTTP_HOST", "HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "CONTENT_TYPE")
_VARIES = frozenset({"host", "accept", "accept-encoding", "content-type", "authorization", "cookie"})
_VERSION = Statement(f"SELECT stamp FROM {PublicVersion._meta.db_table}", ())  # noqa: S608 (a constant)
_ALWAYS = {"Cache-Control": "no-cache", "Vary": "Accept, Accept-Encoding, Authorization, Cookie"}


class ValidatedAnswersMiddleware:
    """Stands before all others: what is sent again passed through them when it was made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.ANSWER_CACHE_BYTES or not settings.ARCHIVE_PUBLIC:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.kept = KeptAnswers(settings.ANSWER_CACHE_BYTES, ForgivingCache() if settings.CACHE_IS_SHARED else None)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = question(request)
        version = _version() if asked is not None else ""
        if asked is None or not version:
            return self.get_response(request)
        key = sha256(b"\0".join((release(), version.encode(), asked))).hexdigest()
        if request.method != "POST" and (tag := _held(request, key)):
            return _not_modified(tag)
        if (answer := self.kept.get(key)) is not None:
            return HttpResponse(answer.body, headers=dict(answer.headers))
        response = self.get_response(request)
        if _is_public(response):
            if request.method != "POST":
                _tag(response, key)
            if request.method != "HEAD" and not response.streaming:
                self.kept.put(key, Answer(tuple(response.items()), response.content))
        return response


def question(request: HttpRequest) -> bytes | None:
    """All of the request that an answer may depend on; None where no answer is kept for it."""
    meta = request.META
    if "HTTP_AUTHORIZATION" in meta or settings.SESSION_COOKIE_NAME in request.COOKIES:
        return None
    if request.path_info.startswith(_OTHERS):
        return None
    body = b""
    if request.method == "POST":
        if request.path_info != _GRAPHQL or not _is_short(meta.get("CONTENT_LENGTH", "")):
            return None
        try:
            body = request.body
        except (RequestDataTooBig, OSError):
            return None
    elif request.method not in ("GET", "HEAD"):
        return None
    method = "POST" if request.method == "POST" else "GET"
    parts = (method, str(request.scheme), request.path_info, meta.get("QUERY_STRING", ""))
    return b"\0".join((*(part.encode() for part in (*parts, *(meta.get(name, "") for name in _HEADERS))), body))


def _is_short(length: str) -> bool:
    return length.isascii() and length.isdigit() and int(length[:9]) <= _LARGEST_QUESTION


def _version() -> str:
    """The public version; empty where it can't be read, and then the door says what is wrong."""
    try:
        found = _VERSION.run({})
    except Error:
        return ""
    return found.decode() if isinstance(found, bytes) else found or ""


def _digest(key: str) -> str:
    return key[:24]


def _held(request: HttpRequest, key: str) -> str:
    """Of the tags that the asker has, the one of this version's answer to this question."""
    given = request.META.get("HTTP_IF_NONE_MATCH", "")
    for tag in given.split(",") if given else ():
        bare = tag.strip().removeprefix("W/")
        if bare.strip('"').rpartition(".")[2] == _digest(key):
            return bare
    return ""


def _not_modified(tag: str) -> HttpResponse:
    response = HttpResponse(status=304, headers={**_ALWAYS, "ETag": tag})
    del response["Content-Type"]
    return response


def _tag(response: HttpResponse, key: str) -> None:
    """Put the version into the tag; a record's own number in front stays, for writes name it in If-Match."""
    number, dot, _ = response.get("ETag", "").strip('"').rpartition(".")
    response["ETag"] = f'"{number}{dot}{_digest(key)}"'
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)


def _is_public(response: HttpResponse) -> bool:
    if response.status_code != 200 or not is_public_answer(response) or response.cookies:
        return False
    varies = {name.strip().lower() for name in response.get("Vary", "").split(",") if name.strip()}
    return varies <= _VARIES
