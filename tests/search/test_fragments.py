"""Fragments: which passage is shown, what is marked in it, and that its HTML is safe."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.search.fragments import WIDTH, FieldText, best_fragment, fragment
from archive.search_syntax import parse


def marked(text: str, search: str, field: str = "") -> list[str]:
    result = fragment(text, parse(search), field)
    return [result.text[start:end] for start, end in result.marks]


@pytest.mark.parametrize(
    ("search", "marks"),
    [
        ("elysee", ["Élysée"]),
        ("ÉLYSÉE announces", ["Élysée", "announced"]),
        ('"export control"', ["export controls"]),
        ("export control", ["export", "controls"]),
        ("sanct*", ["sanctions"]),
        ("sanct", []),
        ("controls -sanctions", ["controls"]),
        ("nothing OR sanction", ["sanctions"]),
        ("text:export summary:controls", ["export"]),
        ('"sanctions export"', []),
        ("control control* controls", ["controls"]),
    ],
)
def test_words_are_compared_as_the_index_compares_them(search: str, marks: list[str]) -> None:
    assert marked("The Élysée announced export controls and “sanctions”.", search, "text") == marks


@pytest.mark.parametrize(
    ("search", "marks"),
    [
        ("수출", ["수출"]),
        ("출규", ["출규"]),
        ("수출 규제", ["수출", "규제"]),
        ('"수출규제 강화"', ["수출규제 강화"]),
        ('"규제 강"', ["수출규제 강화"]),
        ('"규제 화"', []),
        ("2019년", ["2019년"]),
        ("は", ["ハ"]),
        ("は ふっか", ["フッカ", "ハ"]),
    ],
)
def test_cjk_letters_match_within_words(search: str, marks: list[str]) -> None:
    assert marked("2019년 일본의 수출규제 강화 조치 フッカ物ハ", search) == marks


def test_html_is_escaped_but_for_the_marks() -> None:
    result = fragment('<script>alert("talks")</script> & <b>talks</b>', parse("talks"))
    assert result.text == '<script>alert("talks")</script> & <b>talks</b>'
    assert result.html == (
        "&lt;script&gt;alert(&quot;<mark>talks</mark>&quot;)&lt;/script&gt; &amp; &lt;b&gt;<mark>talks</mark>&lt;/b&gt;"
    )


def test_positions_count_code_points() -> None:
    result = fragment("𠮷 talks", parse("talks"))
    assert result.marks == ((2, 7),)


def test_a_long_text_is_cut_around_the_most_terms() -> None:
    text = "Talks. " + "Nothing of it. " * 40 + "Talks on exports were held in Tokyo. " + "Nothing more. " * 40
    result = fragment(text, parse("exports talks"))
    assert result.text.startswith("…")
    assert result.text.endswith("…")
    assert "<mark>Talks</mark> on <mark>exports</mark> were held in Tokyo." in result.html
    assert len(result.text) <= WIDTH + 2


def test_without_a_match_the_beginning_is_shown() -> None:
    result = fragment("Nothing of it. " * 40, parse("talks"))
    assert result.text.startswith("Nothing of it. ")
    assert result.text.endswith("…")
    assert not result.marks
    assert fragment("", parse("talks")).text == ""


def test_the_text_with_the_most_terms_is_preferred() -> None:
    query = parse("talks tokyo")
    texts = [
        FieldText("summary", "Talks were held.", "en"), FieldText("text", "Talks in Tokyo.", "ja"),
        FieldText("text", "Tokyo talks."),
    ]  # fmt: skip
    assert best_fragment(texts, query).text == "Talks in Tokyo."
    assert [best_fragment(texts, parse(words)).language for words in ("tokyo", "held", "zzzz")] == ["ja", "en", "en"]
    assert best_fragment(texts[:1], query).text == best_fragment([FieldText("summary", ""), *texts[:1]], query).text
    assert best_fragment(texts, parse("geneva")).text == "Talks were held."


def test_lines_are_joined_and_direction_marks_removed() -> None:
    assert fragment("Talks\n\n\tin \u202eTokyo\u202c.", parse("tokyo")).html == "Talks in <mark>Tokyo</mark>."


_WORDS = st.sampled_from(["talks", "Talk", "Élysée", "수출규제", "<b>", "&", "'", '"', "\n", "ﾊﾟﾝ", "\u202e", "-", "…"])
_TEXTS = st.lists(st.one_of(_WORDS, st.text(max_size=5)), max_size=120).map(" ".join)


@given(_TEXTS, _TEXTS, st.integers(20, 300))
def test_every_fragment_is_bounded_and_its_html_safe(text: str, search: str, width: int) -> None:
    result = fragment(text, parse(search), width=width)
    assert len(result.text) <= width + 2
    positions = [position for mark in result.marks for position in mark]
    assert positions == sorted(positions)
    assert all(0 <= start < end <= len(result.text) for start, end in result.marks)
    assert unescape(re.sub("</?mark>", "", result.html)) == result.text
    tags = re.findall("<[^>]*>", result.html)
    assert tags == ["<mark>", "</mark>"] * len(result.marks)
