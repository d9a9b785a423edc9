"""A dataset of visits, and corrections of its records."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from archive.models import Event
from tests.support.datasets import PEOPLE

TITLE = {"dataset.yaml": "title: Visits\n"}
HEAD = "slug,name,classification,date,place\n"
VISIT = "visit,Visit,visit,1874-12-12,Washington\n"
TALKS = "talks,Talks,meeting,2019,Seoul\n"


def event_files(*rows: str, head: str = HEAD) -> dict[str, str | bytes]:
    return {**TITLE, "events.csv": head + "".join(rows)}


def correct(slug: str, user: Any = None, reason: str = "", model: Any = Event, **values: Any) -> None:
    """Save a record with other values, as a form does."""
    record = model.objects.get(slug=slug)
    for name, value in values.items():
        setattr(record, name, value)
    record._history_user, record._change_reason = user, reason or None
    record.save()


def numbered_path(path: Path, number: int = 2) -> Path:
    """A directory with a number, beside the first."""
    return path.with_name(f"{path.name}-{number}")


def stored_place() -> str:
    return str(Event.objects.get(slug="visit").place)


def today() -> str:
    return timezone.now().date().isoformat()


def run_load(path: Path, *options: str) -> list[str]:
    out = StringIO()
    call_command("load", str(path), *options, stdout=out)
    return out.getvalue().splitlines()


LINKED = "slug,name,classification,date,place,topics\n"
THREE = {"topics.csv": "slug,name\na,A\nb,B\nc,C\n"}


def linked_files(topics: str) -> dict[str, str | bytes]:
    return {**event_files(f"visit,Visit,visit,2019,Seoul,{topics}\n", head=LINKED), **THREE}


PARTS = {
    **TITLE,
    **PEOPLE,
    "events.csv": HEAD + VISIT,
    "participations.csv": "event,official,role\nvisit,kim,actor\nvisit,abe,target\n",
    "sources.csv": "slug,title\nminutes,Minutes\n",
    "citations.csv": "source,event,locator,quotation\nminutes,visit,p. 1,Words\n",
}
