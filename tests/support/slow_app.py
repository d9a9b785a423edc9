"""A WSGI application behind ``BufferedBodies``, with one thread, for a server that tests start."""

from __future__ import annotations

from typing import Any

from archive.middleware.request_bodies import BufferedBodies


def answer(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The body that came."""
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


application = BufferedBodies(answer, threads=1, timeout=1)
