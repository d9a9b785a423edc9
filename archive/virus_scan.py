"""Client of clamd, ClamAV's daemon: has a file scanned by the command ``INSTREAM``.

The file is sent in chunks, each after its length in four bytes, and ends with a chunk of length zero; the answer is one
line that ends with a null byte: ``stream: OK``, ``stream: <name> FOUND``, or an error.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

#: Bytes of a chunk; below any ``StreamMaxLength`` that is set.
CHUNK = 65_536
#: Seconds in which clamd must accept each chunk and answer. It scans archives of the largest uploads in a few.
TIMEOUT = 60.0
_MAX_ANSWER = 4_096
_TOO_LONG = "size limit exceeded"


class ScanError(Exception):
    """clamd did not say whether the file is clean; the message says why, for users and operators, in their language."""


@dataclass(frozen=True, slots=True)
class Scan:
    """The result of clamd for a file: the name of the virus, empty for a clean file."""

    virus: str = ""


def scan(address: str, chunks: Iterable[bytes], timeout: float = TIMEOUT) -> Scan:
    """Have clamd at ``host:port`` or ``unix:/path`` scan the bytes. Raises ScanError where it gives no verdict."""
    try:
        with _connect(address, timeout) as connection:
            answer = _exchange(connection, chunks)
    except OSError as error:
        reason = error.strerror or str(error) or type(error).__name__
        raise ScanError(format_lazy(_("the virus scanner does not answer ({reason})"), reason=reason)) from error
    verdict = answer.removeprefix("stream:").strip()
    if verdict == "OK":
        return Scan()
    if verdict.endswith(" FOUND"):
        return Scan(verdict.removesuffix(" FOUND"))
    if _TOO_LONG in verdict:
        raise ScanError(_("the file is larger than the virus scanner takes (StreamMaxLength in clamd.conf)"))
    text = _("the virus scanner answered '{answer}', expected OK or FOUND")
    raise ScanError(format_lazy(text, answer=verdict[:200]))


def _connect(address: str, timeout: float) -> socket.socket:
    if address.startswith("unix:"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(timeout)
        try:
            connection.connect(address.removeprefix("unix:"))
        except OSError:
            connection.close()
            raise
        return connection
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout)


def _exchange(connection: socket.socket, chunks: Iterable[bytes]) -> str:
    """Send the bytes; the line that clamd answers. It may answer, and close, before all of them are sent."""
    try:
        connection.sendall(b"zINSTREAM\0")
        for chunk in chunks:
            for start in range(0, len(chunk), CHUNK):
                part = chunk[start : start + CHUNK]
                connection.sendall(len(part).to_bytes(4, "big") + part)
        connection.sendall(bytes(4))
    except (BrokenPipeError, ConnectionResetError):
        if answer := _answer(connection):
            return answer
        raise
    return _answer(connection)


def _answer(connection: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _MAX_ANSWER:
        part = connection.recv(_MAX_ANSWER)
        if not part:
            break
        answer += part
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()
