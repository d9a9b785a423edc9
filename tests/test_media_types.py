"""Content negotiation by RFC 9110, 12.5.1."""

from __future__ import annotations

from time import perf_counter

import pytest

from archive.media_types import preferred

JSON, CSV, LD = "application/json", "text/csv; charset=utf-8; header=present", "application/ld+json"
OFFERED = (JSON, CSV, LD)


@pytest.mark.parametrize(
    ("accept", "type_"),
    [
        ("", None),
        (" , ,", None),
        ("*/*", JSON),
        ("*", JSON),
        ("application/json", JSON),
        ("Application/JSON", JSON),
        ("application/json; charset=utf-8", JSON),
        ("application/json;charset=UTF-8", JSON),
        ('application/json ; charset="UTF-8" ; q=0.5', JSON),
        ("application/json;charset=iso-8859-1", JSON),
        ("application/json;version=2", JSON),
        ("application/json;;q=1;", JSON),
        ("*/*; charset=utf-8", JSON),
        ("text/html,application/json; charset=utf-8", JSON),
        ("text/html, image/gif, *; q=.2, */*; q=.2", JSON),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
        ("text/csv", CSV),
        ("text/*", CSV),
        ("text/csv;header=present", CSV),
        ("text/csv;header=absent", CSV),
        ("text/csv;header=absent, */*;q=0.1", CSV),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', LD),
        ("text/turtle, application/ld+json;q=0.9, */*;q=0.1", LD),
        # Weights.
        ("application/json;q=0.5, text/csv", CSV),
        ("application/json;q=0.5, text/csv;q=0.50", JSON),
        ("*/*, text/csv", CSV),
        ("application/json, text/plain, */*", JSON),
        ("application/json;q=0.1, text/csv;q=0.2, application/ld+json;q=0.3", LD),
        ("*/*, application/json;q=0", CSV),
        ("application/*;q=0.1, text/*;q=0.2", CSV),
        ("application/json;q=0, */*;q=0.001", CSV),
        ("application/json;Q=0, */*", CSV),
        ("text/csv;q=nonsense, application/json;q=0.9", CSV),
        ("text/csv;q=nan, application/json;q=0.9", CSV),
        ("application/json;q=-1", JSON),
        # The more exact range decides, wherever it stands.
        ("application/*, application/json;q=0.1, text/csv;q=0.5", LD),
        ("*/*;q=0.9, application/*;q=0.1", CSV),
        ("application/*, application/json;q=0.1, */*", LD),
        ("application/json;charset=utf-8;q=0.1, application/json, text/csv;q=0.5", CSV),
        ("application/json;charset=utf-8, application/json;q=0.1, text/csv;q=0.5", JSON),
        ("application/json;version=2;q=0.9, application/json;q=0.1, text/csv;q=0.5", CSV),
        ("application/json;version=2;q=0, application/json", JSON),
        ("application/json;version=2;q=0, */*", JSON),
        # None.
        ("image/png", None),
        ("text/event-stream", None),
        ("application/json;q=0", None),
        ("application/json;q=0.000, image/png", None),
        ("application/json;charset=utf-8;q=0", None),
        ("*/*;q=0", None),
        ("application", None),
        ("json", None),
        ("/", None),
        ("*/json", JSON),
        (";q=1", None),
        ("application/jsonl", None),
    ],
)
def test_the_preferred_type(accept: str, type_: str | None) -> None:
    assert preferred(accept, OFFERED) == type_


def test_ties_go_to_the_first_in_the_header_then_to_the_first_offered() -> None:
    for offered in (OFFERED, OFFERED[::-1]):
        assert preferred("text/csv, application/json", offered) == CSV
        assert preferred("application/ld+json, application/json", offered) == LD
        assert preferred("application/json, text/csv, */*", offered) == JSON
        assert preferred("*/*", offered) == offered[0]


@pytest.mark.parametrize(
    "accept",
    [
        ",".join(f"application/x-{number};q=0.{number % 10};a={number}" for number in range(200)) + ",text/csv",
        ",".join(["a/b"] * 20_000) + ",text/csv",
        "a/b;" * 25_000 + ",text/csv",
        'a/b;x="' + '\\"' * 40_000 + '",text/csv',
        "text/csv;" + "q=0.1;" * 15_000,
    ],
    ids=["200 types", "many ranges", "many parameters", "quotes", "many weights"],
)
def test_a_long_header_is_parsed_in_linear_time(accept: str) -> None:
    began = perf_counter()
    assert preferred(accept, OFFERED) == CSV
    assert perf_counter() - began < 1
