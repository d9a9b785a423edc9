"""Likely duplicates: records that may be the same thing as one that is being entered, or that is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext
from rapidfuzz import fuzz

from archive.choices import Status
from archive.dates import PartialDate
from archive.labels import label_relations, name_field
from archive.merging.romanization import romanization_keys
from archive.models import Body, Name, Official
from archive.models.base import Record
from archive.sql.name_conditions import name_matches, name_patterns
from archive.sql.similar_names import names_sharing_trigrams
from archive.text import fold, name_parts
from archive.url_normalization import normalized_url

MAX_DUPLICATES = 5
#: Rows of the same date or address, and rows on each side of a heading's place in the list, that are compared.
_MAX_CANDIDATES, _MAX_NEIGHBOURS = 300, 100
#: The least similarity (0 to 100) of a name, of a heading, and of a heading of the same date.
_SIMILAR_NAME, _SIMILAR_HEADING, _SIMILAR_ON_DATE = 85, 88, 60
#: The score of a name in another romanization, above all that are similar.
_ROMANIZED_NAME = 99
#: Shorter names and headings are the beginning of too many others.
_MIN_LENGTH = 4
#: Kind -> the field with its date.
_DATES = {"event": "date", "statement": "date", "source": "published", "measure": "in_force"}


@dataclass(frozen=True, slots=True)
class Entered:
    """The known data of a record: names or headings, addresses of a document, and a date. Empty where unknown."""

    names: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    date: PartialDate | None = None

    @classmethod
    def of(cls, record: Record) -> Entered:
        """The data of a stored record."""
        model, date = type(record), _DATES.get(str(record._meta.model_name))
        names = [getattr(record, column) for column in (_heading(model),) if column]
        if isinstance(record, Official | Body):
            names += record.names.values_list("text", flat=True)
        urls = [getattr(record, name, "") for name in ("url", "archived_url")]
        return cls(
            tuple(filter(None, names)), tuple(filter(None, urls)), getattr(record, date) if date is not None else None
        )


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A record that is likely the same, and why, in the active language."""

    record: Any
    reason: str


def likely_duplicates(rows: QuerySet[Any], entered: Entered, without: int | None = None) -> list[Duplicate]:
    """Up to five likely duplicates among records of one model, the likeliest first; ``without`` is the id of none."""
    if without is not None:
        rows = rows.exclude(pk=without)
    best_by_id: dict[int, tuple[float, str]] = {}
    for pk, score, reason in _candidates(rows, entered):
        if pk not in best_by_id or score > best_by_id[pk][0]:
            best_by_id[pk] = score, reason
    best = sorted(best_by_id, key=lambda pk: (-best_by_id[pk][0], pk))[:MAX_DUPLICATES]
    records = rows.select_related(*label_relations(rows.model)).in_bulk(best)
    return [Duplicate(records[pk], best_by_id[pk][1]) for pk in best if pk in records]


def _candidates(rows: QuerySet[Any], entered: Entered) -> Iterator[tuple[int, float, str]]:
    """Ids with a score, the greater the likelier, and the reason."""
    for url in entered.urls:
        yield from _same_address(rows, url)
    for name in dict.fromkeys(name.strip() for name in entered.names):
        if rows.model in (Official, Body):
            yield from _similar_bearers(rows, name)
        elif _heading(rows.model):
            yield from _similar_headings(rows, name)
            yield from _on_same_date(rows, name, entered.date)


# Names


def _similar_bearers(rows: QuerySet[Any], text: str) -> Iterator[tuple[int, float, str]]:
    """Officials or bodies with the same name, in any script and order, or with a similar one."""
    parts = name_parts(text)
    if not parts or (len("".join(parts)) < _MIN_LENGTH and text.isascii()):
        return
    if len("".join(parts)) < 3:  # without a trigram, such as a Chinese name
        bearer = rows.model._meta.model_name
        names = Name.objects.filter(**{f"{bearer}__in": rows}, text=text).values_list(f"{bearer}_id", flat=True)
        same = rows.filter(name_matches(rows.model, name_patterns(text))).filter(Q(name=text) | Q(pk__in=names))
        reason = gettext("the same name: {name}").format(name=text)
        yield from ((pk, 100, reason) for pk in same.values_list("pk", flat=True)[:MAX_DUPLICATES])
        return
    keys = romanization_keys(text)
    for similar in names_sharing_trigrams(rows, text):
        score = _similarity(parts, similar.name)
        if keys and score < 100 and not keys.isdisjoint(romanization_keys(similar.name)):
            reason = gettext("the same name in another romanization: {name}")
            yield similar.pk, _ROMANIZED_NAME, reason.format(name=similar.name)
        elif score >= _SIMILAR_NAME:
            reason = gettext("the same name: {name}") if score == 100 else gettext("a similar name: {name}")
            yield similar.pk, score, reason.format(name=similar.name)


def _similarity(parts: list[str], name: str) -> float:
    """The similarity of two names, their words in any order."""
    other = name_parts(name)
    in_order = fuzz.ratio("".join(parts), "".join(other))
    return max(in_order, fuzz.ratio("".join(sorted(parts)), "".join(sorted(other))))


# Headings


def _heading(model: type[Model]) -> str:
    """The column with a record's heading; empty for kinds without."""
    column = name_field(model)
    return "" if column == "slug" else column


def _similar_headings(rows: QuerySet[Any], text: str) -> Iterator[tuple[int, float, str]]:
    """Records with the same heading but for case, accents and marks, or a similar one with the same first word."""
    parts = name_parts(text)
    if len("".join(parts)) < _MIN_LENGTH:
        return
    for pk, heading in _filed_around(rows, parts):
        score = fuzz.ratio("".join(parts), fold(heading))
        if score >= _SIMILAR_HEADING:
            yield pk, score - 5, gettext("the same heading") if score == 100 else gettext("a similar heading")


def _filed_around(rows: QuerySet[Any], parts: list[str]) -> Iterator[tuple[int, str]]:
    """The headings around the place of this one in the list of headings, each status by itself, as its index has it."""
    first, place = parts[0], " ".join(parts)
    for status in Status.values:
        filed = rows.filter(status=status).order_by("filing_key").values_list("pk", _heading(rows.model))
        yield from filed.filter(filing_key__gte=place, filing_key__lt=f"{first}\U0010ffff")[:_MAX_NEIGHBOURS]
        yield from filed.filter(filing_key__gte=first, filing_key__lt=place).reverse()[:_MAX_NEIGHBOURS]


def _on_same_date(rows: QuerySet[Any], text: str, date: PartialDate | None) -> Iterator[tuple[int, float, str]]:
    """Records that begin within the date, with a heading that has most words of the text."""
    field = _DATES.get(str(rows.model._meta.model_name))
    if date is None or field is None or date.first_sort is None or date.last_sort is None:
        return
    words = " ".join(name_parts(text))
    if len(words) < _MIN_LENGTH:
        return
    within = rows.filter(**{f"{field}_sort__gte": date.first_sort, f"{field}_sort__lte": date.last_sort})
    for pk, heading in within.order_by(f"{field}_sort").values_list("pk", _heading(rows.model))[:_MAX_CANDIDATES]:
        score = fuzz.token_sort_ratio(words, " ".join(name_parts(heading)))
        if score >= _SIMILAR_ON_DATE:
            is_same = score == 100
            same, similar = (
                gettext("the same date and the same heading"),
                gettext("the same date and a similar heading"),
            )
            yield pk, score, same if is_same else similar


# Addresses of documents


def _same_address(rows: QuerySet[Any], url: str) -> Iterator[tuple[int, float, str]]:
    """Sources at the same address, be it by http or https, with or without www, a slash or how a reader came there."""
    if rows.model._meta.model_name != "source" or (wanted := normalized_url(url)) is None:
        return
    core = wanted.partition("?")[0]
    stored = rows.filter(Q(url__icontains=core) | Q(archived_url__icontains=core))
    for pk, *urls in stored.values_list("pk", "url", "archived_url")[:_MAX_CANDIDATES]:
        if wanted in map(normalized_url, urls):
            yield pk, 101, gettext("the same address")


def texts_of(values: Iterable[str], limit: int) -> tuple[str, ...]:
    """Texts as a request has them, for ``Entered``: without null characters, of bounded number and length."""
    return tuple(text for value in list(values)[:limit] if (text := value.replace("\x00", "").strip()[:300]))
