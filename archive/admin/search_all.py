"""The admin's search over all kinds of records, whose results lead to their forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from archive.dates import PartialDate
from archive.exceptions import ArchiveError
from archive.registry import COLLECTIONS
from archive.search.ranking import kind_names, parse_search
from archive.search.results import Result, ResultPage, result_page
from archive.search.suggestions import suggestion
from archive.terms import date_in_words
from archive.visibility import Viewer

_PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class Row:
    """A result as the template shows it."""

    kind: str
    url: str
    name: str
    date: str
    fragment: SafeString


def search_all(request: HttpRequest) -> HttpResponse:
    """The records that match the words of ``q``. Raises PermissionDenied for users who may view no kind of record."""
    kinds = [name for name in kind_names() if request.user.has_perm(f"archive.view_{_model_name(name)}")]
    if not kinds:
        raise PermissionDenied
    words = request.GET.get("q", "").replace("\x00", "").strip()
    cursor = request.GET.get("cursor", "")
    context = {**admin.site.each_context(request), "title": gettext("Search"), "words": words, "search_words": words}
    if words:
        try:
            context |= _results(words, kinds, cursor, request.user)
        except ArchiveError as error:
            context["problems"] = [problem.sentence().replace("\x00", "\\x00") for problem in error.problems]
    status = 400 if "problems" in context else 200
    return TemplateResponse(request, "admin/archive/search_all.html", context, status=status)


def _results(words: str, kinds: Sequence[str], cursor: str, user: Viewer) -> dict[str, Any]:
    search = parse_search([words], list(kinds) or None, {})
    page = result_page(search, user, _PAGE_SIZE, cursor, has_counts=True)
    context: dict[str, Any] = {"rows": _rows(page.results, user), "counts": _counts(page)}
    for name, position in (("next_page", page.next_cursor), ("previous_page", page.previous_cursor)):
        if position:
            context[name] = f"?{urlencode({'q': words, 'cursor': position})}"
    if not page.results and not cursor and (text := suggestion(search, user)):
        context |= {"suggestion": text, "suggestion_url": f"?{urlencode({'q': text})}"}
    return context


def _rows(results: Sequence[Result], user: Viewer) -> list[Row]:
    """The results with the URLs of their forms; the ids are read by one query for each kind."""
    urls: dict[tuple[str, str], str] = {}
    for kind in {result.kind for result in results}:
        slugs = [result.slug for result in results if result.kind == kind]
        model: Any = COLLECTIONS[kind].model
        rows = model._default_manager.visible_to(user).filter(slug__in=slugs)
        for pk, slug in rows.order_by().values_list("pk", "slug"):
            urls[kind, slug] = reverse(f"admin:archive_{_model_name(kind)}_change", args=[pk])
    return [
        Row(
            str(COLLECTIONS[result.kind].model._meta.verbose_name), urls[result.kind, result.slug], result.name,
            date_in_words(PartialDate.parse(str(result.date["text"]))) if result.date else "",
            mark_safe(result.fragment.html),  # noqa: S308 (escaped but for the marks)
        )
        for result in results
        if (result.kind, result.slug) in urls
    ]  # fmt: skip


def _counts(page: ResultPage) -> list[tuple[str, int]]:
    """The numbers of matches by kind, with the kinds' names."""
    return [(_kind_name(kind, count), count) for kind, count in (page.kinds or {}).items()]


def _kind_name(kind: str, count: int) -> str:
    opts = COLLECTIONS[kind].model._meta
    return str(opts.verbose_name if count == 1 else opts.verbose_name_plural)


def _model_name(kind: str) -> str:
    return str(COLLECTIONS[kind].model._meta.model_name)
