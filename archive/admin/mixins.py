"""Base of the mixins of record admins: Django's ``ModelAdmin`` to the type checker, no class at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

    AdminMixin = ModelAdmin[Any]
else:
    AdminMixin = object
