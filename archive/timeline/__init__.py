"""The timeline: events, statements and measures of a period, each record by itself or in clusters, by one SQL query."""

from __future__ import annotations

from archive.timeline.fields import TIMELINE, complete_selection
from archive.timeline.node import TimelineNode
from archive.timeline.params import TimelineParams

__all__ = ["TIMELINE", "TimelineNode", "TimelineParams", "complete_selection"]
