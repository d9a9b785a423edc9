"""Test values for every filter: matching, without matches, and invalid.

Values are for the first dossier as ``complete_dossier`` completes it. A new filter by slugs or of text gets its values
here; the others get theirs from their declaration.
"""

from __future__ import annotations

from collections.abc import Iterator

from archive.filters import FILTERSETS, filter_types
from archive.filters.filter_types import SpanFilter
from archive.models import Body

FilterCase = dict[str, list[str]]

_PROBE = "2019-07-12-kim-you-geun-international-probe"
_CURBS = "japan-export-curbs-on-three-materials"
_EFFECT = "2019-07-04-japan-export-curbs-take-effect"
#: Filters by slug: two values that find something, alone and together.
SLUGS: dict[str, tuple[str, str]] = {
    "about": (_CURBS, "2019-08-02-japan-cabinet-decides-removal"),
    "actor": ("japan", "KR"),
    "addressee": ("JP", "south-korea"),
    "addressee_country": ("JP", "south-korea"),
    "body": ("cheong-wa-dae", "ministry-of-foreign-affairs-jp"),
    "country": ("JP", "south-korea"),
    "dossier": ("japan-south-korea-export-controls", "a-second-dossier"),
    "imposer": ("japan", "KR"),
    "in_reply_to": (
        "2019-07-12-japanese-media-smuggling-rumours",
        "2019-07-japan-links-curbs-with-north-korea-sanctions",
    ),
    "measure": (_CURBS, "japan-removes-south-korea-from-its-list"),
    "occasion": ("2019-08-15-liberation-day", "2019-08-22-south-korea-decides-not-to-renew-gsomia"),
    "office": ("prime-minister-of-japan", "president-of-south-korea"),
    "official": ("kim-you-geun", "abe-shinzo"),
    "parent": ("export-controls", "export-controls"),
    "participant": ("moon-jae-in", "JP"),
    "publisher": ("the-korea-herald", "cheong-wa-dae"),
    "related_to": (_EFFECT, "2018-10-30-supreme-court-nippon-steel"),
    "source": ("wto-documents-ds590", "korea-herald-2019-07-12-international-probe"),
    "speaker": ("kim-you-geun", "moon-jae-in"),
    "statement": (_PROBE, "2019-07-08-moon-calls-for-withdrawal"),
    "target": ("KR", "japan"),
    "topic": ("export-controls", "gsomia"),
}
#: The same, where a list differs from the others.
OF_LIST: dict[tuple[str, str], tuple[str, str]] = {
    ("bodies", "parent"): ("KR", "japan"),
    ("offices", "body"): ("national-security-office", "japan"),
    ("officials", "body"): ("national-security-office", "cabinet-of-japan"),
    ("appointments", "body"): ("national-security-office", "cabinet-of-japan"),
    ("bodies", "source"): ("a-source-of-all", "wto-documents-ds590"),
    ("officials", "source"): ("a-source-of-all", "wto-documents-ds590"),
    ("offices", "source"): ("a-source-of-all", "wto-documents-ds590"),
    ("appointments", "source"): ("a-source-of-all", "wto-documents-ds590"),
    ("measures", "source"): ("a-source-of-all", "wto-documents-ds590"),
}
#: Filters of text: values that find something.
TEXTS: dict[str, tuple[str, ...]] = {
    "good": ("2811", "photo resist", "28.11.11"),
    "language": ("ko", "en"),
    "name": ("yugeun KIM", "wto", "김유근", "Ka"),
    "q": ("the", "japan south", "gsomia", "minister"),
}
DATES = ("2019-07", "2019-07-12", "[2019-07-04,2019-07-05]", "2019-08/..", "../2019-06", "/2019-06", "1066")
NO_DATES = ("2019-13", "2019-02-30", "yesterday", "12/07/2019")
MOMENTS = ("2019-01-01T00:00:00Z", "2019-01-01T00:00:00 09:00", "2019", "2199-01-01", "9999-12-31T23:59:59Z")
NO_MOMENTS = ("soon", "2019-02-30T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-10:00", "../2019")
#: What no filter that reads text takes.
NEVER = ("a\x00b",)


def filters() -> Iterator[tuple[str, str]]:
    """Each list and the name of each of its filters."""
    return ((kind, name) for kind, filterset in FILTERSETS.items() for name in filterset.base_filters)


def answered(kind: str, name: str) -> list[FilterCase]:
    """Questions that have an answer, be it empty. Raises KeyError for a filter without values here."""
    declared = FILTERSETS[kind].base_filters[name]
    cases = [{name: list(texts)} for texts in _values(kind, name, declared)]
    if isinstance(declared, filter_types.DateFilter | SpanFilter) and "certain" in FILTERSETS[kind].base_filters:
        cases += [{**item, "certain": ["true"]} for item in cases]
    if name == "certain":
        of_date = next(item for item in ("date", "in_office_on", "on") if item in FILTERSETS[kind].base_filters)
        cases = [{"certain": [word], of_date: ["2019"]} for word in ("true", "false", "1", "no", "YES")]
    if name == "relation":
        cases.append({"relation": ["retaliates_for"], "related_to": ["2018-10-30-supreme-court-nippon-steel"]})
    cases.append({name: cases[0][name] * 2} if declared.many else {name: [f" {cases[0][name][0]} "]})
    return [*cases, {name: [" ", ""]}]


def _values(kind: str, name: str, declared: filter_types.ArchiveFilter) -> list[tuple[str, ...]]:
    match declared:
        case filter_types.RecordFilter() | filter_types.CountryFilter():
            item, other = OF_LIST.get((kind, name)) or SLUGS[name]
            nothing = [("FR",)] if Body in declared.extra.get("models", (Body,)) else []
            return [(item, other), (item,), (other,), *nothing]
        case filter_types.ChoicesFilter():
            words = [str(word) for word in declared.vocabulary.values]
            return [tuple(words[::2]), (words[0],), (words[-1],), tuple(words)]
        case filter_types.DateFilter():
            return [(text,) for text in DATES]
        case filter_types.DateTimeFilter():
            return [(text,) for text in MOMENTS]
        case filter_types.BooleanFilter():
            return [(word,) for word in ("true", "false", "1", "No")]
        case SpanFilter():
            return [(text,) for text in ("P14D", "P2W", "P1M", "P1Y6M3W2D", "P0D")]
        case filter_types.OrderFilter():
            return [(f"{sign}{order}",) for order in FILTERSETS[kind].orders for sign in ("", "-")]
    odd = ("%", "_", "' OR 1=1 --", "e\u0301", "x" * 1_000)
    return [*([TEXTS[name][:2]] if declared.many else []), *((text,) for text in (*TEXTS[name], *odd))]


def refused(kind: str, name: str) -> list[FilterCase]:
    """Questions with a mistake in the value."""
    declared = FILTERSETS[kind].base_filters[name]
    match declared:
        case filter_types.RecordFilter() | filter_types.CountryFilter():
            item, _ = OF_LIST.get((kind, name)) or SLUGS[name]
            wrong = [(item[:-1] + "x" + item[-1],), (item, "ZZ"), ("x" * 5000,)]
            wrong.append(tuple(f"slug-{number}" for number in range(101)))
        case filter_types.ChoicesFilter():
            word = str(declared.vocabulary.values[0])
            wrong = [(word[:-1],), (word, "no word"), (word.upper() + " ",)]
        case filter_types.DateFilter():
            wrong = [*((text,) for text in NO_DATES), ("2019", "2020")]
        case filter_types.DateTimeFilter():
            wrong = [*((text,) for text in NO_MOMENTS), ("2019", "2020")]
        case filter_types.BooleanFilter():
            wrong = [("maybe",), ("true", "false")]
        case SpanFilter():
            wrong = [*((text,) for text in ("14", "P", "P14", "PT5H", "P-1D", "P101Y", "p14d")), ("P1D", "P2D")]
        case filter_types.OrderFilter():
            first = next(iter(FILTERSETS[kind].orders))
            wrong = [("random",), (f"{first}s",), (f"--{first}",), (first, first)]
        case _:
            wrong = [("x" * 1_001,)] if declared.many else [("x" * 1_001,), ("one", "other")]
    return [{name: list(texts)} for texts in (*wrong, *((text,) for text in NEVER))]
