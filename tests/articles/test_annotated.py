"""What is read in the annotated articles, and the table of the guide."""

from __future__ import annotations

import pytest

from tests.articles.annotation import annotated_articles, compare
from tests.support.import_graph import ROOT

GUIDE = ROOT / "docs/guide/read-an-article.md"
#: The sets of each table: one at hand when the rules were written, one that was not.
TABLES = (("tuning", "held_out"), ("shapes", "shapes_held_out"))
SETS = tuple(name for names in TABLES for name in names)


def table(names: tuple[str, ...]) -> list[str]:
    """The rows of one of the guide's tables: kind, marks expected, precision and recall of each set."""
    scores = {name: compare(name) for name in names}
    rows = []
    for kind in scores[names[0]]:
        cells = [
            f"{score[kind].expected} | {score[kind].precision:.2f} | {score[kind].recall:.2f}"
            for score in scores.values()
        ]
        rows.append(f"| {kind} | {' | '.join(cells)} |")
    return rows


def test_there_are_forty_five_articles() -> None:
    assert sum(len(list(annotated_articles(name))) for name in SETS) >= 45


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("kind", ["names", "dates", "quotations"])
def test_names_dates_and_quotations_are_read(name: str, kind: str) -> None:
    score = compare(name)[kind]
    assert score.precision >= 0.9, score.misses
    assert score.recall >= 0.9, score.misses


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("kind", ["acts", "speakers", "addressees", "conditions", "new names"])
def test_acts_are_read_with_their_speakers_addressees_and_conditions(name: str, kind: str) -> None:
    score = compare(name)[kind]
    assert score.precision >= 0.8, score.misses
    assert score.recall >= 0.7, score.misses


def test_the_guide_has_the_measured_table() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    assert not [row for names in TABLES for row in table(names) if row not in guide]
