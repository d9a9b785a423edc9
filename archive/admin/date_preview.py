"""JSON views that forms request while the user types: the preview of a date, and a proposed slug."""

from __future__ import annotations

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext

from archive.dates import PartialDate, PartialDateError
from archive.models.base import unused_slug
from archive.slugs import slug_of
from archive.terms import date_in_words

#: Below the 120 characters of a slug, so that a number can be added.
_MAX_SLUG_LENGTH = 116


def date_preview(request: HttpRequest) -> JsonResponse:
    """The date ``text`` in words with its first and last day (null: open or unknown); or why it is invalid.

    An invalid text that has one reading comes with it: the EDTF text as ``suggestion``, in words as ``display``.
    """
    try:
        date = PartialDate.parse(request.GET.get("text", ""))
    except PartialDateError as error:
        if not error.suggestion:
            return JsonResponse({"error": error.problem})
        display = date_in_words(PartialDate.parse(error.suggestion))
        return JsonResponse({"error": error.problem, "suggestion": error.suggestion, "display": display})
    return JsonResponse({"display": date_in_words(date), "earliest": date.earliest, "latest": date.latest})


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
