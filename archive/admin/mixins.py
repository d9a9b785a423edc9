"""Base of the mixins of record admins, which is Django's ``ModelAdmin`` to the type checker alone, and their state."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
    from django.db.models import Model, QuerySet
    from django.forms import BaseForm
    from django.http import HttpRequest

    from archive.merging.duplicates import Entered
    from archive.models.base import Record

    class AdminMixin(ModelAdmin[Any]):
        """``ModelAdmin`` with the methods of ``ArchiveAdmin`` that its mixins call on each other."""

        @property
        def has_status(self) -> bool: ...

        def _address(self, key: int | None, page: str) -> str: ...

        def get_history_queryset(
            self, request: HttpRequest, history_manager: Any, pk_name: str, object_id: object
        ) -> Any: ...

        def require_view(self, request: HttpRequest, stored: Model | None) -> None: ...

        def not_saved(self, request: HttpRequest, object_id: str, refusal: str = "", url: str = "") -> Any: ...

        def check_saved(self, request: HttpRequest, record: Model) -> None: ...

        def publish_without_questions(self, request: HttpRequest, record: Record, note: str, reason: str) -> bool: ...

        def action_page(
            self, request: HttpRequest, queryset: QuerySet[Any], action: str, title: object, form: BaseForm
        ) -> Any: ...

        def action_context(
            self, request: HttpRequest, records: list[Any], action: str, title: object, form: BaseForm
        ) -> dict[str, Any]: ...

        def where_used_url(self, record: Model) -> str: ...

        def merge_url(self, request: HttpRequest, record: Model | None) -> str: ...

        def duplicates_of(self, request: HttpRequest, entered: Entered, pk: int | None) -> list[dict[str, str]]: ...
else:
    AdminMixin = object


@dataclass(slots=True)
class SaveState:
    """The state of the save of a form, which the mixins of its admin share."""

    #: The error of a save that the database or the model refused.
    refused: str = ""
    #: Whether neither the record nor its parts differ from what is stored.
    is_unchanged: bool = False
    #: What the message after saving says of the step of the workflow that the form took.
    result: str = ""
    #: Whether the form publishes the record, which keeps its status until it is saved.
    holds_publication: bool = False
    #: The address of the page about the publication, to which the form leads; empty for none.
    publication_page: str = ""
    #: Whether the save is that of a preview, which is rolled back, and its record.
    is_previewing: bool = False
    previewed: Any = None
    #: Whether a proposal is saved, and the note to it.
    is_saved: bool = False
    proposal_note: str = ""
    #: The forms of the parts, which are on the page with the record's own.
    part_forms: list[Any] = field(default_factory=list)
    #: The rows that the user may delete with a draft of their own.
    deletable: set[tuple[Any, int]] = field(default_factory=set)


def save_state(request: HttpRequest) -> SaveState:
    """The state of the save that the request makes."""
    state: SaveState = request.__dict__.setdefault("save_state", SaveState())
    return state
