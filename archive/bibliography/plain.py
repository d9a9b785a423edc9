"""A record's citation as plain text, for footnotes."""

from __future__ import annotations

from django.conf import settings

from archive.bibliography.items import Item


def plain_citation(item: Item, version: int) -> str:
    """Authors, title, date, archive, version and address, as in "Kim You-geun: A title, 12 July 2019. Chancery, ...".

    Who cites it adds the day of access.
    """
    authors = "; ".join(author.name for author in item.authors)
    dated = f", {item.date.display}" if item.date else ""
    changed = f"{item.updated_at.day} {item.updated_at:%B %Y}"
    named = f"{authors}: {item.title}" if authors else item.title
    return f"{named}{dated}. {settings.ARCHIVE_NAME}, version {version} of {changed}, {item.url}"
