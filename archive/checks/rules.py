"""Consistency rules: contradictions within a record or between records.

A rule is a function that yields its violations in a scope, the whole archive or a few records, with one or two database
queries. It reports only what is certain for every date that the partial dates allow (``date_conditions``).
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from archive.checks import appointments, cycles, duplicates, events, publication, statements
from archive.checks.finding import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "speaker-without-office", _("A speaker holds an office on the date of the statement."),
        "statement", statements.speaker_without_office, "speaker",
    ),
    Rule(
        "capacity-not-in-force", _("A capacity is an appointment in force on the date of the statement."),
        "statement", statements.capacity_not_in_force, "capacities",
    ),
    Rule(
        "capacity-of-another", _("A capacity is an appointment of the speaker's own."),
        "statement", statements.capacity_of_another, "capacities",
    ),
    Rule(
        "reply-before-statement", _("A statement does not answer a later one."),
        "statement", statements.reply_before_statement, "in_reply_to",
    ),
    Rule(
        "statement-outside-occasion", _("A statement is made on a day of the event at which it is made."),
        "statement", statements.statement_outside_its_occasion, "occasion",
    ),
    Rule(
        "speaker-not-alive", _("A named speaker is alive on the date of the statement."),
        "statement", statements.speaker_not_alive, "speaker",
    ),
    Rule(
        "outcome-before-speech-act", _("An outcome does not come before the words."),
        "outcome", statements.outcome_before_its_speech_act, "speech_acts",
    ),
    Rule(
        "outcome-before-its-cause", _("An outcome does not come before the event or answer by which it came about."),
        "outcome", statements.outcome_before_what_brought_it, "speech_acts",
    ),
    Rule(
        "outcome-by-something-earlier", _("The event or answer by which an outcome came about does not lie before the "
        "words."), "outcome", statements.outcome_by_something_earlier, "speech_acts",
    ),
    Rule(
        "outcome-without-question", _("Only a speech act that calls for an answer has an outcome."),
        "outcome", statements.outcome_without_a_question, "speech_acts",
    ),
    Rule(
        "announced-after-effect", _("An event is not announced after it happened."),
        "relation", events.announced_after_it_took_effect, "relations",
    ),
    Rule(
        "response-before-cause", _("An event does not respond to, retaliate for, implement, reverse, amend or follow a "
        "later one."), "relation", events.response_before_its_cause, "relations",
    ),
    Rule(
        "link-outside-whole", _("Events linked as part and whole share a day."),
        "relation", events.linked_part_outside_its_whole, "relations",
    ),
    Rule(
        "part-outside-whole", _("An event shares a day with the larger event that it is part of."),
        "event", events.part_outside_its_whole, "part_of",
    ),
    Rule(
        "step-outside-measure", _("A step by which a measure takes effect, is eased, tightened or lifted lies in the "
        "time in which it is in force."), "measure step", events.step_outside_its_measure, "steps",
    ),
    Rule(
        "announced-after-in-force", _("A measure is not announced or promulgated after its first day in force."),
        "measure step", events.announced_after_it_was_in_force, "steps",
    ),
    Rule(
        "steps-in-disorder", _("A measure is announced, takes effect and is lifted in this order."),
        "measure step", events.steps_in_disorder, "steps",
    ),
    Rule(
        "good-outside-measure", _("A good is covered while its measure is in force."),
        "measure good", events.good_outside_its_measure, "goods",
    ),
    Rule(
        "appointment-in-disorder", _("An appointment does not end before it is made or taken up."),
        "appointment", appointments.appointment_in_disorder, "end",
    ),
    Rule(
        "appointed-outside-life", _("An official is appointed, and in office, while alive."),
        "appointment", appointments.appointed_outside_a_life, "start",
    ),
    Rule(
        "appointment-outside-body", _("An office is taken up, held and left while its body exists."),
        "appointment", appointments.appointment_outside_its_body, "office",
    ),
    Rule(
        "two-holders-at-once", _("Two officials do not hold one office in full at once."),
        "appointment", appointments.two_holders_at_once, "office",
    ),
    Rule(
        "held-twice-at-once", _("An official does not hold one office by two appointments at once."),
        "appointment", appointments.held_twice_at_once, "office",
    ),
    Rule(
        "accessed-before-published", _("A source is not cited as it was before it was published."),
        "source", statements.accessed_before_it_was_published, "retrieved",
    ),
    Rule(
        "reported-before-said", _("A source that supports a statement is not published more than a day before it."),
        "citation", statements.reported_before_it_was_said, "citations",
    ),
    Rule("body-above-itself", _("A body is not above itself."), "body", cycles.body_above_itself, "parent"),
    Rule("topic-above-itself", _("A topic is not above itself."), "topic", cycles.topic_above_itself, "parent"),
    Rule("event-part-of-itself", _("An event is not part of itself."), "event", cycles.event_part_of_itself, "part_of"),
    Rule(
        "events-in-a-circle", _("Events do not respond to, follow or reverse one another in a circle."),
        "event", cycles.event_responding_to_itself, "relations",
    ),
    Rule(
        "replies-in-a-circle", _("Statements do not answer one another in a circle."),
        "statement", cycles.statement_in_reply_to_itself, "in_reply_to",
    ),
    Rule(
        "official-entered-twice",
        _("Two officials of a state do not have the same native name, unless they were born at different times."),
        "official", duplicates.official_entered_twice, "names",
    ),
    Rule(
        "source-entered-twice", _("Two sources do not have the same address."),
        "source", duplicates.source_entered_twice, "url",
    ),
    Rule(
        "event-entered-twice", _("Two events do not have the same date and heading."),
        "event", duplicates.event_entered_twice, "name",
    ),
    Rule(
        "statement-entered-twice", _("Two statements of a speaker or body do not have the same date and heading."),
        "statement", duplicates.statement_entered_twice, "name",
    ),
    Rule(
        "published-points-to-unpublished", _("What a published record links to is published."),
        "record", publication.published_points_to_unpublished,
    ),
)  # fmt: skip
