"""The beginning of a word finds its words, also where stemming changes or shortens them; the same on both databases."""

from __future__ import annotations

import pytest

from archive.models import Event, Statement
from archive.search_index.conditions import matching_entries
from archive.search_index.prefixes import prefix_forms
from archive.search_index.search_query import SearchQuery
from archive.search_index.stemming import stem
from tests.support.world import World


def _matching_words(search: str, words: list[str]) -> list[str]:
    """The words that the search finds among records that have one word each."""
    for number, word in enumerate(words):
        Event.objects.create(slug=f"e-{number}", name=word, date="2019", classification="meeting")
    ids = matching_entries(SearchQuery.parse(search), "events").values("record_id")
    return sorted(Event.objects.filter(pk__in=ids).values_list("name", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize(("search", "words"), [
    ("toky*", ["Tokyo"]), ("restricti*", ["restrictions"]), ("restriction*", ["restriction", "restrictions"]),
    ("exports*", ["exports"]), ("controll*", ["controlled", "controller"]), ("plann*", ["planned", "planner"]),
    ("polic*", ["police", "policies", "policy"]), ("policie*", ["policies"]), ("countr*", ["countries", "country"]),
    ("country*", ["country", "countryside"]), ("negotia*", ["negotiations", "negotiators"]), ("hopi*", ["hoping"]),
    ("univers*", ["universe", "universities", "university"]), ("diplomati*", ["diplomatic"]),
    ("japanes*", ["Japanese"]),
    ("élys*", ["Élysée"]), ("elysé*", ["Élysée"]), ("ho*", ["Honshu"]), ("20*", ["2019"]), ("стро*", ["строгий"]),
    ("name:restricti*", ["restrictions"]), ("busine*", ["business"]), ("suppl*", ["supplies", "supply"]),
    ('"export restricti"*', ["exported restrictions"]),
])  # fmt: skip
def test_a_prefix_finds_all_words_that_begin_so(search: str, words: list[str]) -> None:
    assert _matching_words(search, [*words, "Kyoto", "Seoul"]) == sorted(words)


@pytest.mark.django_db
def test_a_prefix_excludes_words_that_begin_so() -> None:
    assert _matching_words("talks -restricti*", ["talks restrictions", "talks restful"]) == ["talks restful"]


@pytest.mark.django_db
@pytest.mark.parametrize(("search", "words"), [
    ("restricti*", ["restful"]), ("toky*", ["Tokio", "token"]), ("country*", ["countess"]), ("model*", ["modest"]),
])  # fmt: skip
def test_a_prefix_finds_no_other_words(search: str, words: list[str]) -> None:
    assert _matching_words(search, words) == []


def test_a_prefix_within_an_ending_finds_other_forms_too() -> None:
    assert "restrict" in {stem(word) for word in prefix_forms("restricti").words}


def test_the_forms_of_a_prefix_are_limited() -> None:
    for prefix in ("toky", "exports", "controll", "policie", "japanes", "a", "ss", "universalitie", "eeeed"):
        forms = prefix_forms(prefix)
        assert len(forms.beginnings) + len(forms.words) + len(forms.completed) < 200
        assert all(stem(beginning) == beginning for beginning in forms.beginnings)


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "text", "search"), [
    ("de", "Die Beschränkungen der Ausfuhr", "beschränkun*"), ("fr", "Les restrictions nationales", "nationale*"),
    ("fr", "Les restrictions nationales", '"restrictions natio*"'), ("es", "las exportaciones", "exportacion*"),
])  # fmt: skip
def test_a_prefix_finds_words_of_texts_in_other_languages(language: str, text: str, search: str) -> None:
    statement = World().statement
    Statement.objects.filter(pk=statement.pk).update(language=language, text=text)
    entries = matching_entries(SearchQuery.parse(search), "statements")
    assert list(entries.values_list("record_id", flat=True)) == [statement.pk]
