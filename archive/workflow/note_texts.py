"""The texts of notes in the language of a page.

What a step writes itself is stored in English; what people add to it is shown as they wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from archive.models import Note, NoteStep

#: Step -> the beginnings of its notes; the text that somebody added follows after a colon.
_BEGINNINGS: dict[str, tuple[str, ...]] = {
    NoteStep.SCHEDULED: (_("lifted"), _("for {time}")),
    NoteStep.ASSIGNED: (_("to nobody"), _("to {person}")),
    NoteStep.PUBLISHED: (_("the change of {person}"),),
    NoteStep.SENT_BACK: (_("proposed change"),),
}


def _pattern(beginning: str) -> re.Pattern[str]:
    """A pattern of a note: the values, without a colon and a space, then the added text."""
    values = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>(?:(?!: ).)+?)", re.escape(beginning))
    return re.compile(rf"{values}(?:: (?P<added>.*))?", re.DOTALL)


_PATTERNS = {
    step: [(beginning, _pattern(beginning)) for beginning in beginnings] for step, beginnings in _BEGINNINGS.items()
}


def note_text(note: Note) -> str:
    """The text of a note as a page shows it; also that of a note that an earlier version wrote."""
    for beginning, pattern in _PATTERNS.get(note.step, ()):
        if match := pattern.fullmatch(note.text):
            values = match.groupdict()
            added = values.pop("added")
            text = gettext(beginning).format(**values)
            return f"{text}: {added}" if added else text
    return note.text


def with_texts(notes: Iterable[Note]) -> list[tuple[Note, str]]:
    """Notes with their texts in the language of the page."""
    return [(note, note_text(note)) for note in notes]
