"""The JSON view that forms request while the user types a date."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse

from archive.dates import PartialDate, PartialDateError
from archive.terms import date_in_words


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
