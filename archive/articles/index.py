"""The name index of the records that a user sees."""

from __future__ import annotations

import re

from django.utils.translation import gettext

from archive.articles.names import NameIndex, Target
from archive.choices import BodyKind
from archive.models import Body, Measure, Name, Office, Official
from archive.visibility import Viewer

_OF_STATE = re.compile(r" of (?:the )?([\w .'-]+)$")


def build_index(user: Viewer, text: str) -> NameIndex:
    """The names of visible officials, bodies, offices and measures that may be in the text: six SQL statements."""
    index = NameIndex(text)
    officials, bodies, states = _officials(index, user), _bodies(index, user), set()
    for key, code in Body.objects.visible_to(user).filter(kind=BodyKind.STATE).values_list("pk", "iso3166"):
        index.add_state(code, bodies[key])
        states.add(bodies[key].name)
    _short_names(index, bodies, states)
    for name, official, body in Name.objects.visible_to(user).values_list("text", "official", "body"):
        if target := officials.get(official) if official else bodies.get(body):
            index.add(name, target)
    for key, slug, name in Office.objects.visible_to(user).values_list("pk", "slug", "name"):
        index.add(name, Target("office", key, slug, name))
    for key, slug, name in Measure.objects.visible_to(user).values_list("pk", "slug", "name"):
        index.add(name, Target("measure", key, slug, name))
    return index


def _officials(index: NameIndex, user: Viewer) -> dict[int, Target]:
    targets = {}
    for key, slug, name, sort_name in Official.objects.visible_to(user).values_list("pk", "slug", "name", "sort_name"):
        targets[key] = Target("official", key, slug, name)
        index.add_official(name, sort_name, targets[key])
    return targets


def _bodies(index: NameIndex, user: Viewer) -> dict[int, Target]:
    targets = {}
    rows = Body.objects.visible_to(user).values_list("pk", "slug", "name", "abbreviation")
    for key, slug, name, abbreviation in rows:
        targets[key] = Target("body", key, slug, name)
        index.add(name, targets[key])
        if abbreviation:
            index.add(abbreviation, targets[key])
    return targets


def _short_names(index: NameIndex, bodies: dict[int, Target], states: set[str]) -> None:
    """The names of a state's organs without the state: "Ministry of Foreign Affairs"."""
    for target in bodies.values():
        match = _OF_STATE.search(target.name)
        if match and match[1] in states:
            index.add(
                target.name[: match.start()],
                target,
                gettext("a name of {name} without the state").format(name=target.name),
            )
