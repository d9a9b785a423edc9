"""True and false are read from the same words by every door."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from archive.datasets.load import Options, load
from archive.models import MergedRecord, Topic

pytestmark = pytest.mark.django_db

TRUE, FALSE, OTHER = ["true", "TRUE", "yes", "Yes", "1", " true "], ["false", "no", "No", "0"], ["on", "y", "2", "wahr"]
PARAMETERS = [
    "statements/?date=2019&certain={}", "speech-acts/?conditional={}", "events/?count={}", "events/?format=csv&bom={}",
    "timeline/?certain={}", "search/?q=a&kind=events&certain={}", "events/counts/?by=year&certain={}",
]  # fmt: skip


@pytest.mark.parametrize("path", PARAMETERS)
def test_parameters_take_the_same_words(path: str) -> None:
    def read(word: str) -> bytes:
        response = Client().get("/api/v1/" + path.format(word))
        assert response.status_code == 200, response.content
        return b"".join(response)

    for words in (TRUE, FALSE):
        assert len({read(word) for word in words}) == 1
    for word in OTHER:
        response = Client().get("/api/v1/" + path.format(word))
        assert response.status_code == 400
        assert response.json()["errors"][0] == {
            "field": path.rpartition("&")[2].rpartition("?")[2].removesuffix("={}"), "got": word,
            "expected": "true or false, with format=csv" if "bom" in path else "true or false",
        }  # fmt: skip


@pytest.mark.parametrize("word", [*TRUE, *FALSE, *OTHER])
def test_files_take_the_same_words(tmp_path: Path, word: str) -> None:
    Topic.objects.create(slug="new", name="New")
    (tmp_path / "redirects.csv").write_text(f"kind,slug,target,was_public\ntopics,old,new,{word}\n")
    result = load(tmp_path / "redirects.csv", Options())
    if word in OTHER:
        [line] = result.problems.lines()
        assert line.startswith(f"redirects.csv:2, was_public: got '{word}', expected true or false")
    else:
        assert result.written, list(result.problems.lines())
        assert MergedRecord.objects.get().was_public == (word in TRUE)
