"""How a date's text reads, asked for while it is typed."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse

from archive.dates import PartialDate, PartialDateError


def reading(request: HttpRequest) -> JsonResponse:
    """The date in English with its first and last day (null: open or unknown); or what is wrong with the text."""
    try:
        date = PartialDate.parse(request.GET.get("text", ""))
    except PartialDateError as error:
        return JsonResponse({"error": str(error)})
    return JsonResponse({"display": date.display, "earliest": date.earliest, "latest": date.latest})
