"""The guide for a third dataset: its code does what it says on a timeline made by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from examples.history_state_gov import reading, writing
from examples.history_state_gov.command import run
from tests.support import docs_blocks as docs
from tests.support import publisher as p

GUIDE = "docs/guide/convert-a-dataset.md"
TIMELINE = """<timeline>
  <entry id="e1945"><date notBefore="1945-07-17" notAfter="1945-08-02"/><headline>Potsdam</headline>
    <person id="byrnes-james-francis">Byrnes</person><created-by>a</created-by></entry>
  <entry id="e1946"><date notBefore="1946"/><headline>A telegram</headline><see target="e1945"/></entry>
</timeline>"""


@pytest.fixture
def guide() -> dict[str, Any]:
    """What the guide's two pieces of code define, the second in the place of the first one's loop."""
    first, second = (block.text for block in docs.blocks(GUIDE) if block.language == "python")
    names: dict[str, Any] = {"__name__": "third", **vars(writing), **vars(reading)}
    exec(compile(f"{first}\n{second}", GUIDE, "exec"), names)
    return names


def test_a_converter_that_maps_nothing_shows_all_there_is_with_values(
    guide: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = p.put(tmp_path / "source", "timeline.xml", TIMELINE)
    with pytest.raises(SystemExit) as ended:
        run(guide["convert"], guide["TITLE"], guide["URL"], [str(source), str(tmp_path / "out")])
    message = capsys.readouterr().out.splitlines()
    assert ended.value.code == 1
    assert "       1 timeline/entry/date@notAfter: '1945-08-02'" in message
    assert "       2 timeline/entry/headline: 'Potsdam', 'A telegram'" in message
    assert "       2 timeline/entry" in message


def test_the_guides_entry_becomes_records(guide: dict[str, Any], tmp_path: Path) -> None:
    source = p.put(tmp_path / "source", "timeline.xml", TIMELINE)

    def convert(source: Path, dataset: writing.Dataset, audit: reading.Audit) -> None:
        writing.publisher(dataset, "third", guide["TITLE"], guide["URL"])
        for name, root in reading.documents(source):
            fields = reading.Fields(root, audit)
            for entry in fields.each("entry"):
                guide["_entry"](entry, dataset, name, audit)
            fields.end()

    run(convert, guide["TITLE"], guide["URL"], [str(source), str(tmp_path / "out")])
    results = {
        path.stem: [json.loads(line) for line in path.read_text().splitlines()]
        for path in (tmp_path / "out").glob("*.jsonl")
    }
    assert [(event["slug"], event["date"]) for event in results["events"]] == [
        ("third-e1945", "1945-07-17/1945-08-02"), ("third-e1946", "1946/"),
    ]  # fmt: skip
    assert results["participations"] == [{"event": "third-e1945", "official": "byrnes-james-francis", "role": "actor"}]
    assert results["relations"][0]["to_event"] == "third-e1945"
    assert len(results["citations"]) == 2


def test_a_source_of_which_nothing_is_read_is_refused_and_its_folders_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = p.put(tmp_path / "source", "times/timeline.xml", TIMELINE)

    def convert(source: Path, dataset: writing.Dataset, audit: reading.Audit) -> None:
        for _, root in reading.documents(source, ("timeline",)):
            reading.Fields(root, audit).end()

    with pytest.raises(SystemExit) as ended:
        run(convert, "T", "https://example.org", [str(source), str(tmp_path / "out")])
    assert ended.value.code == 2
    assert "got XML in times, expected it in the folders that are converted" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
