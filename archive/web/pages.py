"""The front page, a page per record, the ledger of speech acts, search, and a word about the API."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from archive import pagination
from archive.exceptions import ArchiveError
from archive.filters import FILTERSETS
from archive.models import Dossier
from archive.sql.suggestions import suggest_slugs
from archive.web import shown
from archive.web.fetch import entries, reach
from archive.web.filters import offered, sentences

_PAGE = 100
#: What the ledger shows where no kind is asked for: what calls for an answer.
_CALLS = ["demand", "offer", "commitment", "proposal", "request", "threat"]


def front(request: HttpRequest) -> HttpResponse:
    """The events, in order, page by page; every filter of events may stand in the address."""
    dossiers = Dossier.objects.visible_to(request.user).order_by("slug")[:20]
    return _list(request, "events", "archive/front.html", {"dossiers": dossiers})


def ledger(request: HttpRequest) -> HttpResponse:
    """Demands, offers and commitments, with their state."""
    return _list(request, "speech-acts", "archive/ledger.html", {})


def _list(request: HttpRequest, kind: str, template: str, context: dict[str, Any]) -> HttpResponse:
    # A form sends its empty fields too: they ask for nothing.
    given = {name: request.GET.getlist(name) for name in request.GET if name != "cursor"}
    asked = {name: values for name, values in given.items() if name == "" or any(values)}
    context |= {"offered": offered(kind, asked), "asked": asked}
    if kind == "speech-acts":
        asked = {"kind": _CALLS, **asked}
    filterset = FILTERSETS[kind](asked, request.user)
    try:
        rows, order = filterset.result(), filterset.order
        place = pagination.decode_cursor(kind, order, request.GET["cursor"]) if request.GET.get("cursor") else None
    except ArchiveError as error:
        context["problems"] = sentences(error)
        return render(request, template, context, status=400)
    if kind == "speech-acts":
        rows = rows.select_related("statement")
    page = pagination.page(rows, order, _PAGE, after=place)
    if kind == "speech-acts":
        reach(
            page.rows, request.user, "addressee_bodies", "addressee_officials", "statement__speaker", "statement__body"
        )
        context["rows"] = shown.with_states(page.rows, request.user)
    else:
        context["rows"] = page.rows
    if page.has_next:
        query = request.GET.copy()
        query["cursor"] = pagination.encode_cursor(kind, order, page.rows[-1])
        context["following"] = f"?{query.urlencode()}"
    return render(request, template, context)


def record(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """One record: its facts, then what hangs on it."""
    model = FILTERSETS[kind]._meta.model
    visible = model._default_manager.visible_to(request.user)
    found = visible.filter(slug=slug).first() if "\x00" not in slug else None
    if found is None:
        near = suggest_slugs(visible, slug.replace("\x00", ""))
        if near:
            links = [(name, reverse(f"web:{kind}", args=[name])) for name in near]
            return render(request, "archive/error.html", {"title": "Not found", "near": links}, status=404)
        raise Http404
    parts = shown.parts(kind, found, request.user)
    context = {"record": found, "kind": kind, "parts": parts}
    if kind == "statements":
        context["acts"] = shown.with_states(parts["speech_acts"], request.user)
    if isinstance(found, Dossier):
        context["entries"] = entries(found, request.user)
    return render(request, f"archive/records/{kind}.html", context)


def about_api(request: HttpRequest) -> HttpResponse:
    return render(request, "archive/about_api.html")
