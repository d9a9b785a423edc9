"""The syntax of searches: operators, words of all scripts, and texts that nobody meant as a search."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.search_syntax import (
    FIELDS,
    MAX_LENGTH,
    MAX_WORD_LENGTH,
    MAX_WORDS,
    Alternative,
    Query,
    Term,
    is_cjk,
    parse,
    split_words,
    word_spans,
)


def query_of(*required: Term, excluded: tuple[Term, ...] = ()) -> Query:
    return Query((Alternative(required, excluded),))


def test_words_are_required_terms_in_lower_case() -> None:
    assert parse("Export  CONTROLS") == parse("export AND controls") == query_of(Term(("export",)), Term(("controls",)))


def test_quotation_marks_make_a_phrase() -> None:
    phrase = query_of(Term(("export", "controls")))
    assert parse('"Export controls"') == parse("“export controls”") == parse("«export, controls»") == phrase


def test_a_hyphen_before_a_term_excludes_it() -> None:
    query = parse('japan -korea -"export controls"')
    assert query == query_of(Term(("japan",)), excluded=(Term(("korea",)), Term(("export", "controls"))))


def test_excluded_terms_alone_match_nothing() -> None:
    assert parse("-korea") == Query()
    assert parse("japan OR -korea") == query_of(Term(("japan",)))


def test_or_binds_weaker_than_the_space() -> None:
    query = parse("export curbs OR GSOMIA")
    assert query.alternatives == (Alternative((Term(("export",)), Term(("curbs",)))), Alternative((Term(("gsomia",)),)))
    assert query.required == (Term(("export",)), Term(("curbs",)), Term(("gsomia",)))


@pytest.mark.parametrize("text", ["OR japan", "japan OR", "OR OR japan OR OR japan", "japan AND", "AND japan"])
def test_an_operator_without_terms_has_no_effect(text: str) -> None:
    assert parse(text) == query_of(Term(("japan",)))


@pytest.mark.parametrize("text", ["or", '"OR"', "Or"])
def test_only_the_capital_or_is_an_operator(text: str) -> None:
    assert parse(text) == query_of(Term(("or",)))


def test_an_asterisk_after_a_term_makes_a_prefix() -> None:
    assert parse("sanct*") == query_of(Term(("sanct",), is_prefix=True))
    assert parse('"export con*"') == parse('"export con"*') == query_of(Term(("export", "con"), is_prefix=True))
    assert parse("sanct *") == query_of(Term(("sanct",)))


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_limits_a_term(field: str) -> None:
    assert parse(f"{field}:abe") == parse(f"{field.upper()}:Abe") == query_of(Term(("abe",), field=field))
    assert parse(f'x -{field}:"kim you"*') == query_of(Term(("x",)), excluded=(Term(("kim", "you"), True, field),))


def test_an_unknown_field_is_plain_text() -> None:
    assert parse("colour:red") == query_of(Term(("colour", "red")))
    assert parse("https://example.org/a_b") == query_of(Term(("https", "example", "org", "a", "b")))
    assert parse("name: abe") == query_of(Term(("name",)), Term(("abe",)))


def test_punctuation_within_a_text_makes_a_phrase() -> None:
    assert parse("L’État") == parse("l'état") == query_of(Term(("l", "etat")))
    assert parse("2019-07-12") == query_of(Term(("2019", "07", "12")))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("G20정상회의", ("g20", "정상회의")),
        ("輸出管理", ("輸出管理",)),
        ("フッ化水素", ("ふっ化水素",)),
        ("2019年7月", ("2019", "年", "7", "月")),
    ],
)
def test_cjk_letters_are_words_of_their_own(text: str, words: tuple[str, ...]) -> None:
    assert parse(text) == query_of(Term(words))
    assert [is_cjk(word) for word in words] == [not word.isascii() for word in words]


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("हिन्दी", "हिन्दी"),
        ("мир", "мир"),
        ("مرحباً", "مرحبا"),
        ("עִבְרִית", "עברית"),
        ("ไทยที่", "ไทยที่"),
        ("é", "e"),
        ("می\u200cخواهم", "ميخواهم"),
        ("ex\u00adport", "export"),
        ("葛\ufe00城", "葛城"),
    ],
)
def test_marks_belong_to_their_word(word: str, folded: str) -> None:
    assert split_words(f"({unicodedata.normalize('NFD', word)})") == [folded]


def test_a_term_has_its_words_in_their_spelling() -> None:
    [term] = parse("Новый ПУТЬ *").required[:1]
    assert (term.words, term.spellings) == (("новыи",), ("новый",))


@pytest.mark.parametrize(
    "text", ["", " ", "\x00", '"', '""', "-", "*", "()", "& | ! <->", "-- ;", "\ud800", "%_\\", "…", "\u202e"]
)
def test_a_text_without_words_matches_nothing(text: str) -> None:
    assert parse(text) == Query()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"export controls', ["export", "controls"]),
        ("a\x00b", ["a", "b"]),
        ("japan' OR 1=1; --", ["japan", "1", "1"]),
        ("NEAR(a b, 3)", ["near", "a", "b", "3"]),
        ("{name summary}: ^x + y", ["name", "summary", "x", "y"]),
        ("!a & (b | c) <-> d:*AB", ["a", "b", "c", "d"]),
    ],
)
def test_operators_of_databases_are_punctuation(text: str, words: list[str]) -> None:
    query = parse(text)
    result = [word for term in query.required for word in term.words]
    assert [word for word in result if word in words] == words


def test_a_long_text_is_bounded() -> None:
    for text in (
        "a" * 10_000,
        "ab " * 5_000,
        '"' * 10_000,
        '"a b" ' * 2_000,
        "-x " * 5_000,
        "수" * 10_000,
        "a OR " * 9_000,
    ):
        assert_bounded(parse(text))


def assert_bounded(query: Query) -> None:
    terms = [term for option in query.alternatives for term in (*option.required, *option.excluded)]
    words = [word for term in terms for word in term.words]
    assert len(words) <= MAX_WORDS
    assert sum(map(len, words)) <= 3 * MAX_LENGTH
    for word in words:
        assert word
        assert len(word) <= 3 * MAX_WORD_LENGTH
        assert not {*word} & {*" \x00\"'*:-()&|!\\%<>"}
    assert all(option.required for option in query.alternatives)
    assert {term.field for term in terms} <= {"", *FIELDS}


_PIECES = st.sampled_from(
    ['"', "-", "OR", "AND", "*", "name:", ":", " ", "\x00", "'", "État", "수출", "\u202e", "\u0301"]
)


@given(st.one_of(st.text(), st.lists(st.one_of(_PIECES, st.text(max_size=3))).map("".join)))
def test_every_text_has_a_bounded_query(text: str) -> None:
    assert_bounded(parse(text))


@given(st.lists(st.from_regex(r"[a-z]{2,8}", fullmatch=True), min_size=1, max_size=6, unique=True))
def test_written_terms_are_read_back(words: list[str]) -> None:
    assert parse(" ".join(words)) == query_of(*(Term((word,)) for word in words))
    assert parse(f'"{" ".join(words)}"*') == query_of(Term(tuple(words), is_prefix=True))
    assert len(parse(" OR ".join(words)).alternatives) == len(words)


@given(st.text())
def test_word_spans_are_positions_in_the_text(text: str) -> None:
    spans = list(word_spans(text))
    assert all(text[start:end] == word for word, start, end in spans)
    assert [span[1] for span in spans] == sorted(span[1] for span in spans)
