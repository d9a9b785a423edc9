"""The drawing as a PNG, by resvg, which draws with the fonts of the machine.

resvg runs in a process of its own: it holds Python's lock for the second that a picture takes, during which no other
thread of the server would answer, and it ends its process where it gets no memory.
"""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

import resvg_py

#: Pixels of the picture for one of the drawing, so that it stays sharp on dense screens and in print.
_SCALE = 2.0
#: A picture has at most so many pixels; a larger drawing is scaled down. 5 million take about two seconds.
MAX_PIXELS = 5_000_000
#: Seconds that a picture may take.
TIMEOUT = 20.0
#: Seconds that a picture waits for the one before it. It holds a thread of the server, of which there are few.
MAX_WAIT = 2.0
_RENDERER = Path(__file__).with_name("resvg_process.py")
_BLANK = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"></svg>'
_LETTER = _BLANK.replace("></", '><text x="2" y="15" font-family="sans-serif" font-size="15">A</text></')
#: Server processes draw one picture at a time, so that pictures never take all processors.
_turn = BoundedSemaphore()


class PictureError(Exception):
    """The picture was not drawn: the machine is too busy, or resvg failed."""


def drawing_png(svg: str, width: float, height: float) -> bytes:
    """The picture of an SVG text of this size in pixels, whose style is plain. Raises PictureError."""
    if not _turn.acquire(timeout=MAX_WAIT):
        raise PictureError(f"A picture before this one took more than {MAX_WAIT:.0f} seconds.")
    try:
        command = [sys.executable, "-I", str(_RENDERER), f"{picture_scale(width, height):.4f}"]
        done = subprocess.run(command, input=svg.encode(), capture_output=True, timeout=TIMEOUT, check=True)  # noqa: S603
    except (subprocess.SubprocessError, OSError) as error:
        raise PictureError(f"The picture of {width:.0f} by {height:.0f} pixels was not drawn: {error}") from error
    finally:
        _turn.release()
    return done.stdout


def picture_scale(width: float, height: float) -> float:
    """By how much a drawing of this size is enlarged: twice, or less so that it has at most ``MAX_PIXELS``."""
    return float(min(_SCALE, (MAX_PIXELS / (width * height)) ** 0.5))


@cache
def can_draw_text() -> bool:
    """Whether the machine has a font: resvg draws nothing for a text without one, and reports nothing."""
    return resvg_py.svg_to_bytes(svg_string=_LETTER) != resvg_py.svg_to_bytes(svg_string=_BLANK)
