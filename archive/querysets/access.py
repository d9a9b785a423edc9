"""Who may change which record: contributors keep to drafts, who may publish changes all."""

from __future__ import annotations

from typing import Any

from archive.choices import Status

PUBLISH = "archive.publish_records"
#: What who may not publish can set and change.
UNPUBLISHED = (Status.DRAFT, Status.REVIEW)


def may_write(user: Any, record: Any) -> bool:
    """Whether the user may change this record (as it is given), granted the permission for its kind.

    A part without a status is a draft as long as one of the records that it belongs to is: nobody else sees it.
    """
    if user.has_perm(PUBLISH):
        return True
    if hasattr(record, "status"):
        return record.status in UNPUBLISHED
    return any(_follow(record, path) in UNPUBLISHED for path in record.visibility_parents)


def _follow(record: Any, path: str) -> Any:
    """The status at the end of a path of foreign keys; None where one of them is not set."""
    for name in path.split("__"):
        if record is None or getattr(record, f"{name}_id") is None:
            return None
        record = getattr(record, name)
    return record.status
