"""Slugs of new records that the server proposes from date and name, while they are typed and when the form is saved.

The script of the form puts the last proposal into the field and into the hidden field ``proposed_slug``. What is saved
before the next proposal arrives has an older one, or none: a slug that nobody typed is then that of the date and name
which are saved.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext

from archive.models.base import unused_slug
from archive.slugs import slug_of

#: The hidden field with the proposal that the form shows.
PROPOSED_SLUG = "proposed_slug"
#: Below the 120 characters of a slug, so that a number can be added.
_MAX_SLUG_LENGTH = 116


def slug_to_save(values: Mapping[str, Any], slug_from: Sequence[str]) -> str:
    """The slug of a new record with these values of its form: as typed, or made of the fields ``slug_from``.

    A proposal is not replaced if it has a number because the slug without it is taken; nor is one of an invalid name.
    """
    got: str = values["slug"]
    if (got and got != values.get(PROPOSED_SLUG)) or not all(name in values for name in slug_from):
        return got
    *date, name = (str(values[field] or "") for field in slug_from)
    slug = slug_of("".join(date), name, _MAX_SLUG_LENGTH)
    return got if re.fullmatch(rf"{re.escape(slug)}(-\d+)?", got) else slug


def proposed_slug(request: HttpRequest, model_admin: ModelAdmin[Model]) -> JsonResponse:
    """The slug that a new record of the model would have, from its date and name; a number is added to one in use.

    For who may add such records: it says which slugs are in use, by drafts too.
    """
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    slug = slug_of(request.GET.get("date", ""), request.GET.get("name", ""), _MAX_SLUG_LENGTH)
    free = unused_slug(model_admin.model, slug) if slug else ""
    note = gettext("“{slug}” is another record: a number is added.").format(slug=slug) if free != slug else ""
    return JsonResponse({"slug": free, "note": note})
