"""Speech acts: what became of them, and when."""

from __future__ import annotations

from collections.abc import Iterator

from archive.checks.date_conditions import reversed_at_places
from archive.checks.finding import Found
from archive.choices import ANSWERABLE_KINDS
from archive.models import Outcome

_KEY = ("speech_act__slug", "date")
_SAID = "speech_act__statement__date"


def outcome_before_its_speech_act() -> Iterator[Found]:
    """Outcomes dated before the words."""
    for said, date, slug in reversed_at_places(Outcome.objects.all(), _SAID, "date", "speech_act__slug"):
        yield f"{slug} ({date})", f"an outcome on {date} of words of {said}", f"a date not before {said}"


def outcome_before_what_brought_it() -> Iterator[Found]:
    """Outcomes dated before the event or the answer by which they came about."""
    for by, path in (("event", "event__date"), ("answer", "answer__statement__date")):
        rows = reversed_at_places(Outcome.objects.all(), path, "date", "speech_act__slug", f"{by}__slug")
        for happened, date, slug, other in rows:
            yield f"{slug} ({date})", f"{date}, by {other} of {happened}", f"a date not before {happened}"


def outcome_by_something_earlier() -> Iterator[Found]:
    """Outcomes by an event or an answer that lies before the words."""
    for by, path in (("event", "event__date"), ("answer", "answer__statement__date")):
        rows = reversed_at_places(Outcome.objects.all(), _SAID, path, "speech_act__slug", f"{by}__slug", "date")
        for said, happened, slug, other, date in rows:
            yield f"{slug} ({date})", f"{other} of {happened}", f"something not before the words, of {said}"


def outcome_without_a_question() -> Iterator[Found]:
    """Outcomes of speech acts that call for no answer."""
    wanted = ", ".join(sorted(str(kind) for kind in ANSWERABLE_KINDS))
    rows = Outcome.objects.exclude(speech_act__kind__in=ANSWERABLE_KINDS).order_by("speech_act__slug", "date_sort")
    for slug, date, kind in rows.values_list(*_KEY, "speech_act__kind").iterator():
        yield f"{slug} ({date})", f"an outcome of the kind {kind}", f"one of {wanted}"
