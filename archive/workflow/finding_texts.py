"""The sentences of findings in the language of a page: dates in words, fields and vocabularies by their names."""

from __future__ import annotations

from enum import Enum
from typing import Any

from django.utils.translation import gettext

from archive.checks.finding import Finding
from archive.checks.rules import RULES
from archive.checks.sentences import UNKNOWN_DAY, Expected, Got, Offices, PartName, Term
from archive.choices import MeasurePhase, RelationKind, SpeechActKind, Status
from archive.dates import PartialDate, PartialDateError
from archive.models import StoredFinding
from archive.stored_texts import Placeholder, StoredTexts
from archive.terms import date_in_words, field_label, record_type, term


def _date(text: str) -> str:
    if text == UNKNOWN_DAY:
        return gettext(UNKNOWN_DAY)
    try:
        return date_in_words(PartialDate.parse(text))
    except PartialDateError:
        return text


def _field(name: str) -> str:
    return field_label(name.replace("_", " "))


def _label(vocabulary: type[Enum], value: str) -> str:
    """The label of a value; of one that an earlier version had, the value."""
    labels = {member.value: member.label for member in vocabulary}  # type: ignore[attr-defined]
    return term(labels.get(value, value))


def _kinds(text: str) -> str:
    return ", ".join(_label(SpeechActKind, value) for value in text.split(", "))


def _offices(text: str) -> str:
    return "; ".join(map(_OFFICES.translate, text.split("; ")))


def _term(text: str) -> str:
    return _TERMS.translate(text)


_DAY = Placeholder(display=_date)
#: A name, a title or another text that may have spaces.
_TEXT = Placeholder(r".+")
_WORD = r"\w+"
#: The placeholders of all sentences.
PLACEHOLDERS = {
    **dict.fromkeys(
        (
            "date", "other_date", "born", "died", "existed", "announced_date", "cause_date", "whole_date", "event_date",
            "statement_date",
        ),
        _DAY,
    ),
    **dict.fromkeys(("start", "end"), Placeholder(rf"{UNKNOWN_DAY}|\S+", _date)),
    **dict.fromkeys(("field", "other_field"), Placeholder(_WORD, _field)),
    **dict.fromkeys(("name", "circle", "good"), _TEXT),
    "kind": Placeholder(_WORD, _kinds),
    "kinds": Placeholder(rf"{_WORD}(?:, {_WORD})*", _kinds),
    "phase": Placeholder(_WORD, lambda value: _label(MeasurePhase, value)),
    "relation": Placeholder(_WORD, lambda value: _label(RelationKind, value)),
    "status": Placeholder(_WORD, lambda value: _label(Status, value)),
    "part": Placeholder(r"[a-z ]+", record_type),
    "record_type": Placeholder(r"[a-z ]+", record_type),
    "term": Placeholder(r"from .+", _term),
    "offices": Placeholder(r".+", _offices),
}  # fmt: skip
_TERMS = StoredTexts(Term, PLACEHOLDERS)
_OFFICES = StoredTexts(Offices, PLACEHOLDERS)
GOT = StoredTexts(Got, PLACEHOLDERS)
EXPECTED = StoredTexts(Expected, PLACEHOLDERS)
#: Kind of a part as findings name it -> the template of its name. That of another record is its slug.
PART_NAMES = {
    kind: StoredTexts([name], PLACEHOLDERS)
    for kind, name in (
        ("outcome", PartName.OUTCOME),
        ("relation", PartName.RELATION),
        ("measure step", PartName.STEP),
        ("measure good", PartName.GOOD),
        ("citation", PartName.CITATION),
        ("record", PartName.RECORD),
    )
}


#: Rule name -> what holds in a consistent archive.
RULE_TEXTS = {rule.name: rule.holds for rule in RULES}


def rule_text(finding: Finding | StoredFinding) -> str:
    """The sentence of the rule; the name of a rule that only an earlier version had."""
    return str(RULE_TEXTS.get(finding.rule, finding.rule))


def got_text(finding: Finding | StoredFinding) -> str:
    """The found values, as a sentence."""
    return GOT.translate(finding.got)


def expected_text(finding: Finding | StoredFinding) -> str:
    """The expected values, as a sentence."""
    return EXPECTED.translate(finding.expected)


def record_text(finding: Finding | StoredFinding) -> str:
    """The name of the record or part that contradicts the rule."""
    kind = finding.subject if isinstance(finding, StoredFinding) else finding.kind
    texts: Any = PART_NAMES.get(kind)
    return texts.translate(finding.record) if texts else finding.record
