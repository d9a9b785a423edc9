"""``manage.py check_archive``: output and exit codes."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from archive.checks.rules import RULES
from tests.support import check_records as r
from tests.support import docs_blocks as docs

pytestmark = pytest.mark.django_db


def run(*words: str) -> tuple[int, str]:
    """The exit code and what was printed."""
    out = StringIO()
    try:
        call_command("check_archive", *words, stdout=out)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue()
    return 0, out.getvalue()


def test_a_consistent_archive_exits_with_0() -> None:
    assert run() == (0, f"No contradictions by {len(RULES)} rules.\n")


def test_a_contradiction_exits_with_1() -> None:
    r.source(published="2020", retrieved="2019")
    code, message = run()
    assert code == 1
    assert message.splitlines() == [
        "source report: accessed-before-published: got retrieved 2019, published 2020, "
        "expected retrieved not before 2020.",
        f"1 contradiction by {len(RULES)} rules.",
    ]


def test_only_the_named_rules_are_checked() -> None:
    r.source(published="2020", retrieved="2019")
    assert run("--rule", "reported-before-said") == (0, "No contradictions by 1 rules.\n")


def test_json_is_one_object_a_line() -> None:
    r.source(published="2020", retrieved="2019")
    code, message = run("--format", "json")
    assert code == 1
    assert [json.loads(line) for line in message.splitlines()] == [
        {
            "rule": "accessed-before-published", "kind": "source", "record": "report",
            "got": "retrieved 2019, published 2020", "expected": "retrieved not before 2020",
        }
    ]  # fmt: skip


def test_an_unknown_rule_exits_with_2_and_a_suggestion() -> None:
    with pytest.raises(CommandError, match="Did you mean 'reported-before-said'") as refused:
        call_command("check_archive", "--rule", "reported-before")
    assert refused.value.returncode == 2


def test_the_rules_are_listed() -> None:
    assert len(run("--rules")[1].splitlines()) == len(RULES)
    written = [json.loads(line) for line in run("--rules", "--format", "json")[1].splitlines()]
    assert [row["rule"] for row in written] == [rule.name for rule in RULES]


def test_the_guide_lists_every_rule() -> None:
    message = docs.table("docs/guide/check-the-archive.md", "Rules")
    assert [(docs.code(name)[0], holds) for name, holds in message] == [(rule.name, rule.holds) for rule in RULES]


def test_known_findings_are_skipped_and_stale_ones_reported(tmp_path: Path) -> None:
    r.source(published="2020", retrieved="2019")
    expected = tmp_path / "known.txt"
    expected.write_text(
        "# facts\naccessed-before-published report  # its date is that of print\nspeaker-not-alive words\n"
    )
    assert run("--known", str(expected)) == (
        0,
        "Known but not found any more: speaker-not-alive words. Take the line out of the file.\n"
        f"No contradictions by {len(RULES)} rules, 1 known besides.\n",
    )


@pytest.mark.parametrize("text", [b"speaker-not-alive", b"no-such-rule words", b"\xff\xfe"])
def test_an_invalid_file_of_known_findings_exits_with_2(text: bytes, tmp_path: Path) -> None:
    expected = tmp_path / "known.txt"
    expected.write_bytes(text)
    with pytest.raises(CommandError, match="expected") as refused:
        call_command("check_archive", "--known", str(expected))
    assert refused.value.returncode == 2


def test_the_first_dossier_has_only_the_known_contradiction(dossier: None) -> None:
    code, message = run("--known", str(Path(settings.BASE_DIR) / "fixtures/japan_south_korea.known.txt"))
    assert (code, message) == (0, f"No contradictions by {len(RULES)} rules, 1 known besides.\n")
