"""What is read in the annotated articles, and the table of the guide."""

from __future__ import annotations

import pytest

from tests.articles.annotation import annotated_articles, compare
from tests.support.import_graph import ROOT

GUIDE = ROOT / "docs/guide/read-an-article.md"
SETS = ("tuning", "held_out")


def table() -> list[str]:
    """The rows of the guide's table: kind, marks expected, precision and recall of each set."""
    scores = {name: compare(name) for name in SETS}
    rows = []
    for kind in scores["tuning"]:
        cells = [
            f"{score[kind].expected} | {score[kind].precision:.2f} | {score[kind].recall:.2f}"
            for score in scores.values()
        ]
        rows.append(f"| {kind} | {' | '.join(cells)} |")
    return rows


def test_there_are_thirty_articles() -> None:
    assert sum(len(list(annotated_articles(name))) for name in SETS) >= 30


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
    assert not [row for row in table() if row not in guide]
