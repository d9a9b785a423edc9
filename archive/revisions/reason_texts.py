"""The reasons that the archive itself writes into revisions, in the language of a page.

They are stored in English; what people add to one, or write themselves, is shown as they wrote it.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

from django.utils.translation import gettext_noop as _

from archive.models import NoteStep
from archive.revisions.state import tracked_models
from archive.stored_texts import Placeholder, StoredTexts
from archive.terms import field_label, record_type, term


class Reason(StrEnum):
    """The reasons of revisions; a text that somebody adds follows after the colon or the full stop."""

    FROM_LIST = _("{step} from the list")
    PROPOSED = _("proposed by {person}")
    DRAFTED = _("Drafted from an article: {source}")
    NAMED = _("Named in an article: {source}")
    MERGED = _("Merged {kind} '{source}' into '{target}'.")
    UNMERGED = _("Undid the merge of {kind} '{source}' into '{target}'.")
    BROUGHT_BACK = _("Brought back")
    BACK_TO_VERSION = _("Back to version {number}")
    ONE_RESTORED = _("1 difference restored from version {number}")
    SEVERAL_RESTORED = _("{count} differences restored from version {number}")
    ADDED_TO_DOSSIER = _("added to the dossier")
    FIELD_EDITED = _("{field} edited")


#: After these reasons a text may follow.
_CONTINUED = {Reason.PROPOSED: ": ", Reason.MERGED: " ", Reason.UNMERGED: " "}


def reason_text(reason: str | None) -> str:
    """The reason of a revision as a page shows it; empty if it has none."""
    if not reason:
        return ""
    if reason in _steps():
        return term(reason)
    for beginning, separator in _CONTINUED.items():
        if match := _texts().pattern_of(beginning).match(reason):
            first, added = reason[: match.end()], reason[match.end() :]
            if not added or added.startswith(separator):
                return _texts().translate(first) + added
    return _texts().translate(reason)


@cache
def _steps() -> frozenset[str]:
    return frozenset(str(step.label) for step in NoteStep)


@cache
def _texts() -> StoredTexts:
    models = tracked_models()
    kinds = {str(model._meta.verbose_name) for model in models}
    fields = {str(field.verbose_name) for model in models for field in model._meta.get_fields() if field.concrete}
    return StoredTexts(
        Reason,
        {
            "step": Placeholder(_one_of(_steps()), term),
            "kind": Placeholder(_one_of(kinds), record_type),
            "field": Placeholder(_one_of(fields), field_label),
            "person": Placeholder(r"[^\s:]+"),
            "source": Placeholder(r"[^\s']+"),
            "target": Placeholder(r"[^\s']+"),
        },
    )


def _one_of(texts: set[str] | frozenset[str]) -> str:
    return "|".join(map(re.escape, sorted(texts, key=len, reverse=True)))
