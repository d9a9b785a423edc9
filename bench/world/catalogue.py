"""Records whose number hardly depends on the archive's size: topics, organs of states, offices, media, sources."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from bench.world.chance import mix
from bench.world.tables import Tables
from bench.world.timeline import Timeline, edtf
from bench.world.words import Words

#: States that have officials, the busiest first.
STATES = (
    "US", "CN", "JP", "KR", "RU", "GB", "FR", "DE", "IN", "KP", "IR", "IL", "TR", "SA", "PK", "EG", "UA", "TW", "BR",
    "CA", "AU", "IT", "ES", "PL", "MX", "ID", "VN", "PH", "TH", "MY", "SG", "ZA", "NG", "KE", "ET", "DZ", "MA", "LY",
    "SY", "IQ", "JO", "LB", "QA", "AE", "KZ", "UZ", "GE", "AM", "AZ", "BY", "RS", "HU", "RO", "GR", "CU", "VE", "CO",
    "AR", "CL", "PE",
)  # fmt: skip
_ORGANS = ("Ministry of Foreign Affairs", "Ministry of Trade", "Ministry of Defence", "Office of the Head of State")
_POSTS = ("Minister", "Deputy Minister", "Spokesperson")
OFFICES_A_STATE = len(_ORGANS) * len(_POSTS)
_MEDIA = ("Daily Gazette", "Evening Post", "News Agency", "Broadcasting Service", "Review of Diplomacy")
_ROOTS = (
    "Trade", "Security", "Human rights", "Territory", "Disarmament", "Energy", "Fisheries", "Culture", "Migration",
    "Environment", "Technology", "History",
)  # fmt: skip
_BRANCHES = ("agreements", "disputes", "controls", "institutions", "exchanges")
_LEAVES = ("in Asia", "in Europe", "in Africa", "in the Americas")
EVENTS_A_SOURCE = 50


@dataclass(frozen=True, slots=True)
class Country:
    """A state: its code, its id among the bodies, its name, its first organ and its first office."""

    code: str
    id: int
    name: str
    slug: str
    organs: int
    offices: int


def countries(tables: Tables, seeded: dict[str, tuple[int, str, str]]) -> list[Country]:
    """The organs and offices of the busy states; ``seeded`` gives id, slug and name by ISO code."""
    result = []
    for code in STATES:
        state, slug, name = seeded[code]
        result.append(Country(code, state, name, slug, tables.body.last + 1, tables.office.last + 1))
        for organ in _ORGANS:
            message = f"{organ} of {name}"
            body = tables.body.add(
                slug=f"{slug}-{_slug(organ)}",
                status="published",
                name=message,
                kind="government_organ",
                parent_id=state,
            )
            for post in _POSTS:
                tables.office.add(
                    slug=f"{slug}-{_slug(organ)}-{_slug(post)}",
                    status="published",
                    name=f"{post}, {organ}",
                    body_id=body,
                )
    return result


def topics(tables: Tables) -> int:
    """A tree of three levels; how many there are."""
    for root in _ROOTS:
        top = _topic(tables, root, None)
        for branch in _BRANCHES:
            middle = _topic(tables, f"{root}: {branch}", top)
            for leaf in _LEAVES:
                _topic(tables, f"{root}: {branch} {leaf}", middle)
    return tables.topic.last


def _topic(tables: Tables, name: str, parent: int | None) -> int:
    return tables.topic.add(slug=_slug(name.replace(":", "")), status="published", name=name, parent_id=parent)


def sources(tables: Tables, result: list[Country], timeline: Timeline, random: Random, words: Words) -> int:
    """A few media, and one document for every 50 events; how many documents there are."""
    media = [
        tables.body.add(
            slug=f"{country.slug}-{_slug(medium)}",
            status="published",
            name=f"{medium} ({country.name})",
            kind="medium",
            parent_id=country.id,
        )
        for country in result[:8]
        for medium in _MEDIA
    ]
    for number in range(20 + timeline.events // EVENTS_A_SOURCE):
        day = timeline.day(mix(timeline.seed, number, 21) % timeline.events)
        tables.source.add(
            slug=f"source-{number + 1}",
            status="draft" if random.random() < 0.02 else "published",
            title=f"Report {number + 1}: {words.thing()}",
            publisher_id=random.choice(media),
            language=random.choice(("en", "en", "ko", "ja", "fr")),
            published=edtf(day, random.randrange(1_000)),
            url=f"https://archive.example/report/{number + 1}",
            tier=random.choice(("primary", "secondary", "secondary", "tertiary")),
        )
    return tables.source.last


def _slug(text: str) -> str:
    return text.lower().replace(" ", "-")
