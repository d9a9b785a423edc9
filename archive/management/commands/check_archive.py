"""Find records that contradict themselves or each other. Exit code 0: none; 1: some, each on a line; 2: not run."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from archive.checks import RULES, Rule
from archive.sql.suggestions import suggest_word

#: A finding is known by its rule and its record.
Key = tuple[str, str]


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rule", action="append", metavar="RULE", help="Check this rule only; may be repeated.")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="json: one object a line.")
        parser.add_argument(
            "--known", type=Path, metavar="FILE", help="Findings that are facts: lines of a rule and a record."
        )
        parser.add_argument("--rules", action="store_true", help="List the rules and what each holds; check nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        rules = _chosen(options["rule"])
        if options["rules"]:
            for rule in rules:
                self.stdout.write(f"{rule.name:<32} {rule.holds}")
            return
        known = _known(options["known"]) if options["known"] else set()
        found, expected = 0, set()
        for finding in (one for rule in rules for one in rule.findings()):
            key = (finding.rule, finding.record)
            if key in known:
                expected.add(key)
                continue
            found += 1
            if options["format"] == "json":
                self.stdout.write(json.dumps(finding.as_dict(), ensure_ascii=False))
            else:
                self.stdout.write(finding.sentence())
        if options["format"] == "text":
            self.told(found, len(rules), expected, {key for key in known if key[0] in {rule.name for rule in rules}})
        if found:
            sys.exit(1)

    def told(self, found: int, rules: int, expected: set[Key], known: set[Key]) -> None:
        """How much was found, and what of the known findings is no longer true."""
        for rule, record in sorted(known - expected):
            self.stdout.write(f"Known but not found any more: {rule} {record}. Take the line out of the file.")
        beside = f", {len(expected)} known besides" if expected else ""
        self.stdout.write(f"{found or 'No'} contradiction{'' if found == 1 else 's'} by {rules} rules{beside}.")


def _known(path: Path) -> set[Key]:
    """The findings that a file names. Raises CommandError for a file that can't be read, and for an unknown rule."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"--known: got '{path}', expected a text file in UTF-8. {error}", returncode=2) from error
    known = set()
    for number, line in enumerate(lines, start=1):
        rule, _, record = line.partition("#")[0].strip().partition(" ")
        if rule and (not record or rule not in {one.name for one in RULES}):
            raise CommandError(
                f"{path.name} line {number}: got '{line.strip()}', expected a rule, a space and a record. "
                "See check_archive --rules.", returncode=2,
            )  # fmt: skip
        if rule:
            known.add((rule, record.strip()))
    return known


def _chosen(names: list[str] | None) -> list[Rule]:
    """The rules asked for, in the list's order. Raises CommandError for a name that none has."""
    known = {rule.name: rule for rule in RULES}
    for name in names or ():
        if name not in known:
            near = suggest_word(name, list(known))
            hint = f" Did you mean '{near}'?" if near else ""
            raise CommandError(f"--rule: got '{name}', expected a rule of: {', '.join(known)}.{hint}", returncode=2)
    return [rule for rule in RULES if not names or rule.name in names]
