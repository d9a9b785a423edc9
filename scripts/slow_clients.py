"""Drill: clients that send their bodies byte by byte, and what others wait meanwhile. Standard library only.

    python3 scripts/slow_clients.py http://127.0.0.1:8000 --host archive.example --clients 200 --seconds 30

Opens the connections, sends each one more byte a second, and asks for /livez, a list and a GraphQL query all the time.
Prints what others got and what became of the slow clients. The exit code is 1 where anything of others failed or took
more than ``--within`` seconds. With ``--host`` each request says that a proxy received it for this name by HTTPS.
"""

from __future__ import annotations

import argparse
import json
import selectors
import socket
import sys
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from threading import Thread
from urllib.parse import urlsplit

QUERY = json.dumps({"query": "{ events(first: 1) { edges { node { slug } } } }"}).encode()
READS = (("GET", "/livez", None), ("GET", "/api/v1/events/?limit=1", None), ("POST", "/graphql/", QUERY))


class SlowClients:
    """Connections whose bodies are never complete."""

    def __init__(self, host: str, port: int, count: int, headers: Mapping[str, str]) -> None:
        self.open: list[socket.socket] = []
        self.ends: Counter[str] = Counter()
        fields = {"Host": host, **headers, "Content-Type": "application/json", "Content-Length": "1000"}
        lines = ["POST /graphql/ HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
        head = "\r\n".join(lines) + "\r\n\r\n{"
        for _ in range(count):
            client = socket.create_connection((host, port), 10)
            client.sendall(head.encode())
            client.setblocking(False)
            self.open.append(client)

    def trickle(self) -> None:
        """One more byte of each; those that the server has ended are counted by its status."""
        with selectors.DefaultSelector() as selector:
            for client in self.open:
                selector.register(client, selectors.EVENT_READ)
            ready = [key.fileobj for key, _ in selector.select(0)]
        for client in list(self.open):
            if client in ready:
                self._end(client)
                continue
            with suppress(OSError):
                client.send(b" ")

    def _end(self, client: socket.socket) -> None:
        try:
            status = client.recv(200).split(b" ", 2)
            self.ends[status[1].decode() if len(status) > 2 else "closed"] += 1
        except OSError:
            self.ends["closed"] += 1
        client.close()
        self.open.remove(client)

    def close(self) -> None:
        for client in self.open:
            client.close()


def proxy_headers(name: str) -> dict[str, str]:
    """The headers by which a proxy says that it received a request for this name by HTTPS; none without a name."""
    return {"Host": name, "X-Forwarded-Proto": "https"} if name else {}


def read(host: str, port: int, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> str:
    """The status of one request, or the error."""
    connection = HTTPConnection(host, port, timeout=10)
    try:
        connection.request(method, path, body, {**headers, **({"Content-Type": "application/json"} if body else {})})
        return str(connection.getresponse().status)
    except (OSError, HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()


def drill(url: str, clients: int, seconds: float, within: float, name: str = "") -> bool:
    """Whether all others were served in time."""
    parts = urlsplit(url)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    headers = proxy_headers(name)
    slow = SlowClients(host, port, clients, headers)
    took: dict[str, list[float]] = {path: [] for _, path, _ in READS}
    statuses: dict[str, Counter[str]] = {path: Counter() for _, path, _ in READS}
    end = time.monotonic() + seconds

    def others(method: str, path: str, body: bytes | None) -> None:
        while time.monotonic() < end:
            began = time.monotonic()
            statuses[path][read(host, port, method, path, body, headers)] += 1
            took[path].append(time.monotonic() - began)
            time.sleep(0.05)

    threads = [Thread(target=others, args=case) for case in READS]
    for thread in threads:
        thread.start()
    while time.monotonic() < end:
        slow.trickle()
        time.sleep(1)
    for thread in threads:
        thread.join()
    sys.stdout.write(
        f"{clients} slow clients for {seconds:g} s: {len(slow.open)} still wait, ended: {dict(slow.ends) or 'none'}\n"
    )
    slow.close()
    for path, times in took.items():
        median = sorted(times)[len(times) // 2] * 1000
        sys.stdout.write(
            f"{path}: {dict(statuses[path])}, median {median:.0f} ms, slowest {max(times) * 1000:.0f} ms\n"
        )
    return all(set(counts) == {"200"} for counts in statuses.values()) and max(map(max, took.values())) <= within


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", nargs="?", default="http://127.0.0.1:8000")
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--within", type=float, default=2, help="how long another request may take")
    parser.add_argument("--host", default="", help="the name of the archive, for a service behind a proxy")
    options = parser.parse_args()
    return 0 if drill(options.url, options.clients, options.seconds, options.within, options.host) else 1


if __name__ == "__main__":
    sys.exit(main())
