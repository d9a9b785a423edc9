"""Names, passages and hostile texts of articles."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.articles.names import NameIndex, Target, name_marks
from archive.articles.passages import quotations, sentences
from archive.articles.reader import read
from tests.articles.annotation import name_index

DAY = date(2019, 7, 12)


def words(text: str, spans: list) -> list[str]:
    return [text[span.start : span.end] for span in spans]


def test_the_longest_name_wins() -> None:
    marks = name_marks("the Ministry of Foreign Affairs of Japan", name_index())
    assert [(mark.text, mark.targets[0].slug) for mark in marks] == [
        ("Ministry of Foreign Affairs of Japan", "mofa-jp")
    ]


def test_a_name_of_several_records_has_them_all() -> None:
    [mark] = name_marks("the Ministry of Foreign Affairs", name_index())
    assert {target.slug for target in mark.targets} == {"mofa-jp", "mofa-kr"}
    assert "2 records" in mark.rule


def test_a_family_name_counts_only_after_the_full_name() -> None:
    assert name_marks("Kim spoke.", name_index()) == []
    marks = name_marks("Kim You-geun spoke. Kim left; so did Kim Jong-su.", name_index())
    assert [mark.text for mark in marks] == ["Kim You-geun", "Kim"]


def test_small_letters_name_nobody() -> None:
    index = NameIndex()
    index.add("US", Target("body", 1, "us", "United States"))
    index.add("May Wong", Target("official", 2, "may-wong", "May Wong"))
    assert name_marks("it told us that it may", index) == []
    assert [mark.text for mark in name_marks("the US and May Wong", index)] == ["US", "May Wong"]


def test_accents_and_korean_particles_do_not_hide_a_name() -> None:
    assert [mark.targets[0].slug for mark in name_marks("Helene Delacroix", name_index())] == ["delacroix-helene"]
    assert [mark.text for mark in name_marks("김유근은 어제", name_index())] == ["김유근"]


def test_sentences_do_not_end_at_abbreviations_or_inside_quotations() -> None:
    text = "Mr. Kim of the U.S. branch spoke. “No. We will not,” he said. It ended."
    assert words(text, sentences(text, quotations(text))) == [
        "Mr. Kim of the U.S. branch spoke.", "“No. We will not,” he said.", "It ended.",
    ]  # fmt: skip


def test_a_quotation_without_its_end_stops_with_the_paragraph() -> None:
    text = "“We shall see.\n“And then we shall act,” he said."
    assert words(text, quotations(text)) == ["We shall see.", "And then we shall act"]


@pytest.mark.parametrize(
    "text",
    [
        "", " \n ", "\x00", "“" * 1000, '"' * 999, "said " * 2000, "Kim You-geun said " * 500, "a" * 50_000,
        "<script>alert(1)</script> said Kim You-geun", "‮ said ‬", "if if if said if", "김" * 5000, "Mr. " * 3000,
        "said 'a" * 20_000, "‘as b " * 20_000, "A: said. " * 5000, "Kim You-geun: no\n" * 500, "not that " * 3000,
        "Japan, and " * 3000 + "said", "No A" * 3000 + " said", "if the A, " * 3000,
        "A.B.C." * 2000 + " said", "was urged by A" + " A" * 3000,
        "Q. a\nA. b\n" * 2000,
        "an " + "official " * 300 + "of of of said",
    ],
)  # fmt: skip
def test_odd_texts_are_read_without_an_error(text: str) -> None:
    article = read(text, DAY, name_index())
    assert all(0 <= mark.start < mark.end <= len(text) for mark in (*article.names, *article.dates, *article.acts))


_PIECES = [*' \n.,“”"‘’aKJ가日', "said ", "Kim You-geun ", "urged ", "Japan ", "if ", "Friday "]


@given(st.lists(st.sampled_from(_PIECES)))
def test_any_text_is_read_and_marks_lie_inside_it(pieces: list[str]) -> None:
    text = "".join(pieces)
    article = read(text, DAY, name_index())
    for act in article.acts:
        assert text[act.start : act.end] == act.text
        assert act.words
    assert sum(len(statement.acts) for statement in article.statements) == len(article.acts)


def test_a_line_without_a_full_stop_is_read_in_pieces_that_never_split_a_quotation() -> None:
    quotation = "word " * 400
    text = f"{'Japan said if ' * 500}“{quotation}” {'it urged ' * 300}"
    quoted = quotations(text)
    pieces = sentences(text, quoted)
    assert max(piece.end - piece.start for piece in pieces if "“" not in text[piece.start : piece.end]) <= 1_000
    assert any(quotation.strip() in text[piece.start : piece.end] for piece in pieces)
    words = [word for piece in pieces for word in text[piece.start : piece.end].split()]
    assert words == text.split()
