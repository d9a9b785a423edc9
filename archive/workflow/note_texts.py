"""The texts of notes in the language of a page.

What a step writes itself is stored in English; what people add to it is shown as they wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from django.utils.translation import gettext_noop as _

from archive.models import Note, NoteStep
from archive.stored_texts import Placeholder, StoredTexts


class NoteText(StrEnum):
    """The beginnings of the notes of steps; the text that somebody added follows after a colon."""

    LIFTED = _("lifted")
    SCHEDULED = _("for {time}")
    UNASSIGNED = _("to nobody")
    ASSIGNED = _("to {person}")
    CHANGE_PUBLISHED = _("the change of {person}")
    CHANGE_SENT_BACK = _("proposed change")


class Failure(StrEnum):
    """Why a scheduled publication was refused: lines of a note. Others are the errors of the rules, as stored."""

    NO_ACCOUNT = _("The user who scheduled it no longer has an account: schedule it again.")
    CHANGED = _("{people}, who may not publish, changed it after it was scheduled. Look at it, and schedule it again.")


_TEXT = Placeholder(r".+")
_PLACEHOLDERS = {"time": _TEXT, "person": _TEXT}
_TEXTS: dict[str, StoredTexts] = {
    NoteStep.SCHEDULED: StoredTexts((NoteText.LIFTED, NoteText.SCHEDULED), _PLACEHOLDERS),
    NoteStep.ASSIGNED: StoredTexts((NoteText.UNASSIGNED, NoteText.ASSIGNED), _PLACEHOLDERS),
    NoteStep.PUBLISHED: StoredTexts((NoteText.CHANGE_PUBLISHED,), _PLACEHOLDERS),
    NoteStep.SENT_BACK: StoredTexts((NoteText.CHANGE_SENT_BACK,)),
}
_FAILURES = StoredTexts(Failure, {"people": _TEXT})


def with_added(beginning: str, added: str) -> str:
    """The stored text of a note: what the step writes, and what somebody added."""
    return f"{beginning}: {added}" if added else beginning


def note_text(note: Note) -> str:
    """The text of a note as a page shows it; also that of a note that an earlier version wrote."""
    if note.step == NoteStep.FAILED:
        return "\n".join(map(_FAILURES.translate, note.text.split("\n")))
    texts = _TEXTS.get(note.step)
    if texts is None:
        return note.text
    beginning, colon, added = note.text.partition(": ")
    return f"{texts.translate(beginning)}{colon}{added}"


def with_texts(notes: Iterable[Note]) -> list[tuple[Note, str]]:
    """Notes with their texts in the language of the page."""
    return [(note, note_text(note)) for note in notes]
