"""Template filters of the sentences of findings, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from archive.workflow.finding_names import SLUG
from archive.workflow.finding_texts import expected_text, got_text, record_text, rule_text

register = template.Library()

register.filter(got_text)
register.filter(expected_text)
register.filter(record_text)
register.filter(rule_text)


@register.filter
def with_names(text: str, names: Mapping[str, str]) -> SafeString:
    """The text with the names of the records whose slugs it has, each with its slug after it."""
    pieces, end = [], 0
    for match in SLUG.finditer(text):
        slug = match[0] if match[0] in names else match[0].rpartition("-")[0]
        if slug in names:
            named = format_html('<bdi>{}</bdi> <span class="quiet">({})</span>', names[slug], match[0])
            pieces += [conditional_escape(text[end : match.start()]), named]
            end = match.end()
    return mark_safe("".join([*pieces, conditional_escape(text[end:])]))  # noqa: S308 (each piece is escaped)
