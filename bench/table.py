"""Writes results as a Markdown table with the machine and the versions, and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.contestants import OURS, OURS_REST, QUESTIONS

RESULTS = Path(__file__).with_name("results")


@dataclass(frozen=True, slots=True)
class Result:
    """A contestant's figures for a question; times in milliseconds, 0 where they were not measured."""

    question: str
    name: str
    rate: float
    p50: float = 0
    p99: float = 0


def written(name: str, results: list[Result], notes: list[str], facts: dict[str, str]) -> str:
    """The page that was written to ``bench/results/``, with the figures beside it as JSON."""
    page = "\n".join([f"# {name}", "", f"{datetime.now(UTC):%Y-%m-%d}. Medians; the last two columns say how many",
                      "times as many requests a second Chancery answers as that row.", "", *_fact_lines(facts), "",
                      *_rows(results), *_footnotes(notes)]) + "\n"  # fmt: skip
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.md").write_text(page)
    figures = {"facts": facts, "notes": notes, "results": [asdict(result) for result in results]}
    (RESULTS / f"{name}.json").write_text(json.dumps(figures, indent=1) + "\n")
    return page


def _fact_lines(facts: dict[str, str]) -> list[str]:
    return ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in facts.items())]


def _rows(results: list[Result]) -> list[str]:
    lines = []
    for question in dict.fromkeys(result.question for result in results):
        each = {result.name: result for result in results if result.question == question}
        lines += [f"## {question}: {QUESTIONS.get(question, question)}", "",
                  "| | requests/s | p50 ms | p99 ms | GraphQL / this | REST / this |",
                  "|---|--:|--:|--:|--:|--:|"]  # fmt: skip
        for result in each.values():
            times = f"{result.p50:.1f} | {result.p99:.1f}" if result.p50 else "|"
            ratios = " | ".join(_ratio(each.get(ours), result) for ours in (OURS, OURS_REST))
            lines.append(f"| {result.name} | {result.rate:,.0f} | {times} | {ratios} |")
        lines.append("")
    return lines


def _ratio(ours: Result | None, other: Result) -> str:
    if ours is None or not other.rate or ours.name == other.name:
        return ""
    return f"{ours.rate / other.rate:.2f}"


def _footnotes(notes: list[str]) -> list[str]:
    return ["## What was left out", "", *(f"- {note}" for note in notes)] if notes else []
