"""Fenced blocks, tables, headings, links and curl commands of the documentation."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")])
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^(#{1,6}) (.+)$", re.MULTILINE)
_OPTIONS = {"-H": "headers", "-d": "data", "--data-urlencode": "encoded", "-X": "method", "-u": "user"}
_FLAGS = {"-s": "silent", "-i": "head", "-G": "get"}


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, its text, and where it begins."""

    language: str
    text: str
    place: str


@dataclass(slots=True)
class Curl:
    """What a curl command asks for."""

    url: str = ""
    options: dict[str, list[str]] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)

    @property
    def method(self) -> str:
        sends = ("data" in self.options or "encoded" in self.options) and "get" not in self.flags
        return self.options.get("method", ["POST" if sends else "GET"])[0]

    @property
    def path(self) -> str:
        """The address without its host; with -G the data stand in it."""
        parts = urlsplit(self.url)
        pairs = [text.partition("=")[::2] for text in self.options.get("encoded", [])]
        query = "&".join(text for text in (parts.query, urlencode(pairs)) if text)
        return parts.path + (f"?{query}" if query else "")

    @property
    def headers(self) -> dict[str, str]:
        return {
            name: value.strip() for name, _, value in (text.partition(":") for text in self.options.get("headers", []))
        }


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def read(page: str | Path) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str | Path) -> list[Block]:
    text = read(page)
    return [
        Block(match[1], match[2], f"{page}:{text.count(chr(10), 0, match.start()) + 1}")
        for match in _FENCE.finditer(text)
    ]


def commands(script: str) -> Iterator[list[str]]:
    """The words of each command of a shell script; a quotation or a backslash may run over lines."""
    waiting = ""
    for line in script.splitlines():
        waiting += line
        if line.endswith("\\"):
            waiting = waiting[:-1]
            continue
        try:
            words = shlex.split(waiting, comments=True)
        except ValueError:
            waiting += "\n"
            continue
        waiting = ""
        if words:
            yield words
    assert not waiting, f"a command that does not end: {waiting}"


def curl(words: list[str]) -> Curl:
    """Read the options that the documentation uses; any other is an error."""
    query, rest = Curl(), iter(words[1:])
    for word in rest:
        if word in _FLAGS:
            query.flags.add(_FLAGS[word])
        elif word in _OPTIONS:
            query.options.setdefault(_OPTIONS[word], []).append(next(rest))
        else:
            assert word.startswith("http://127.0.0.1:8000/"), f"curl: {word}"
            query.url = word
    return query


def table(page: str, heading: str = "") -> list[list[str]]:
    """The cells of the first table below a heading (or of the page), the two head rows left out."""
    text = read(page)
    result = re.search(rf"^#+ {re.escape(heading)}$(.*?)(?=^#|\Z)", text, re.MULTILINE | re.DOTALL) if heading else None
    assert result or not heading, f"{page} has no heading '{heading}'"
    rows = re.search(r"(?:^\|.*\n)+", result[1] if result else text, re.MULTILINE)
    lines = rows[0].splitlines()[2:] if rows else []
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]


def code(cell: str) -> list[str]:
    """What stands in backquotes in a cell or a text."""
    return re.findall(r"`([^`]+)`", cell)


def anchors(page: Path) -> set[str]:
    """The headings of a page as GitHub and others make anchors of them."""
    text = _FENCE.sub("", read(page))
    plain = [re.sub(r"[`*]", "", match[2]).lower() for match in _HEADING.finditer(text)]
    return {re.sub(r"[^\w\- ]", "", words).replace(" ", "-") for words in plain}


def links(page: Path) -> list[str]:
    """The targets of a page's links that lead within the project."""
    text = re.sub(r"`[^`]*`", "", _FENCE.sub("", read(page)))
    return [target for target in _LINK.findall(text) if not target.startswith(("http:", "https:", "mailto:"))]


def same(expected: Any, got: Any) -> bool:
    """Whether an answer is as shown. "..." stands for any value, at the end of a list for the rest of it."""
    if expected == "...":
        return True
    if isinstance(expected, dict) and isinstance(got, dict):
        return expected.keys() == got.keys() and all(same(value, got[key]) for key, value in expected.items())
    if isinstance(expected, list) and isinstance(got, list):
        rest = expected[-1:] == ["..."]
        start = expected[:-1] if rest else expected
        enough = len(got) > len(start) if rest else len(got) == len(start)
        return enough and all(same(item, other) for item, other in zip(start, got, strict=False))
    return bool(expected == got)
