"""The front page, a page per record, the ledger of speech acts, search, and a word about the API."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from archive.exceptions import ArchiveError
from archive.filters import FILTERSETS
from archive.models import Dossier
from archive.querysets import keyset
from archive.querysets.nearest import nearest_slugs
from archive.search import search
from archive.web import facts
from archive.web.fetch import entries

_PAGE = 100


def front(request: HttpRequest) -> HttpResponse:
    """The events, in order, page by page; every filter of events may stand in the address."""
    dossiers = Dossier.objects.visible_to(request.user).order_by("slug")[:20]
    return _list(request, "events", "archive/front.html", {"dossiers": dossiers})


def ledger(request: HttpRequest) -> HttpResponse:
    """Demands, offers and commitments, with their state."""
    return _list(request, "speech-acts", "archive/ledger.html", {})


def _list(request: HttpRequest, kind: str, template: str, context: dict[str, Any]) -> HttpResponse:
    asked = {name: request.GET.getlist(name) for name in request.GET if name != "cursor"}
    if kind == "speech-acts":
        asked.setdefault("kind", ["demand", "offer", "commitment", "proposal", "request", "threat"])
    filterset = FILTERSETS[kind](asked, request.user)
    try:
        rows, order = filterset.result(), filterset.order
        place = keyset.read_cursor(kind, order, request.GET["cursor"]) if request.GET.get("cursor") else None
    except ArchiveError as error:
        return render(
            request, template, {**context, "problems": [one.sentence() for one in error.problems]}, status=400
        )
    if kind == "speech-acts":
        rows = rows.select_related("statement")
    page = keyset.page(rows, order, _PAGE, after=place)
    following = None
    if page.has_next:
        query = request.GET.copy()
        query["cursor"] = keyset.cursor(kind, order, page.rows[-1])
        following = f"?{query.urlencode()}"
    shown = facts.with_states(page.rows, request.user) if kind == "speech-acts" else page.rows
    return render(request, template, {**context, "rows": shown, "following": following})


def record(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """One record: its facts, then what hangs on it."""
    model = FILTERSETS[kind]._meta.model
    visible = model._default_manager.visible_to(request.user)
    found = visible.filter(slug=slug).first() if "\x00" not in slug else None
    if found is None:
        near = nearest_slugs(visible, slug.replace("\x00", ""))
        if near:
            links = [(name, f"/{kind}/{name}/") for name in near]
            return render(request, "archive/error.html", {"title": "Not found", "near": links}, status=404)
        raise Http404
    context = {"record": found, "kind": kind, "facts": facts.facts(found, request.user)}
    if isinstance(found, Dossier):
        context["entries"] = entries(found, request.user)
    return render(request, "archive/record.html", context)


def found(request: HttpRequest) -> HttpResponse:
    """Records that hold the words."""
    text = request.GET.get("q", "").strip()
    context: dict[str, Any] = {"q": text}
    if text:
        try:
            context["rows"] = [facts.linked(row) for row in search(text, request.user)]
        except ArchiveError as error:
            context["problems"] = [one.sentence() for one in error.problems]
    return render(request, "archive/search.html", context, status=400 if context.get("problems") else 200)


def about_api(request: HttpRequest) -> HttpResponse:
    return render(request, "archive/about_api.html")
