"""The contents of all records and parts, to compare the archive with itself at another moment."""

from __future__ import annotations

from typing import Any

from archive.revisions.state import live_node, tracked_models


def contents() -> dict[tuple[str, int], dict[str, Any]]:
    """Columns and links of every row, by model and id; without versions and times."""
    nodes = [live_node(row) for model in tracked_models() for row in model._base_manager.all()]
    return {(node.model._meta.model_name, node.pk): {**node.values, **node.links} for node in nodes}
