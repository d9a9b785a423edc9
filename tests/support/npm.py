"""Packages from npm for the tests that run a program on Node."""

from __future__ import annotations

import subprocess
from pathlib import Path


def install_packages(folder: Path) -> None:
    """Install what the folder's package-lock.json names, once."""
    if not (folder / "node_modules").exists():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True)
