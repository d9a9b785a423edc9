"""JSON views that forms request while the user types: the preview of a date, and a proposed slug."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse

from archive.dates import PartialDate, PartialDateError
from archive.slugs import slug_of
from archive.terms import date_in_words

_MAX_SLUG_LENGTH = 120


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


def proposed_slug(request: HttpRequest) -> JsonResponse:
    """The slug that a new record would have, from its date and name."""
    return JsonResponse({"slug": slug_of(request.GET.get("date", ""), request.GET.get("name", ""), _MAX_SLUG_LENGTH)})
