"""TypeScript clients made from the description of the API compile under ``tsc --strict``."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from archive.rest.root import openapi_document
from tests.support.npm import install_packages

HERE = Path(__file__).parent / "typescript"
STRICT = ["--strict", "--noEmit", "--skipLibCheck", "--target", "es2022", "--module", "nodenext"]


@pytest.mark.node
def test_a_typed_client_compiles(tmp_path: Path) -> None:
    install_packages(HERE)
    for name in ("node_modules", "package.json", "client.ts"):
        (tmp_path / name).symlink_to(HERE / name)
    (tmp_path / "openapi.json").write_bytes(openapi_document())
    for words in (
        ["openapi-typescript", "openapi.json", "-o", "schema.ts"],
        ["tsc", *STRICT, "client.ts", "schema.ts"],
    ):
        program = str(HERE / "node_modules" / ".bin" / words[0])
        ran = subprocess.run([program, *words[1:]], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
