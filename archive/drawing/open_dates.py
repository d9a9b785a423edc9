"""Records of which only the start or only the end is known, in a timeline's JSON: where they are drawn and counted.

The period of a request has all records that may have happened in it, so that one "until 12 July 2019" is in every
earlier century. A drawing has it on the day that is known only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def without_distant_records(timeline: Mapping[str, Any]) -> dict[str, Any]:
    """The timeline without the records whose only known day is outside of its period, and without lanes of only these.

    The counts are those of the others. Clusters stay as they are.
    """
    left_out: set[tuple[str, str]] = set()
    lanes = []
    for lane in timeline["lanes"]:
        records = [record for record in lane["records"] if _is_near(record["date"], timeline["from"], timeline["to"])]
        left_out |= {(record["kind"], record["slug"]) for record in lane["records"]} - {
            (record["kind"], record["slug"]) for record in records
        }
        count = lane["count"] - len(lane["records"]) + len(records)
        if count:
            lanes.append({**lane, "records": records, "count": count})
    return {**timeline, "lanes": lanes, "count": timeline["count"] - len(left_out)}


def _is_near(when: Mapping[str, Any], first: str, last: str) -> bool:
    # Years have four digits, so that the texts of days have their order.
    return bool((when["earliest"] and when["latest"]) or first <= (when["earliest"] or when["latest"]) <= last)
