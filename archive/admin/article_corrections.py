"""Corrections of what was read in an article, carried over when the article is read again.

The form has the digests of all values as they were read (``ReadValues``). What was sent and has another digest is a
correction. It goes to the statement or the speech act that was read as the same; one that has none, because the text
was changed, is listed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import ModelChoiceField
from django.http import QueryDict
from django.utils.translation import gettext

from archive.admin.article_forms import OptionalForm, ReadActForm, StatementForms, statement_form
from archive.admin.merging import normalized
from archive.admin.record_lookup import is_primary_key
from archive.articles.reader import Article
from archive.labels import record_label
from archive.visibility import PermissionHolder

#: The hidden field of the form with the values as they were read.
STATE_FIELD = "statements-read"
_PREFIX = re.compile(r"statement\d{1,4}(-act\d{1,4})?")
#: In place of a prefix, for the text and its day.
_ARTICLE = "article"
#: Forms of statements and speech acts on one page are fewer.
_MAX_FORMS = 400
#: By what a speaker is recognized as the same.
_SPEAKER = ("speaker", "new_speaker", "attributed_as", "body", "attribution")
#: By what a speech act is recognized as the same.
_ACT = ("kind", "text")

#: The prefix of a form -> its fields -> the digests of their values as they were read.
ReadValues = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class LostCorrections:
    """Corrections that have no place in the new reading: of what, and the labels and values."""

    heading: str
    values: list[tuple[str, str]]


def read_values(article: Article, statements: Iterable[StatementForms]) -> ReadValues:
    """The digests of what was read, before anything is carried over."""
    values = {
        str(form.prefix): {
            name: _digest(form.get_initial_for_field(field, name))
            for name, field in form.fields.items()
            if not isinstance(field.widget, forms.HiddenInput)
        }
        for form in _forms(statements)
    }
    return {_ARTICLE: {"text": _digest(article.text), "day": _digest(article.day)}, **values}


def is_same_article(earlier: ReadValues, now: ReadValues) -> bool:
    """Whether the text and its day are those that were read; what the archive knows of them may have changed."""
    return earlier.get(_ARTICLE) == now[_ARTICLE]


def submitted_values(data: QueryDict) -> ReadValues:
    """The digests in a form that was sent; empty if it has none, or not such."""
    try:
        values = json.loads(data.get(STATE_FIELD, ""))
    except ValueError:
        return {}
    if not isinstance(values, dict) or len(values) > _MAX_FORMS:
        return {}
    is_valid = all(
        (prefix == _ARTICLE or _PREFIX.fullmatch(prefix)) and isinstance(fields, dict)
        for prefix, fields in values.items()
    )
    return values if is_valid else {}


def submitted_pairs(data: QueryDict) -> list[tuple[str, str]]:
    """Names and values of everything that was sent about statements, for a page that does not show their forms."""
    names = [name for name in data if name == STATE_FIELD or _PREFIX.match(name)]
    return [(name, value) for name in names for value in data.getlist(name)]


def submitted_forms(data: QueryDict, user: PermissionHolder) -> list[StatementForms]:
    """The forms of the page that was sent, with the submitted values; the article is not read again for them."""
    prefixes = list(submitted_values(data))
    return [
        StatementForms(
            statement_form(prefix, user, data),
            [
                ReadActForm(data, prefix=act, user=user)
                for act in prefixes if act.startswith(f"{prefix}-act")
            ],
        )
        for prefix in prefixes if _PREFIX.fullmatch(prefix) and "-act" not in prefix
    ]  # fmt: skip


def carry_over(
    data: QueryDict, statements: Iterable[StatementForms], now: ReadValues, user: PermissionHolder
) -> list[LostCorrections]:
    """Put the corrections that were sent into the forms of a new reading; those that are lost."""
    earlier, now = _of_forms(submitted_values(data)), _of_forms(now)
    targets = {str(form.prefix): form for form in _forms(statements)}
    pairs = _pairs(earlier, now)
    lost = []
    for prefix, digests in earlier.items():
        is_act = "-act" in prefix
        form = ReadActForm(data, prefix=prefix, user=user) if is_act else statement_form(prefix, user, data)
        changes = {
            name: form[name].data
            for name, digest in digests.items()
            if name in form.fields and _digest(form[name].data) != digest
        }
        target = targets.get(pairs.get(prefix, ""))
        values = [(name, value) for name, value in changes.items() if not _carry(form, name, value, target)]
        # A tick taken away from what is not there any more is no loss.
        texts = [(str(form.fields[name].label), _text(form, name, value)) for name, value in values if name != "accept"]
        if texts:
            lost.append(LostCorrections(_heading(form), texts))
    return lost


def _carry(form: OptionalForm, name: str, value: object, target: OptionalForm | None) -> bool:
    """Whether the target's form shows the value now. Records that can no longer be chosen are not."""
    if target is None or name not in target.fields:
        return False
    field = form.fields[name]
    if isinstance(field, ModelChoiceField):
        field.required = False
        try:
            records = field.clean(value)
        except ValidationError:
            return False
        # A record that was merged since is replaced.
        value = [record.pk for record in records] if isinstance(value, list) else getattr(records, "pk", None)
    target.initial[name] = value
    return True


def _pairs(earlier: ReadValues, now: ReadValues) -> dict[str, str]:
    """The prefixes of the earlier forms, each with that of the form that was read as the same now."""
    pairs = _pairs_of_acts(earlier, now)
    unused = [prefix for prefix in now if "-act" not in prefix]
    for prefix in earlier:
        if "-act" in prefix:
            continue
        shared = [pair.partition("-")[0] for act, pair in pairs.items() if act.startswith(f"{prefix}-act")]
        scores = {
            other: shared.count(other) + 0.5 * (_key(earlier[prefix], _SPEAKER) == _key(now[other], _SPEAKER))
            for other in unused
        }
        best = max(scores, key=lambda other: scores[other], default="")
        if best and scores[best]:
            pairs[prefix] = best
            unused.remove(best)
    return pairs


def _pairs_of_acts(earlier: ReadValues, now: ReadValues) -> dict[str, str]:
    unused: dict[Any, list[str]] = {}
    for prefix, digests in now.items():
        if "-act" in prefix:
            unused.setdefault(_key(digests, _ACT), []).append(prefix)
    pairs = {}
    for prefix, digests in earlier.items():
        if "-act" in prefix and (others := unused.get(_key(digests, _ACT))):
            pairs[prefix] = others.pop(0)
    return pairs


def _key(digests: dict[str, str], names: Iterable[str]) -> tuple[str, ...]:
    return tuple(str(digests.get(name, "")) for name in names)


def _of_forms(values: ReadValues) -> ReadValues:
    return {prefix: digests for prefix, digests in values.items() if prefix != _ARTICLE}


def _forms(statements: Iterable[StatementForms]) -> Iterator[OptionalForm]:
    for statement in statements:
        yield statement.form
        yield from statement.act_forms


def _digest(value: object) -> str:
    if isinstance(value, bool):
        value = "on" if value else ""
    text = normalized(value)
    return sha256(json.dumps(text or "").encode()).hexdigest()[:12]


def _heading(form: OptionalForm) -> str:
    """What the corrections were of: the statement's heading or the act's words, as they were sent."""
    words = str(form["text" if "text" in form.fields else "name"].data or "")
    text = gettext("Speech act “{words}”") if "text" in form.fields else gettext("Statement “{words}”")
    return text.format(words=words[:120])


def _text(form: OptionalForm, name: str, value: object) -> str:
    """A value that was sent, as users read it."""
    field = form.fields[name]
    if isinstance(field, ModelChoiceField):
        keys = value if isinstance(value, list) else [value]
        queryset: Any = field.queryset
        records = queryset.filter(pk__in=[key for key in keys if is_primary_key(str(key or ""))])
        return ", ".join(record_label(record) for record in records) or gettext("none")
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type, call-overload]
    return str(value) or gettext("none")
