"""The sentences of findings: what a record says, and what the rule expects.

Findings are stored, printed and exported in English. Pages translate them (``archive.workflow.finding_texts``), so the
sentences are in the catalogues. A finding is identified by its words: another template makes another finding of each
that is stored, and an accepted one is open again.
"""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_noop as _


class Got(StrEnum):
    """Templates of the found values in a finding."""

    DATES_REVERSED = _("{field} {date}, {other_field} {other_date}")
    BEFORE_BIRTH = _("{field} {date}, of {official}, born {born}")
    AFTER_DEATH = _("{field} {date}, of {official}, died {died}")
    ONGOING_AFTER_DEATH = _("ongoing, of {official}, died {died}")
    OUTSIDE_BODY = _("{field} {date}, in {body}, which existed {existed}")
    ONGOING_OUTSIDE_BODY = _("ongoing, in {body}, which existed {existed}")
    HELD_BY_ANOTHER = _("{office} from {date}, held from {other_date} by {other} too")
    HELD_TWICE = _("{office} by {other} at the same time too")
    CIRCLE = _("the circle {circle}")
    SAME_NATIVE_NAME = _("the native name '{name}' of {other}, of {state} too")
    SAME_ADDRESS = _("the address of {other}, {url}")
    SAME_HEADING = _("the date and heading of {other}")
    ANNOUNCING_EARLIER = _("{date}, announcing {announced_date}")
    BEFORE_CAUSE = _("{date}, before {cause_date}")
    IN_WHOLE = _("{date}, in a whole of {whole_date}")
    PART_OF = _("{date}, part of {other} of {whole_date}")
    NO_STEP_BEFORE = _("{date}, with no step {phase} by then")
    COVERED = _("covered {date}")
    PART_HIDDEN = _("{part}, {field}: {target}, which is {status}")
    HIDDEN = _("{field}: {target}, which is {status}")
    WITHOUT_OFFICE = _("{speaker} on {date}, who held {offices}")
    CAPACITY_NEVER_HELD = _("the capacity {capacity}, named but never taken up")
    CAPACITY_NOT_IN_FORCE = _("the capacity {capacity}, {term}")
    CAPACITY_OF_ANOTHER = _("the capacity {capacity} of {owner}")
    IN_REPLY_TO = _("{date}, in reply to {other} of {other_date}")
    MADE_AT = _("{date}, made at {event} of {event_date}")
    SPOKEN_BEFORE_BIRTH = _("{date}, spoken by {speaker}, born {born}")
    SPOKEN_AFTER_DEATH = _("{date}, spoken by {speaker}, died {died}")
    OUTCOME_OF_LATER_WORDS = _("an outcome on {date} of words of {statement_date}")
    OUTCOME_OF_KIND = _("an outcome of the kind {kind}")
    BROUGHT_BY = _("{date}, by {other} of {other_date}")
    PUBLISHED_BEFORE_WORDS = _("published {date}, of words of {statement_date}")
    OTHER_OF_DATE = _("{other} of {other_date}")
    DATE = "{date}"


class Expected(StrEnum):
    """Templates of the expected values in a finding."""

    FIELD_NOT_BEFORE = _("{field} not before {date}")
    NOT_BEFORE = _("a date not before {date}")
    NOT_AFTER = _("a date not after {date}")
    END_NOT_AFTER = _("an end, not after {date}")
    DATE_WITHIN = _("a date that may lie in {date}")
    END_WITHIN = _("an end that may lie in {date}")
    DATE_IN_FORCE = _("a date that may lie in {date}, when the measure was in force")
    TIME_IN_FORCE = _("a time that may lie in {date}, when the measure was in force")
    NOT_AFTER_FIRST_DAY = _("a date not after the first day of {date}")
    PHASE_NOT_AFTER = _("{phase} not after {date}")
    ONE_HOLDER = _("one holder of an office at a time")
    ONE_APPOINTMENT = _("one appointment, or two that do not overlap")
    ENDING_CHAIN = _("a chain that ends")
    ONE_RECORD_OF_PERSON = _("one record of a person: merge them")
    ONE_RECORD = _("one record of it: merge them")
    PUBLISHED = _("a published record")
    IN_FORCE_THEN = _("an appointment in force on that date")
    IN_FORCE_ON = _("an appointment in force on {date}")
    TAKEN_UP = _("an appointment that was taken up")
    OF_SPEAKER = _("one of the speaker, {speaker}")
    NO_SPEAKER = _("none, as there is no speaker")
    NOT_BEFORE_WORDS = _("something not before the words, of {date}")
    ONE_OF_KINDS = _("one of {kinds}")


class Term(StrEnum):
    """Templates of the period of an appointment; without a known end, also of the latest possible end."""

    IN_BODY = _("{term} (in a body that existed {existed})")
    DIED = _("{term} (died {died})")
    FROM_TO = _("from {start} to {end}")


class Offices(StrEnum):
    """One of the offices that a speaker held, or that there is none."""

    NONE = _("no office that the archive knows")
    HELD = "{office} {term}"


#: Of the start or the end of an appointment.
UNKNOWN_DAY = _("an unknown day")


class PartName(StrEnum):
    """The names by which findings identify parts of records."""

    OUTCOME = "{act} ({date})"
    RELATION = "{event} {relation} {other}"
    STEP = "{measure} {phase} {event}"
    GOOD = "{measure} {good}"
    CITATION = _("{statement} by {source}")
    RECORD = "{record_type} {slug}"
