"""Makes the plan of a restore: losses, parts that get another number, and links that are set again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext

from archive.revisions.merged_links import follow_merges
from archive.revisions.names import Names
from archive.revisions.plan import Loss, Plan, Relink, restored_values
from archive.revisions.state import Key, Node, Tree, foreign_keys, links_to, position_field, unset_with
from archive.revisions.version import Version
from archive.terms import field_label, record_type


def make_plan(version: Version) -> Plan:
    names = Names()
    target = version.tree() if version.stored is not None else version.deleted_tree()
    plan = Plan(version, names, target, version.stored_tree())
    merges = follow_merges(target)
    names.fetch(
        {key for _, _, *keys in merges for key in keys} | referenced_keys(plan.target) | referenced_keys(plan.stored)
    )
    for node, name, merged, into in merges:
        where = plan.label(node, name) if node.via is None else f"{plan.part_name(node)}, {plan.label(node, name)}"
        text = gettext("{where}: {record} was merged since; it is {target} now.")
        plan.notes.append(text.format(where=where, record=names[merged], target=names[into]))
    _Planner(plan).run()
    return plan


def referenced_keys(tree: Tree) -> set[Key]:
    """The rows of a tree and all rows that they refer to."""
    keys: set[Key] = set(tree)
    for node in tree.values():
        keys |= keys_in(node, [*(key.attname for key in foreign_keys(node.model)), *node.links])
    return keys


def keys_in(node: Node, names: Iterable[str]) -> set[Key]:
    """The rows to which these columns (attnames) and links of a row refer."""
    keys: set[Key] = set()
    names = frozenset(names)
    for key in foreign_keys(node.model):
        if key.attname in names and node.values[key.attname] is not None:
            keys.add((key.related_model, node.values[key.attname]))
    for many in node.model._meta.many_to_many:
        if many.name in names:
            keys |= {(many.related_model, pk) for pk in node.links.get(many.name, ())}
    return keys


class _Planner:
    """Removes what cannot be restored from a plan's target, and records losses, notes and refusals."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.names, self.target = plan, plan.names, plan.target

    def run(self) -> None:
        for key, node in list(self.target.items()):
            if node.via is None:
                self._check_root(node)
            elif node.parent in self.target:
                self._check_part(key, node)
            else:
                del self.target[key]
        for node in self.target.values():
            self._remove_dangling_links(node)
            self._resolve_conflicts(node)
        if self.plan.is_recovery:
            self._find_relinks()
            if not self.plan.refusals:
                self._validate_root()

    def _will_exist(self, key: Key) -> bool:
        return key in self.target or self.names.is_stored(key)

    def _dangling_keys(self, node: Node) -> list[models.ForeignKey[Any, Any]]:
        """The foreign keys of a row whose target is deleted."""
        keys = [key for key in foreign_keys(node.model) if node.values[key.attname] is not None]
        return [key for key in keys if not self._will_exist((key.related_model, node.values[key.attname]))]

    def _add_loss(self, node: Node, name: str, reason: str) -> None:
        part = "" if node.via is None else self.plan.part_name(node)
        self.plan.losses.append(Loss(part, self.plan.label(node, name), self.plan.text(node, name), reason))

    def _check_root(self, node: Node) -> None:
        stored = self.plan.stored.get(node.key)
        for key in self._dangling_keys(node):
            if stored is not None:
                self._keep_stored_value(node, stored, key)
            elif key.null and not self._is_subject(node, key):
                self._add_loss(node, key.attname, gettext("is gone; comes back empty."))
                node.values[key.attname] = None
            else:
                name = self.plan.text(node, key.attname)
                text = gettext(
                    "{field}: '{name}' is gone, and it can't be without. Bring that back first, from the deleted "
                    "records."
                )
                self.plan.refusals.append(text.format(field=self.plan.label(node, key.attname), name=name))
        if stored is None and "slug" in node.values and not self._is_part(node):
            self._check_slug(node)

    def _keep_stored_value(self, node: Node, stored: Node, key: models.ForeignKey[Any, Any]) -> None:
        now = self.plan.text(stored, key.attname) or gettext("empty")
        text = gettext("is gone; the field stays as it is now: {value}.")
        self._add_loss(node, key.attname, text.format(value=now))
        node.values[key.attname] = stored.values[key.attname]

    def _validate_root(self) -> None:
        """Validate the record without the values that are lost."""
        root = next(iter(self.target.values()))
        row = root.model(pk=root.pk)
        for name, value in restored_values(root).items():
            setattr(row, name, value)
        row.set_derived_fields()
        try:
            row.full_clean()
        except ValidationError as error:
            self.plan.refusals += error.messages

    def _check_slug(self, node: Node) -> None:
        slug = node.values["slug"]
        holder = node.model._base_manager.filter(slug=slug).first()
        if holder is not None:
            text = gettext(
                "The slug '{slug}' was taken meanwhile by '{name}' (number {number}), and a slug never changes. If "
                "that is the same thing entered again, keep it, or delete it first."
            )
            self.plan.refusals.append(text.format(slug=slug, name=self.names.text(holder), number=holder.pk))

    @staticmethod
    def _is_part(node: Node) -> bool:
        return "status" not in node.values

    @staticmethod
    def _is_subject(node: Node, key: models.ForeignKey[Any, Any]) -> bool:
        """Whether a part is deleted together with the target of the key."""
        return _Planner._is_part(node) and key.remote_field.on_delete is not models.SET_NULL

    def _check_part(self, key: Key, node: Node) -> None:
        row = self.names.row(key) if self.names.is_stored(key) else None
        if row is not None and key not in self.plan.stored:
            reason = gettext("belongs to another record now, and stays there.")
            self.plan.losses.append(Loss(self.plan.kind(node), "", self.names.of_node(node), reason))
            del self.target[key]
            return
        stored = self.plan.stored.get(key)
        for gone in self._dangling_keys(node):
            if stored is not None:
                self._keep_stored_value(node, stored, gone)
            elif gone.remote_field.on_delete is models.SET_NULL:
                self._add_loss(node, gone.attname, gettext("is gone; the part comes back without it."))
                node.values[gone.attname] = None
            else:
                self._add_loss(node, gone.attname, gettext("is gone; the part does not come back."))
                self.target.pop(key, None)

    def _remove_dangling_links(self, node: Node) -> None:
        for many in node.model._meta.many_to_many:
            ends = node.links.get(many.name, [])
            gone = [end for end in ends if not self._will_exist((many.related_model, end))]
            for end in gone:
                part = "" if node.via is None else self.plan.part_name(node)
                name, label = self.names[many.related_model, end], field_label(many.verbose_name)
                self.plan.losses.append(Loss(part, label, name, gettext("is gone; the link does not come back.")))
            node.links[many.name] = [end for end in ends if end not in gone]
        if not node.has_links and node.model._meta.many_to_many:
            names = ", ".join(field_label(many.verbose_name) for many in node.model._meta.many_to_many)
            text = gettext(
                "{part}: it was deleted before links were stored with a deletion; it comes back without {fields}."
            )
            self.plan.notes.append(text.format(part=self.plan.part_name(node), fields=names))

    def _resolve_conflicts(self, node: Node) -> None:
        """A part whose number or slug is taken by another that stays gets the last number, or a new slug."""
        if node.key in self.plan.stored or not self._is_part(node):
            return
        position = position_field(node.model)
        if position is not None and node.values[position] in self._taken_numbers(node, position):
            number, node.values[position] = node.values[position], self._next_number(node, position)
            text = gettext("{part}: number {number} is taken now; it comes last, as {last}.")
            self.plan.notes.append(
                text.format(part=self.plan.part_name(node), number=number, last=node.values[position])
            )
        if "slug" in node.values:
            same = node.model._base_manager.filter(slug=node.values["slug"])
            planned = {
                other.values["slug"]
                for other in self.target.values()
                if other.model is node.model and other is not node
            }
            if node.values["slug"] in planned or same.exclude(pk__in=self._stored_ids(node.model)).exists():
                text = gettext("The slug '{slug}' is taken now: it gets another.")
                self.plan.notes.append(text.format(slug=node.values["slug"]))
                node.values["slug"] = ""

    def _taken_numbers(self, node: Node, position: str) -> set[int]:
        """The positions of a part's siblings after the restore: those in the plan, and stored rows outside it."""
        [constraint] = [
            constraint for constraint in node.model._meta.constraints
            if isinstance(constraint, models.UniqueConstraint) and position in constraint.fields
        ]  # fmt: skip
        names = [node.model._meta.get_field(name).attname for name in constraint.fields if name != position]
        within = {name: node.values[name] for name in names}
        planned = {
            other.values[position]
            for other in self.target.values()
            if other.model is node.model and other is not node and within.items() <= other.values.items()
        }
        rows = node.model._base_manager.filter(**within).exclude(pk__in=self._stored_ids(node.model))
        return planned | set(rows.values_list(position, flat=True))

    def _stored_ids(self, model: type[models.Model]) -> list[int]:
        """The parts that the record has now: those that stay are in the plan's target, too."""
        return [key[1] for key in self.plan.stored if key[0] is model]

    def _next_number(self, node: Node, position: str) -> int:
        return int(max(self._taken_numbers(node, position))) + 1

    def _find_relinks(self) -> None:
        """Links from records that still exist, by their last revision before the deletion."""
        deletion = self.plan.version.deletion
        if deletion is None:
            return
        for key in self.target:
            for relation in unset_with(key[0]):
                self._relink_key(key, relation, deletion.history_date)
            for many in links_to(key[0]):
                self._relink_many(key, many, deletion.history_date)

    def _relink_key(self, key: Key, relation: Any, moment: datetime) -> None:
        history = relation.model.history
        for pk in set(history.filter(**{relation.attname: key[1]}).values_list("id", flat=True)):
            last = history.filter(id=pk, history_date__lt=moment).order_by("history_id").last()
            row = relation.model._base_manager.filter(pk=pk).first()
            if last is None or getattr(last, relation.attname) != key[1] or row is None:
                continue
            if (relation.model, pk) in self.target:
                continue
            now = getattr(row, relation.attname)
            if now is None:
                self.plan.relinks.append(Relink(row, relation, key))
            elif now != key[1]:
                text = gettext("was replaced by '{name}', which stays.")
                self.plan.losses.append(Loss(
                    f"{record_type(relation.model._meta.verbose_name)} {self.names.text(row)}",
                    field_label(relation.verbose_name), self.names[key],
                    text.format(name=self.names[relation.related_model, now]),
                ))  # fmt: skip

    def _relink_many(self, key: Key, many: Any, moment: datetime) -> None:
        history = many.model.history
        linked = getattr(history.model, many.name).model
        source = linked._meta.get_field(many.m2m_field_name()).attname
        target = linked._meta.get_field(many.m2m_reverse_field_name()).attname
        rows = linked._base_manager.filter(**{target: key[1]})
        for pk in set(rows.values_list(source, flat=True)):
            last = history.filter(id=pk, history_date__lt=moment).order_by("history_id").last()
            row = many.model._base_manager.filter(pk=pk).first()
            if row is None or last is None or not rows.filter(history_id=last.history_id).exists():
                continue
            if (many.model, pk) not in self.target and not getattr(row, many.name).filter(pk=key[1]).exists():
                self.plan.relinks.append(Relink(row, many, key))
