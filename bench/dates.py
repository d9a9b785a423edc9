"""How long a date takes to read, here and in the edtf package: `python -m bench.dates`.

Medians of fresh readings (nothing remembered), in microseconds, and the ratio. Then the slowest refusal, of texts made
to be slow. Runs on one core in seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from edtf import parse_edtf

from archive.dates import PartialDate, PartialDateError
from archive.dates.value import _parse

TEXTS = ("2019-07-12", "2019-07", "199X", "1936~", "2019-22", "2019-06-28/2019-06-29", "[2019-07-04,2019-07-05]")
HOSTILE = ("9" * 10_000_000, "[" + "2019," * 1_000_000 + "2019]", "/" * 1_000_000, "July " * 8 + "2019", "\x00" * 64)


def microseconds(read: Callable[[str], object], text: str, rounds: int) -> float:
    """The median time of one reading."""
    taken = []
    for _ in range(rounds):
        begin = time.perf_counter()
        read(text)
        taken.append(time.perf_counter() - begin)
    return median(taken) * 1e6


def refuse(text: str) -> None:
    try:
        PartialDate.parse(text)
    except PartialDateError:
        return
    raise AssertionError(f"{text[:40]!r} was read as a date")


def main() -> None:
    print(f"{'text':<28}{'archive µs':>12}{'edtf µs':>12}{'ratio':>10}")
    for text in TEXTS:
        ours = microseconds(_parse.__wrapped__, text, 2000)
        theirs = microseconds(lambda written: parse_edtf(written, fail_silently=False), text, 30)
        print(f"{text:<28}{ours:>12.1f}{theirs:>12.1f}{theirs / ours:>9.0f}x")
    slowest = max(microseconds(refuse, text, 5) for text in HOSTILE)
    print(f"slowest refusal of {len(HOSTILE)} hostile texts: {slowest / 1000:.2f} ms")


if __name__ == "__main__":
    main()
