"""What a form asks for while one types: how a date reads, and the slug that is proposed."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse

from archive.dates import PartialDate, PartialDateError
from archive.slugs import slug_of

_LONGEST_SLUG = 120


def reading(request: HttpRequest) -> JsonResponse:
    """The date in English with its first and last day (null: open or unknown); or what is wrong with the text."""
    try:
        date = PartialDate.parse(request.GET.get("text", ""))
    except PartialDateError as error:
        return JsonResponse({"error": str(error)})
    return JsonResponse({"display": date.display, "earliest": date.earliest, "latest": date.latest})


def proposed_slug(request: HttpRequest) -> JsonResponse:
    """The slug that a new record would have, of its date and name."""
    return JsonResponse({"slug": slug_of(request.GET.get("date", ""), request.GET.get("name", ""), _LONGEST_SLUG)})
