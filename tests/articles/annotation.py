"""Parser of annotated articles (see README.md), and the comparison of what is read with them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from archive.articles.names import NameIndex, Target
from archive.articles.reader import Article, read

FOLDER = Path(__file__).parent
_OPEN = re.compile(r"\{(?P<kind>\w+)(?::(?P<value>[^|{}]*))?\|")


@dataclass(frozen=True)
class Annotation:
    kind: str
    value: str
    start: int
    end: int


@dataclass
class Annotated:
    day: date
    text: str
    annotations: list[Annotation]


@dataclass
class Score:
    """Counts of one kind of mark."""

    expected: int = 0
    read: int = 0
    right: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / self.read if self.read else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.expected if self.expected else 1.0

    def count(self, expected: set[tuple[object, ...]], got: set[tuple[object, ...]]) -> None:
        self.expected += len(expected)
        self.read += len(got)
        self.right += len(expected & got)
        self.misses += [f"missed {item}" for item in sorted(expected - got, key=str)]
        self.misses += [f"wrong {item}" for item in sorted(got - expected, key=str)]


def parse(article: str) -> Annotated:
    day, _, marked = article.strip().partition("\n")
    text, annotations, open_marks = "", [], []
    position = 0
    while position < len(marked):
        if match := _OPEN.match(marked, position):
            open_marks.append((match["kind"], match["value"] or "", len(text)))
            position = match.end()
        elif marked[position] == "}":
            kind, value, start = open_marks.pop()
            annotations.append(Annotation(kind, value, start, len(text)))
            position += 1
        else:
            text += marked[position]
            position += 1
    assert not open_marks, f"{day}: a mark is not closed: {open_marks}"
    return Annotated(date.fromisoformat(day), text, annotations)


def annotated_articles(name: str) -> Iterator[Annotated]:
    for article in (FOLDER / "annotated" / f"{name}.txt").read_text().split("\n---\n"):
        yield parse(article)


def name_index() -> NameIndex:
    """The index of names.json, made as ``archive.articles.index`` makes it of records."""
    index = NameIndex()
    states = {}
    entries = json.loads((FOLDER / "names.json").read_text())
    for key, entry in enumerate(entries, start=1):
        target = Target(entry["kind"], key, entry["slug"], entry["names"][0])
        if target.kind == "official":
            index.add_official(target.name, entry["sort_name"], target)
        for name in entry["names"]:
            index.add(name, target)
        if code := entry.get("code"):
            index.add_state(code, target)
            states[target.name] = target
    for key, entry in enumerate(entries, start=1):
        for name in entry["names"] if entry["kind"] == "body" else ():
            short, _, state = name.rpartition(" of ")
            if short and state in states:
                index.add(short, Target("body", key, entry["slug"], entry["names"][0]), "a name without the state")
    return index


def compare(name: str) -> dict[str, Score]:
    """Scores by kind of mark over a set of articles."""
    scores = {
        kind: Score()
        for kind in (
            "names",
            "new names",
            "dates",
            "quotations",
            "acts",
            "speakers",
            "addressees",
            "conditions",
            "quoted speakers",
        )
    }
    index = name_index()
    for annotated in annotated_articles(name):
        article = read(annotated.text, annotated.day, index)
        for kind, (expected, got) in _pairs(annotated, article).items():
            scores[kind].count(expected, got)
    return scores


def _pairs(
    annotated: Annotated, article: Article
) -> dict[str, tuple[set[tuple[object, ...]], set[tuple[object, ...]]]]:
    marks = annotated.annotations
    day = annotated.day.isoformat()
    acts = {mark.start: _act(mark.value) for mark in marks if mark.kind == "act"}
    ticked = [act for act in article.acts if not act.doubt]
    common = acts.keys() & {act.start for act in ticked}
    quoted = {mark.start: mark for mark in marks if mark.kind == "quote" and mark.value}
    return {
        "names": (
            {
                (day, m.start, m.end, m.kind, m.value)
                for m in marks
                if m.kind in ("official", "body", "office", "measure")
            },
            {(day, m.start, m.end, m.kind, m.targets[0].slug) for m in article.names if m.targets},
        ),
        "new names": (
            {(day, m.start, m.end) for m in marks if m.kind == "new"},
            {(day, m.start, m.end) for m in article.names if not m.targets},
        ),
        "dates": (
            {(day, m.start, m.end, m.value) for m in marks if m.kind == "date"},
            {(day, m.start, m.end, m.edtf) for m in article.dates},
        ),
        "quotations": (
            {(day, m.start, m.end) for m in marks if m.kind == "quote"},
            {(day, m.start, m.end) for m in article.quotations},
        ),
        "acts": (
            {(day, start, kind) for start, (kind, _, _) in acts.items()},
            {(day, act.start, act.kind) for act in ticked},
        ),
        "speakers": (
            {(day, start, speaker) for start in common for speaker in acts[start][1]},
            {(day, act.start, _speaker(act)) for act in ticked if act.start in common},
        ),
        "addressees": (
            {(day, start, slug) for start in common for slug in acts[start][2]},
            {
                (day, act.start, m.targets[0].slug if m.targets else m.name)
                for act in ticked
                if act.start in common
                for m in act.addressees
            },
        ),
        "conditions": (
            {(day, annotated.text[m.start : m.end]) for m in marks if m.kind == "if"},
            {(day, act.condition) for act in ticked if act.condition},
        ),
        "quoted speakers": (
            {(day, start, mark.value.removeprefix("by=")) for start, mark in quoted.items()},
            {
                (day, start, _speaker(act))
                for start, mark in quoted.items()
                for act in ticked
                if start in act.sentence and annotated.text[start : mark.end].rstrip(",.") in act.words
            },
        ),
    }


def _act(value: str) -> tuple[str, list[str], list[str]]:
    kind, *options = value.split()
    named = dict(option.split("=", 1) for option in options)
    return kind, named["by"].replace("_", " ").split(","), [slug for slug in named.get("to", "").split(",") if slug]


def _speaker(act: object) -> str:
    speaker = act.speaker
    if speaker.words:
        return "?"
    if speaker.mark is None:
        return "??"
    return speaker.mark.targets[0].slug if speaker.mark.targets else speaker.mark.name
