"""The template filter of the reasons of revisions, in the language of the page."""

from __future__ import annotations

from django import template

from archive.revisions.reason_texts import reason_text

register = template.Library()

register.filter(reason_text)
