"""A program that reads an SVG from standard input, and writes a PNG of it enlarged by its argument.

It is run by path and imports nothing of the archive, so that it starts in a few hundredths of a second.
"""

from __future__ import annotations

import sys

if __name__ == "__main__":
    import resvg_py

    picture = resvg_py.svg_to_bytes(svg_string=sys.stdin.buffer.read().decode(), zoom=float(sys.argv[1]))
    sys.stdout.buffer.write(picture)
