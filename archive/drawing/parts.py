"""Whose act a record of a timeline is, by the lanes that it is in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from archive.drawing.marks import clean
from archive.timeline.fields import TimelinePart


@dataclass(slots=True)
class Part:
    """The names of the lanes that act in a record, and of those that it concerns."""

    acting: list[str] = field(default_factory=list)
    affected: list[str] = field(default_factory=list)

    @property
    def parties(self) -> str:
        """``South Korea → Japan``: who acts, and whom it concerns."""
        return (
            " → ".join(text for text in (", ".join(self.acting), ", ".join(self.affected)) if text)
            if self.acting
            else ""
        )


def parts_of(timeline: Mapping[str, Any]) -> dict[tuple[str, str], Part]:
    """The part of each record of a timeline's JSON, by kind and slug."""
    parts: dict[tuple[str, str], Part] = {}
    for lane in timeline["lanes"]:
        for record in lane["records"]:
            part = parts.setdefault((record["kind"], record["slug"]), Part())
            if record["part"] and lane["name"]:
                names = part.acting if record["part"] == TimelinePart.ACTING else part.affected
                names.append(clean(lane["name"]))
    return parts
