"""Porter's stemmer, compared with that of SQLite."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from archive.search_index.stemming import stem

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_words_of_the_documentation_have_the_stems_of_sqlite() -> None:
    text = " ".join(path.read_text(encoding="utf-8") for path in DOCS.rglob("*.md"))
    words = sorted(set(re.findall("[a-z]+", text.lower())))
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE VIRTUAL TABLE words USING fts5(word, tokenize='porter unicode61')")
        database.execute("CREATE VIRTUAL TABLE stems USING fts5vocab('words', 'instance')")
        database.executemany("INSERT INTO words(rowid, word) VALUES (?, ?)", enumerate(words))
        stems = {words[row]: result for result, row in database.execute("SELECT term, doc FROM stems")}
    assert len(stems) > 1_000
    assert {word: stem(word) for word in words} == stems


@pytest.mark.parametrize("word", ["", "as", "état", "2019", "수출", "x" * 65, "o'neill"])
def test_other_words_are_their_own_stems(word: str) -> None:
    assert stem(word) == word
