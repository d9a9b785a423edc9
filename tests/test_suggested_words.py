"""Suggestions for wrong words: the right word, or none."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from archive.choices import EventClassification
from archive.datasets.load import Options, load
from archive.filters import FILTERSETS
from archive.parameter_names import closest_parameter
from archive.text import closest_match

WORDS = [
    ("Meeting", "meeting"), ("meetings", "meeting"), ("meating", "meeting"), ("mtg", ""),
    ("visti", "visit"), ("vist", "visit"),
    ("sumit", "summit"), ("sumitt", "summit"), ("anouncement", "announcement"), ("announce", "announcement"),
    ("takingeffect", "taking_effect"), ("taking-effect", "taking_effect"), ("licence", "licence_grant"),
    ("license_grant", "licence_grant"), ("multilateral", "multilateral_meeting"), ("protest", ""), ("talks", ""),
    ("war", ""), ("agrement", "agreement"), ("agreements", "agreement"), ("proposel", "proposal"), ("oter", "other"),
    ("", ""), ("?", ""), ("KR", ""), ("deadlin", "deadline"), ("x" * 5_000, ""), ("decisoin", "decision"),
]  # fmt: skip
PARAMETERS = [
    ("events", "state", "country"), ("statements", "state", "country"), ("officials", "state", "country"),
    ("events", "from", "date_after"), ("events", "until", "date_before"), ("events", "date_from", "date_after"),
    ("events", "sort", "order_by"), ("events", "kind", "classification"), ("statements", "person", "speaker"),
    ("events", "tag", "topic"), ("events", "topics", "topic"), ("events", "conutry", "country"),
    ("sources", "url", ""), ("officials", "born", ""), ("events", "Date", "date"),
    ("events", "date_aftr", "date_after"),
    ("measures", "in_force", "in_force_on"), ("topics", "state", ""), ("events", "x", ""),
]  # fmt: skip


@pytest.mark.parametrize(("word", "suggestion"), WORDS)
def test_a_wrong_word_of_a_vocabulary_gets_the_right_one_or_none(word: str, suggestion: str) -> None:
    assert closest_match(word, map(str, EventClassification.values)) == suggestion


@pytest.mark.parametrize(("collection", "name", "suggestion"), PARAMETERS)
def test_a_parameter_of_another_service_gets_ours_or_none(collection: str, name: str, suggestion: str) -> None:
    assert closest_parameter(name, FILTERSETS[collection].base_filters) == suggestion


@pytest.mark.parametrize("words", [["date_after", "date_before"], ["-date_after", "-date_before"]])
def test_no_word_is_suggested_where_two_are_as_near(words: list[str]) -> None:
    assert closest_match("date_", words) == ""


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "slug"), [("kr", "south-korea"), ("KOR", "south-korea"), ("Jp", "japan")])
def test_a_code_in_other_letters_gets_the_state_in_load(tmp_path: Path, state: str, slug: str) -> None:
    (tmp_path / "officials.csv").write_text(f"slug,name,state\na,A,{state}\n")
    [line] = load(tmp_path / "officials.csv", Options()).problems.lines()
    assert line.endswith(f"did you mean '{slug}'?")


@pytest.mark.django_db
def test_a_model_of_another_application_gets_no_suggestion(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('[{"model": "auth.user", "pk": 1, "fields": {"username": "a"}}]')
    [line] = load(tmp_path / "x.json", Options()).problems.lines()
    assert line == "x.json:1, model: got 'auth.user', expected a record of the archive."


def test_a_collection_as_a_kind_of_export_names_the_option(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--only events exports that collection"):
        call_command("export", str(tmp_path / "out"), "--kind", "events")


@pytest.mark.django_db
def test_a_code_in_small_letters_is_refused_with_the_right_one(tmp_path: Path) -> None:
    (tmp_path / "bodies.csv").write_text("slug,name,kind,iso3166\na,A,state,xk\n")
    [line] = load(tmp_path / "bodies.csv", Options()).problems.lines()
    assert line.endswith(
        "got 'xk', expected what the field takes (expected two or four capital letters), did you mean 'XK'?"
    )
