"""A port that can't be served at is told in one line, before anything slow."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run_port_free(host: str, port: str) -> tuple[int, str]:
    ran = subprocess.run(
        [sys.executable, "scripts/port_free.py", host, port], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.stdout == ""
    return ran.returncode, ran.stderr


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_a_port_in_use_is_one_line_with_a_remedy(taken: int) -> None:
    message = f"Port {taken} on 127.0.0.1 can't be used (Address already in use). Choose another: make run PORT=8001\n"
    assert run_port_free("127.0.0.1", str(taken)) == (1, message)


def test_a_free_port_is_nothing_to_tell(taken: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        free = other.getsockname()[1]
    assert run_port_free("127.0.0.1", str(free)) == (0, "")


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", ""])
def test_what_is_no_port_is_told_with_what_one_is(port: str) -> None:
    assert run_port_free("127.0.0.1", port) == (1, f"PORT: got '{port}', expected a number from 1 to 65535.\n")


def test_an_address_of_ipv6_stands_in_brackets() -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listening:
        taken = listening.getsockname()[1]
        assert f"Port {taken} on [::1] can't be used (Address already in use)" in run_port_free("[::1]", str(taken))[1]
    assert run_port_free("[::1]", str(taken)) == (0, "")
    code, message = run_port_free("::1", str(taken))
    assert (code, message.count("\n")) == (1, 1)
    assert message.startswith("HOST: got '::1', expected a name or an address; one of IPv6 in brackets")


def test_a_host_that_is_not_this_machine_is_one_line() -> None:
    code, message = run_port_free("192.0.2.1", "8000")
    assert code == 1
    assert message.startswith("Port 8000 on 192.0.2.1 can't be used (")
    assert message.count("\n") == 1


def test_make_run_asks_before_it_installs(taken: int, tmp_path: Path) -> None:
    words = ["make", "run", f"PORT={taken}", f"VENV={tmp_path / 'venv'}", f"PYTHON={sys.executable}"]
    ran = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode != 0
    assert f"Port {taken} on 127.0.0.1 can't be used" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not (tmp_path / "venv").exists()
