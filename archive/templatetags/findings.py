"""Template filters of the sentences of findings, in the language of the page."""

from __future__ import annotations

from django import template

from archive.workflow.finding_texts import expected_text, got_text, record_text, rule_text

register = template.Library()

register.filter(got_text)
register.filter(expected_text)
register.filter(record_text)
register.filter(rule_text)
