"""The page about the API: a guide of examples, each a link that runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from archive.models import Event
from archive.visibility import Viewer
from archive.web.graphql_query import graphiql_address


@dataclass(frozen=True, slots=True)
class Example:
    """A question in words, and the address that answers it; ``text`` is shown, by default the address."""

    #: A sentence; lazily translated.
    question: Any
    address: str
    text: str = ""
    #: The address at which it can be tried with other words.
    graphiql: str = ""


#: No example names a record that an archive may lack: the states of ISO 3166 are in every archive.
_LISTS = (
    Example(_("What was aimed at South Korea in July 2019?"), "/api/v1/events/?date=2019-07&target=KR"),
    Example(
        _("The latest statements from Japan, three fields of each"),
        "/api/v1/statements/?country=JP&order_by=-date&fields=slug,name,date.display",
    ),
    Example(
        _("Which measures were surely in force on 12 July 2019?"),
        "/api/v1/measures/?in_force_on=2019-07-12&certain=true",
    ),
    Example(
        _("Which demands had no answer by 1 August 2019?"),
        "/api/v1/speech-acts/?kind=demand&state=open&state_on=2019-08-01",
    ),
    Example(_("Ten events, how many there are, and where the next ten begin"), "/api/v1/events/?limit=10&count=true"),
)
_OVERVIEWS = (
    Example(_("How many events were there each year?"), "/api/v1/events/counts/?by=year"),
    Example(
        _("How often does each state demand something of another?"),
        "/api/v1/speech-acts/counts/?by=country,addressee_country&kind=demand",
    ),
    Example(_("A search in all kinds of records"), "/api/v1/search/?q=export*"),
    Example(_("Two months of the timeline, ready to draw"), "/api/v1/timeline/?from=2019-07&to=2019-08&lanes=country"),
)
_FORMATS = (
    Example(_("A table for a spreadsheet"), "/api/v1/events/?fields=slug,date,name&format=csv"),
    Example(_("The records as lines of JSON, all of them at once"), "/api/v1/statements/?format=jsonl"),
    Example(_("A feed of what was changed last"), "/api/v1/events/?format=atom"),
    Example(_("A calendar"), "/api/v1/events/?format=ics"),
    Example(_("Citations for a reference manager"), "/api/v1/sources/?format=bibtex"),
    Example(_("Linked data in the words of schema.org"), "/api/v1/events/?format=jsonld"),
    Example(_("Dublin Core for harvesters, by OAI-PMH"), "/oai?verb=ListRecords&metadataPrefix=oai_dc"),
)
_QUERIES = (
    (
        _("The same events as above"),
        '{ events(date: "2019-07", target: ["KR"]) { nodes { slug name date { display } } } }',
    ),
    (
        _("Who wanted what of whom, and what became of it"),
        "{ speechActs(kind: [DEMAND, OFFER], first: 10) { nodes { kind text condition state "
        "statement { date { display } speaker { name } body { name } } addressees { name } } } }",
    ),
    (_("Numbers for a chart"), "{ eventCounts(by: [YEAR]) { total counts { keys { label } count } } }"),
)


def about_context(user: Viewer) -> dict[str, Any]:
    """Template context: the examples in sections, and those in GraphQL."""
    sections = [(_("Lists and filters"), _LISTS), (_("Counts, search, timeline"), _OVERVIEWS), (_("Formats"), _FORMATS)]
    event = Event.objects.visible_to(user).order_by("-date_sort", "slug").first()
    if event is not None:
        sections.insert(1, (_("One record"), _of_record(f"/api/v1/events/{event.slug}/")))
    return {"sections": sections, "queries": _queries()}


def _of_record(path: str) -> tuple[Example, ...]:
    return (
        Example(
            _("With all that is known of it, and its sources"), f"{path}?include=citations,participations,relations"
        ),
        Example(_("What led to it, and what followed"), f"{path}chain/"),
        Example(_("Its versions, each with what was changed"), f"{path}history/"),
        Example(_("Its citation"), f"{path}?format=bibtex"),
    )


def _queries() -> list[Example]:
    """The examples in GraphQL; none where only registered documents run."""
    if settings.PERSISTED_DOCUMENTS is not None:
        return []
    return [
        Example(question, f"/graphql/?query={quote_plus(query)}", query, graphiql_address(query))
        for question, query in _QUERIES
    ]
