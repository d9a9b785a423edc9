"""What several workers counted is one sum, whichever of them is asked, and stays when one of them has ended."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.mmap_dict import MmapedDict

from tests.support.servers import ROOT, Database, get, server

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("metrics_of_workers")]
PATH, VIEW = "/readyz", "web:readyz"
_COUNTED = "django_http_responses_total_by_status_view_method_total"
_LATENCY = "django_http_requests_latency_seconds_by_view_method_count"
_TIMEOUT = 60


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    database = Database("measured", tmp_path_factory.mktemp("measured")).create()
    yield database.url
    database.drop()


class Service:
    """Two workers that count in a folder, and how many requests were answered so far."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port, self.folder, self.requests = port, folder, 0

    def scrape(self) -> None:
        """One more request, by a connection of its own, so that either worker may take it."""
        end = time.monotonic() + _TIMEOUT
        while True:
            try:
                get(self.port, PATH)
                break
            except OSError:
                # Nobody took it: a worker that has just ended.
                assert time.monotonic() < end
        self.requests += 1

    def counts(self) -> dict[int, float]:
        """What each process has counted, by its number, as its own file says."""
        results = {}
        # A file is empty while it is made.
        for file in (path for path in self.folder.glob("counter_*.db") if path.stat().st_size):
            values = MmapedDict.read_all_values_from_file(str(file))
            own = [value for key, value, _, _ in values if _COUNTED in key and f'"{VIEW}"' in key]
            results[int(file.stem.partition("_")[2])] = sum(own)
        return results

    def until_counted_by(self, processes: int, but: frozenset[int] = frozenset()) -> dict[int, float]:
        """Ask until so many processes have counted something, ``but`` those."""
        end = time.monotonic() + _TIMEOUT
        while True:
            self.scrape()
            results = {pid: count for pid, count in self.counts().items() if count and pid not in but}
            if len(results) >= processes:
                return results
            assert time.monotonic() < end, results

    def totals(self) -> list[tuple[float, float]]:
        """Both figures of the view, as the service tells them; asked often enough that both workers answer."""
        return [_figures(get(self.port, "/metrics").decode()) for _ in range(10)]


def _figures(text: str) -> tuple[float, float]:
    counted = re.search(rf'^{_COUNTED}{{method="GET",status="200",view="{VIEW}"}} (\S+)$', text, re.MULTILINE)
    latency = re.search(rf'^{_LATENCY}{{method="GET",view="{VIEW}"}} (\S+)$', text, re.MULTILINE)
    assert counted
    assert latency
    return float(counted[1]), float(latency[1])


def test_workers_are_summed_and_the_ended_are_counted_once(url: str, tmp_path: Path) -> None:
    values = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "METRICS_TOKEN": ""}
    with server(url, "--respawn-failed-workers", **values) as port:
        service = Service(port, tmp_path)
        # As a worker leaves it that is ended while it makes its file.
        (tmp_path / "counter_1.db").touch()
        first = service.until_counted_by(2)
        assert sum(first.values()) == service.requests
        assert set(service.totals()) == {(service.requests, service.requests)}

        gone: set[int] = set()
        for ended, how in zip(first, (signal.SIGKILL, signal.SIGTERM), strict=True):
            os.kill(ended, how)
            gone.add(ended)
            service.until_counted_by(2, frozenset(gone))
            assert set(service.totals()) == {(service.requests, service.requests)}

        now = service.counts()
        assert gone < set(now)
        assert all(now[pid] >= first[pid] for pid in first)
        assert sum(now.values()) == service.requests


def test_without_a_folder_each_worker_has_metrics_of_its_own(url: str) -> None:
    with server(url, PROMETHEUS_MULTIPROC_DIR="", METRICS_TOKEN="") as port:
        assert "process_cpu_seconds_total" in get(port, "/metrics").decode()
    assert not list(ROOT.glob("*.db"))
