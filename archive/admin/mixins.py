"""Base of the mixins of record admins: Django's ``ModelAdmin`` to the type checker, no class at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
    from django.db.models import Model, QuerySet
    from django.forms import BaseForm
    from django.http import HttpRequest

    from archive.merging.doubles import Entered
    from archive.models.base import Record

    class AdminMixin(ModelAdmin[Any]):
        """``ModelAdmin`` with the methods of ``ArchiveAdmin`` that its mixins call on each other."""

        @property
        def has_status(self) -> bool: ...

        def _address(self, key: int | None, page: str) -> str: ...

        def get_history_queryset(
            self, request: HttpRequest, history_manager: Any, pk_name: str, object_id: object
        ) -> Any: ...

        def require_view(self, request: HttpRequest, stored: Model) -> None: ...

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

        def doubles_of(self, request: HttpRequest, entered: Entered, pk: int | None) -> list[dict[str, str]]: ...
else:
    AdminMixin = object
