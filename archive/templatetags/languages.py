"""Template tags of the page's language: its ``lang``, and links to the page in the other languages."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from archive.page_language import active_tag, localized_path, path_language, tag

register = template.Library()


@register.simple_tag
def page_language() -> str:
    """The language of the page, for ``<html lang>``."""
    return active_tag()


@register.simple_tag
def interface_languages() -> list[tuple[str, str]]:
    """(code, name) of each language, in its own words whatever the language of the page."""
    return list(settings.LANGUAGES)


@register.simple_tag(takes_context=True)
def language_links(context: dict[str, Any]) -> SafeString:
    """List items: this page in each language, with the same query; the front pages where the request is unknown."""
    request = context.get("request")
    path = request.path_info if request is not None else "/"
    query = request.META.get("QUERY_STRING", "") if request is not None else ""
    current = path_language(path) if request is not None else None
    return format_html_join(
        "", "<li>{}</li>", [(_link(code, name, path, query, current),) for code, name in settings.LANGUAGES]
    )


def _link(code: str, name: str, path: str, query: str, current: str | None) -> SafeString:
    if code == current:
        return format_html('<span lang="{}" aria-current="true">{}</span>', tag(code), name)
    address = localized_path(path, code) + (f"?{query}" if query else "")
    link = '<a href="{}" hreflang="{}" lang="{}" rel="alternate">{}</a>'
    return format_html(link, address, tag(code), tag(code), name)
