"""The filters of a list, as a form: the same names and the same meaning as in every door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archive.exceptions import ArchiveError
from archive.filters import FILTERSETS

#: Collection -> the filters that its page offers to fill in; all others may stand in the address.
OFFERED = {
    "events": ("q", "date", "country", "classification", "participant", "topic"),
    "speech-acts": ("q", "kind", "state", "open_on", "date", "speaker", "addressee"),
    "search": ("q", "date", "country", "topic"),
}


def sentences(error: ArchiveError) -> list[str]:
    """What was wrong, for a page: HTML holds no null byte."""
    return [problem.sentence().replace("\x00", "\\x00") for problem in error.problems]


@dataclass(frozen=True, slots=True)
class Offered:
    """One field of the form; ``words`` are (value, label) pairs where it has a vocabulary."""

    name: str
    label: str
    help: str
    value: str
    words: list[tuple[str, str]]


def offered(kind: str, asked: Mapping[str, list[str]]) -> list[Offered]:
    declared: dict[str, Any] = FILTERSETS["events" if kind == "search" else kind].base_filters
    fields = []
    for name in OFFERED[kind]:
        words = getattr(declared[name], "vocabulary", None)
        given = asked.get(name) or [""]
        label = "words" if name == "q" else name.replace("_", " ")
        # One value can be chosen here; several may stand in the address.
        value = given[0].replace("\x00", "") if len(given) == 1 else ""
        fields.append(
            Offered(name, label, declared[name].extra["help_text"], value, list(words.choices) if words else [])
        )
    return fields
