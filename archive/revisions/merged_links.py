"""Links of earlier states to records that were merged since: they lead to the record that theirs was merged into."""

from __future__ import annotations

from archive.models.merged_record import merge_targets
from archive.revisions.state import Key, Node, Tree, foreign_keys


def follow_merges(tree: Tree) -> list[tuple[Node, str, Key, Key]]:
    """Replace ids of merged records in a tree; returns the row, the column or link, and both records of each."""
    links = [(node, name, key) for node in tree.values() for name, key in _links(node) if key not in tree]
    targets = merge_targets(key for _, _, key in links)
    replaced = []
    for node, name, key in links:
        if (target := targets.get(key)) is None:
            continue
        if name in node.links:
            node.links[name] = sorted({*node.links[name], target} - {key[1]})
        else:
            node.values[name] = target
        replaced.append((node, name, key, (key[0], target)))
    return replaced


def _links(node: Node) -> list[tuple[str, Key]]:
    """The columns (by attname) and many-to-many links of a row, each with the row that it leads to."""
    keys = foreign_keys(node.model)
    links: list[tuple[str, Key]] = [
        (key.attname, (key.related_model, pk)) for key in keys if (pk := node.values[key.attname]) is not None
    ]
    for many in node.model._meta.many_to_many:
        links += [(many.name, (many.related_model, pk)) for pk in node.links.get(many.name, ())]
    return links
