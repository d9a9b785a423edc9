"""Responses at the address of no record: 301 to a merged one, 410 for a withdrawn one, or 404 with suggestions."""

from __future__ import annotations

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from archive.dates import PartialDate
from archive.models.base import Record
from archive.revisions.public_deletions import Deletion, find
from archive.sql.slugs import redirect_target, suggest_slugs
from archive.terms import date_in_words, record_type
from archive.text import is_storable
from archive.visibility import ArchiveQuerySet


def missing_record(request: HttpRequest, collection: str, visible: ArchiveQuerySet, slug: str) -> HttpResponse:
    """The response for a slug that none of the ``visible`` records has. Raises Http404 if no slug is similar.

    Nothing of it depends on records that were never public.
    """
    model = visible.model
    if (target := redirect_target(model, slug, request.user)) is not None:
        return _moved(request, collection, target)
    if is_storable(slug) and (deletion := find(model, slug)) is not None:
        return _gone(request, model, deletion)
    suggestions = suggest_slugs(visible, slug)
    if not suggestions:
        raise Http404
    records = sorted(visible.filter(slug__in=suggestions), key=lambda record: suggestions.index(record.slug))
    return render(request, "archive/error.html", {"title": gettext("Not found"), "suggestions": records}, status=404)


def unlisted_collection(request: HttpRequest) -> HttpResponse:
    """404 at the address of a collection that no page lists: its records are on the pages of others."""
    remedy = gettext(
        "No page lists these records. Appointments are on the pages of officials and offices; the API lists all."
    )
    return render(request, "archive/error.html", {"title": gettext("Not found"), "remedy": remedy}, status=404)


def _moved(request: HttpRequest, collection: str, target: Record) -> HttpResponse:
    """301 to the record that the one at this address was merged into; not stored, for a merge can be undone."""
    query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
    address = reverse(f"web:{collection}", args=[target.slug])
    return HttpResponsePermanentRedirect(f"{address}{query}", headers={"Cache-Control": "no-cache"})


def _gone(request: HttpRequest, model: type[Model], deletion: Deletion) -> HttpResponse:
    """410 for a record that readers saw once; not stored, for it can be published again."""
    day = date_in_words(PartialDate.parse(deletion.moment.date().isoformat()))
    remedy = gettext("The {kind} at this address was withdrawn on {day}. The archive does not show it any more.")
    context = {
        "title": gettext("Withdrawn"),
        "remedy": remedy.format(kind=record_type(model._meta.verbose_name), day=day),
    }
    response = render(request, "archive/error.html", context, status=410)
    response["Cache-Control"] = "no-cache"
    return response
