"""GraphQL over HTTP, by the audit of npm's graphql-http: 13 checks that MUST pass, 23 that SHOULD, 25 that MAY."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.npm import install_packages

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent / "audit"


@pytest.mark.node
def test_all_checks_of_graphql_over_http_pass(served: str) -> None:
    install_packages(HERE)
    ran = subprocess.run(["node", "audit.js", f"{served}/graphql/"], cwd=HERE, check=True, capture_output=True)
    checks = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [check for check in checks if check["status"] != "ok"] == []
    levels = [check["name"].split()[0] for check in checks]
    assert {level: levels.count(level) for level in set(levels)} == {"MUST": 13, "SHOULD": 23, "MAY": 25}
