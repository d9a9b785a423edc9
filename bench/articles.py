"""Time of reading an article of 10,000 words against 100,000 names, all of them invented.

    python -m bench.articles

Prints the median of five runs of both steps: picking the names that may be in the text, and reading it.
"""

from __future__ import annotations

import random
import statistics
import time
from datetime import date

import django

django.setup()

from archive.articles.names import NameIndex, Target  # noqa: E402
from archive.articles.reader import read  # noqa: E402

NAMES, WORDS, RUNS = 100_000, 10_000, 5
_SYLLABLES = ("kim", "lee", "an", "to", "mor", "ver", "sa", "lin", "dra", "bek", "hol", "mi", "ro", "tan", "us", "per")
_SENTENCES = (
    "{} urged {} to withdraw the measures on Friday if the talks of 12 July fail. “We regret this very much,” {} said."
)


def make_names(rng: random.Random) -> list[str]:
    def word() -> str:
        return "".join(rng.choice(_SYLLABLES) for _ in range(rng.randint(2, 3))).capitalize()

    return [f"{word()} {word()}" for _ in range(NAMES)]


def make_text(rng: random.Random, names: list[str]) -> str:
    sentences: list[str] = []
    while sum(len(sentence.split()) for sentence in sentences) < WORDS:
        sentences.append(_SENTENCES.format(*rng.sample(names, 3)))
    return "\n".join(sentences)


def main() -> None:
    rng = random.Random(1)
    names = make_names(rng)
    text = make_text(rng, names)
    targets = [Target("official", key, f"o{key}", name) for key, name in enumerate(names)]
    picking, reading = [], []
    for _ in range(RUNS):
        start = time.perf_counter()
        index = NameIndex(text)
        for target in targets:
            index.add_official(target.name, target.name, target)
        middle = time.perf_counter()
        article = read(text, date(2019, 7, 12), index)
        picking.append(middle - start)
        reading.append(time.perf_counter() - middle)
    print(f"names {NAMES:,}, words {len(text.split()):,}, marks {len(article.names):,}, acts {len(article.acts):,}")
    print(f"picking names {statistics.median(picking):.2f} s, reading {statistics.median(reading):.2f} s")


if __name__ == "__main__":
    main()
