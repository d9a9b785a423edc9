"""Make a virtual environment in the folder given: ``python scripts/make_venv.py .venv``.

As ``python -m venv``, which shows a stack trace when it is stopped, and leaves a folder that looks finished.
"""

from __future__ import annotations

import shutil
import sys


def main(folder: str) -> int:
    try:
        from venv import EnvBuilder  # takes a moment itself

        EnvBuilder(symlinks=True, with_pip=True).create(folder)
    except KeyboardInterrupt:
        shutil.rmtree(folder, ignore_errors=True)
        sys.stderr.write(f"Stopped: {folder} was not finished, and is gone. Run make again.\n")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
