"""Which texts a database can hold and compare: what can't is refused before it is asked."""

from __future__ import annotations


def storable(text: str) -> bool:
    """Whether it has no null character (PostgreSQL takes none) and no half of a surrogate pair, which is no UTF-8."""
    if "\x00" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
