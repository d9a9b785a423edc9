"""Find records that contradict themselves or each other. Exit code 0: none; 1: some, each on a line; 2: not run."""

from __future__ import annotations

import json
import sys
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from archive.checks.finding import Rule
from archive.checks.rules import RULES
from archive.text import closest_match
from archive.workflow.findings import accepted_keys, key_of, store_all

#: A finding is identified by its rule and its record.
Key = tuple[str, str]


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rule", action="append", metavar="RULE", help="Check this rule only; may be repeated.")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="json: one object a line.")
        parser.add_argument(
            "--known", type=Path, metavar="FILE", help="Findings that are facts: lines of a rule and a record."
        )
        parser.add_argument(
            "--store", action="store_true", help="Also store the findings for the admin's report of contradictions."
        )
        parser.add_argument("--rules", action="store_true", help="List the rules and what each holds; check nothing.")

    def handle(self, *args: object, **options: Any) -> None:
        rules = _select_rules(options["rule"])
        if options["rules"]:
            for rule in rules:
                values = {"rule": rule.name, "holds": str(rule.holds)}
                is_json = options["format"] == "json"
                line = json.dumps(values, ensure_ascii=False) if is_json else f"{rule.name:<32} {rule.holds}"
                self.stdout.write(line)
            return
        if options["store"]:
            if options["rule"]:
                raise CommandError("--store: got a --rule with it, expected all rules.", returncode=2)
            store_all(chain.from_iterable(rule.findings() for rule in rules))
        accepted = accepted_keys()
        known_keys = _read_known(options["known"]) if options["known"] else set()
        count, accepted_count, confirmed = 0, 0, set()
        for finding in chain.from_iterable(rule.findings() for rule in rules):
            key = (finding.rule, finding.record)
            if key_of(finding) in accepted:
                accepted_count += 1
                continue
            if key in known_keys:
                confirmed.add(key)
                continue
            count += 1
            if options["format"] == "json":
                self.stdout.write(json.dumps(finding.as_dict(), ensure_ascii=False))
            else:
                self.stdout.write(finding.sentence())
        if options["format"] == "text":
            names = {rule.name for rule in rules}
            self._write_summary(
                count, len(rules), confirmed, {key for key in known_keys if key[0] in names}, accepted_count
            )
        if count:
            sys.exit(1)

    def _write_summary(self, count: int, rules: int, confirmed: set[Key], known_keys: set[Key], accepted: int) -> None:
        """Write the number of findings, and the known findings that no longer occur."""
        for rule, record in sorted(known_keys - confirmed):
            self.stdout.write(f"Known but not found any more: {rule} {record}. Take the line out of the file.")
        suffix = f", {len(confirmed)} known besides" if confirmed else ""
        suffix += f", {accepted} accepted" if accepted else ""
        self.stdout.write(f"{count or 'No'} contradiction{'' if count == 1 else 's'} by {rules} rules{suffix}.")


def _read_known(path: Path) -> set[Key]:
    """The findings listed in a file. Raises CommandError for an unreadable file and for an unknown rule."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"--known: got '{path}', expected a text file in UTF-8. {error}", returncode=2) from error
    names, findings = {rule.name for rule in RULES}, set()
    for number, line in enumerate(lines, start=1):
        rule, _, record = line.partition("#")[0].strip().partition(" ")
        if not rule:
            continue
        if not record or rule not in names:
            raise CommandError(
                f"{path.name} line {number}: got '{line.strip()}', expected a rule, a space and a record. "
                "See check_archive --rules.", returncode=2,
            )  # fmt: skip
        findings.add((rule, record.strip()))
    return findings


def _select_rules(names: list[str] | None) -> list[Rule]:
    """The rules with these names, or all, in the order of ``RULES``. Raises CommandError for an unknown name."""
    all_names = [rule.name for rule in RULES]
    for name in names or ():
        if name not in all_names:
            suggestion = closest_match(name, all_names)
            hint = f" Did you mean '{suggestion}'?" if suggestion else ""
            raise CommandError(f"--rule: got '{name}', expected a rule of: {', '.join(all_names)}.{hint}", returncode=2)
    return [rule for rule in RULES if not names or rule.name in names]
