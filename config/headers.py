"""The header fields that middleware put on every answer: asked of them once, where they are alike."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware

from config.compression import CompressionMiddleware
from config.policy import PolicyMiddleware, has_wishes

#: As they stand in the settings, innermost first.
_MIDDLEWARE = (XFrameOptionsMiddleware, PolicyMiddleware, SecurityMiddleware, CompressionMiddleware)


class UsualHeaders:
    """Finishes an answer as the middleware would, had it passed through them.

    Whether a request must come by TLS is not asked here: ``SecurityMiddleware`` answers that before any view.
    """

    def __init__(self) -> None:
        *self.secured, self.compression = [middleware(_nothing) for middleware in _MIDDLEWARE]
        #: By whether the request came by TLS: some fields are for those alone.
        self.known: dict[bool, dict[str, str]] = {}

    def put(self, request: HttpRequest, response: Any) -> Any:
        """The finished answer, compressed where the asker takes that."""
        framed = hasattr(response, "xframe_options_exempt")
        alike = type(response) is HttpResponse and response.status_code == 200 and not framed
        if alike and not has_wishes(request, response):
            for name, value in self._usual(request).items():
                response.headers.setdefault(name, value)
        else:
            for one in self.secured:
                response = one.process_response(request, response)
        return self.compression.process_response(request, response)

    def _usual(self, request: HttpRequest) -> dict[str, str]:
        secure = bool(request.is_secure())
        if secure not in self.known:
            bare: Any = HttpResponse()
            for one in self.secured:
                bare = one.process_response(request, bare)
            self.known[secure] = {name: value for name, value in bare.items() if name != "Content-Type"}
        return self.known[secure]


def _nothing(request: HttpRequest) -> HttpResponse:
    raise AssertionError("only what is done to answers is asked of it")
