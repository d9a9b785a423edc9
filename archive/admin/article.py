"""The page that reads an article: its text with marks, and the statements that can be made drafts of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from archive.admin.article_corrections import (
    STATE_FIELD,
    LostCorrections,
    carry_over,
    is_same_article,
    read_values,
    submitted_forms,
    submitted_pairs,
    submitted_values,
)
from archive.admin.article_forms import ArticleForm, ReadStatementForms, StatementForms
from archive.admin.autosave import autosave_context, name_saved_draft
from archive.admin.findings import check_saved
from archive.articles.drafts import AcceptedStatement, create_draft
from archive.articles.index import build_index
from archive.articles.reader import Article, read
from archive.articles.speech import ActMark
from archive.choices import SpeechActKind, Status
from archive.models import Official, Source, Statement, StoredResponse
from archive.terms import term
from archive.visibility import PermissionHolder

#: What a user must be allowed to do on this page.
_PERMISSIONS = ("archive.add_statement", "archive.add_speechact", "archive.add_citation")
#: Speech acts that one page shows; the rest of a long text is left for another reading.
_MAX_ACTS = 60
#: Names of the autocompletes for screen readers, and autosave; both need the scripts before them.
_SCRIPTS = forms.Media(
    js=("admin/js/jquery.init.js", "admin/js/autocomplete.js", "archive/labels.js", "archive/autosave.js")
)


def article_page(request: HttpRequest) -> HttpResponse:
    """GET: the form. POST: what was read in the article, and with ``_save`` the drafts of what is accepted."""
    if not all(request.user.has_perm(permission) for permission in _PERMISSIONS):
        raise PermissionDenied
    if request.method != "POST":
        return _render(request, ArticleForm(user=request.user))
    form = ArticleForm(request.POST, request.FILES, user=request.user)
    if not form.is_valid():
        return _render(request, form)
    text = form.cleaned_data["text"]
    article = read(text, form.cleaned_data["day"], build_index(request.user, text))
    statements = _statement_forms(article, request.user, None)
    values, submitted = read_values(article, statements), submitted_values(request.POST)
    lost: list[LostCorrections] = []
    is_saving = "_save" in request.POST and is_same_article(submitted, values)
    is_as_shown = is_saving and submitted == values
    if is_as_shown:
        statements = _statement_forms(article, request.user, request.POST)
    if is_saving:
        sent = statements if is_as_shown else submitted_forms(request.POST, request.user)
        drafts = _save(request, sent, form.cleaned_data["source"])
        if drafts:
            response = HttpResponseRedirect(_next_page(drafts))
            name_saved_draft(request, response)
            return response
    if not is_as_shown:
        lost = carry_over(request.POST, statements, values, request.user)
        _report_reading(request, lost)
    context = {
        "article": article,
        "statements": statements,
        "read_values": json.dumps(values, separators=(",", ":")),
        "lost": lost,
        "marked_text": marked_text(article),
        "left": len(article.acts) - sum(len(statement.acts) for statement in statements),
    }
    return _render(request, form, **context)


def _report_reading(request: HttpRequest, lost: list[LostCorrections]) -> None:
    """Messages about a form that was to be saved and is not as it was read any more, and about lost corrections."""
    if "_save" in request.POST:
        text = gettext(
            "Nothing was made yet: the text, its date or the archive changed since the article was read. It is read "
            "again below, with your corrections; look at it, then make the drafts."
        )
        messages.warning(request, text)
    if lost:
        text = gettext("Some of your corrections have no place in what is read now: they are listed below.")
        messages.warning(request, text)


def _statement_forms(
    article: Article, user: PermissionHolder, data: Mapping[str, Any] | None
) -> list[ReadStatementForms]:
    """The forms of as many statements as have ``_MAX_ACTS`` acts; the last of them may lack some."""
    forms: list[ReadStatementForms] = []
    room = _MAX_ACTS
    for number, statement in enumerate(article.statements):
        if room <= 0:
            break
        forms.append(ReadStatementForms(article, number, room, user, data))
        room -= len(statement.acts)
    return forms


def _save(request: HttpRequest, statements: Sequence[StatementForms], source: Source) -> list[Statement]:
    """The drafts of all accepted statements; none of them, and messages, if one cannot be made."""
    accepted = [statement for statement in statements if statement.is_accepted]
    if not accepted:
        messages.error(request, gettext("Nothing was made: got no ticked statement, expected at least one."))
        return []
    is_valid = [statement.is_valid() for statement in accepted]
    if not all(is_valid):
        messages.error(request, gettext("Nothing was made yet: mend what is marked below."))
        return []
    started = timezone.now()
    drafts: list[Statement] = []
    earlier: list[Statement] = []
    try:
        with transaction.atomic():
            StoredResponse.remove_expired()
            for statement in accepted:
                draft, is_new = _draft_once(request, statement.accepted(), source)
                drafts.append(draft)
                if not is_new:
                    earlier.append(draft)
    except ValidationError as error:
        form = accepted[len(drafts)].form
        for text in error.messages:
            form.add_error(None, text)
        messages.error(request, gettext("Nothing was made yet: mend what is marked below."))
        return []
    except IntegrityError:
        text = gettext("Nothing was changed: somebody saved what contradicts it at this moment. Try again.")
        messages.error(request, text)
        return []
    check_saved(request, [draft for draft in drafts if draft not in earlier])
    for draft in drafts:
        url = reverse("admin:archive_statement_change", args=[draft.pk])
        if draft in earlier:
            text = gettext('Not made again: <a href="{}">{}</a> is the draft that you made of the same statement.')
            messages.info(request, format_html(text, url, draft.name))
        else:
            for official in _new_officials(draft, started):
                official_url = reverse("admin:archive_official_change", args=[official.pk])
                text = gettext('New official, a draft too: <a href="{}">{}</a>.')
                messages.success(request, format_html(text, official_url, official.name))
            messages.success(
                request, format_html(gettext('Draft made: <a href="{}">{}</a>.'), url, draft.name.rstrip("."))
            )
    return drafts


def _new_officials(draft: Statement, since: datetime) -> list[Official]:
    """The officials of a draft that were entered with it."""
    rows = Official.objects.filter(status=Status.DRAFT, created_at__gte=since)
    involved = Q(statements=draft) | Q(speech_acts_received__statement=draft)
    return list(rows.filter(involved).distinct().order_by("pk"))


def _draft_once(request: HttpRequest, accepted: AcceptedStatement, source: Source) -> tuple[Statement, bool]:
    """The draft of a statement and whether it is new: the same statement sent again leads to the first draft.

    A second request waits for the unique key of the first one's transaction.
    """
    key = f"article {accepted.fingerprint(source)}"
    user: Any = request.user
    stored, is_new = StoredResponse.objects.get_or_create(
        user=user, key=key, defaults={"fingerprint": "", "status": 302, "headers": {}, "body": b""}
    )
    if not is_new:
        earlier = Statement.objects.filter(pk=stored.headers["statement"]).first()
        if earlier is not None:
            return earlier, False
    draft = create_draft(accepted, source)
    stored.headers = {"statement": draft.pk}
    stored.save()
    return draft, True


def _next_page(drafts: list[Statement]) -> str:
    """The draft's form, or the list of drafts if there are several."""
    if len(drafts) == 1:
        return reverse("admin:archive_statement_change", args=[drafts[0].pk])
    return f"{reverse('admin:archive_statement_changelist')}?status__exact=draft"


def _render(request: HttpRequest, form: ArticleForm, **context: Any) -> TemplateResponse:
    statements = context.get("statements", [])
    media = form.media
    for statement in statements:
        media += statement.form.media
        media += next((act.media for _, act in statement.acts), media)
    page = {
        "state_field": STATE_FIELD,
        "carried": [] if "article" in context else submitted_pairs(request.POST),
        **admin.site.each_context(request),
        **autosave_context(request),
        "title": gettext("Read an article"),
        "form": form,
        "media": media + _SCRIPTS,
        **context,
    }
    return TemplateResponse(request, "admin/archive/article.html", page)


def marked_text(article: Article) -> SafeString:
    """The article as HTML with a ``mark`` element around everything that was recognized, its rule as the title."""
    spans = [(name.start, name.end, name.kind, f"{name.name}: {name.rule}") for name in article.names]
    spans += [(date.start, date.end, "date", f"{date.edtf}: {date.rule}") for date in article.dates]
    spans += {(act.start, act.end): (act.start, act.end, "act", _act_title(act)) for act in article.acts}.values()
    spans += [
        (quotation.start, quotation.end, "quotation", gettext("quoted words")) for quotation in article.quotations
    ]
    spans.sort(key=lambda span: (span[0], -span[1]))
    parts: list[str] = []
    ends: list[int] = []
    position = 0
    for start, end, kind, title in spans:
        while ends and ends[-1] <= start:
            position = _append(parts, article.text, position, ends.pop(), "</mark>")
        if start < position or (ends and end > ends[-1]):
            continue  # a mark that crosses another
        position = _append(parts, article.text, position, start, "")
        parts.append(format_html('<mark class="read-{}" title="{}">', kind, title))
        ends.append(end)
    while ends:
        position = _append(parts, article.text, position, ends.pop(), "</mark>")
    parts.append(conditional_escape(article.text[position:]))
    return mark_safe("".join(parts))  # noqa: S308


def _act_title(act: ActMark) -> str:
    kind = term(SpeechActKind(act.kind).label)
    return gettext("{kind}, not sure: {reason}").format(kind=kind, reason=act.doubt) if act.doubt else kind


def _append(parts: list[str], text: str, start: int, end: int, tag: str) -> int:
    parts += [conditional_escape(text[start:end]), tag]
    return end
