"""The HTML by which other sites show the timeline in a frame."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

#: Pixels of a frame whose site asks for no other.
FRAME_WIDTH, FRAME_HEIGHT = 800, 520


def embed_address(params: Mapping[str, list[str]]) -> str:
    """The path and query of the frame for parameters of a timeline; a frame has its own width."""
    query = urlencode({name: values for name, values in params.items() if name != "width" and any(values)}, doseq=True)
    return f"{reverse('web:timeline-embed')}{f'?{query}' if query else ''}"


def frame_html(address: str, title: str, width: int | str = "100%", height: int = FRAME_HEIGHT) -> SafeString:
    """The element that shows an absolute address of a frame."""
    template = '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy"></iframe>'
    return format_html(template, address, title, width, height)
