"""A server that speaks clamd's INSTREAM, for tests."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

#: What the server finds, as clamd finds its test file.
VIRUS, NAME = b"X5O!P%@AP-TEST", "Eicar-Test-Signature"


class FakeClamd:
    """What was scanned, and how the server behaves."""

    def __init__(self) -> None:
        self.scanned: list[bytes] = []
        #: Answered instead of a verdict.
        self.answer = ""
        #: Bytes after which it answers and closes, as at clamd's StreamMaxLength.
        self.limit = 1_000_000
        self.address = ""


def _handler(clamd: FakeClamd) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            assert self.rfile.read(10) == b"zINSTREAM\0"
            content = b""
            while length := int.from_bytes(self.rfile.read(4), "big"):
                content += self.rfile.read(length)
                if len(content) > clamd.limit:
                    self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                    return
            clamd.scanned.append(content)
            verdict = f"stream: {NAME} FOUND" if VIRUS in content else "stream: OK"
            self.wfile.write((clamd.answer or verdict).encode() + b"\0")

    return Handler


@contextmanager
def fake_clamd(path: Path | None = None) -> Iterator[FakeClamd]:
    """A running server, on a free port or at the path of a Unix socket."""
    clamd = FakeClamd()
    server: Any
    if path is not None:
        server, clamd.address = socketserver.ThreadingUnixStreamServer(str(path), _handler(clamd)), f"unix:{path}"
    else:
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _handler(clamd))
        clamd.address = f"127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield clamd
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
