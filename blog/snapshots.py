"""A guide as plain values at one moment: what is stored now, or what a revision has kept."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Self

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from reversion.models import Revision

from blog.models import BLOCKS, Block, Post

# A version brings back what the guide says. Whether, when and where readers see it stays as it is now.
NOT_BROUGHT_BACK = ["slug", "status", "publish_at", "is_featured"]
KINDS: list[type[models.Model]] = [Post, *BLOCKS]


@dataclass(frozen=True)
class Part:
    """The guide itself, or one of its blocks. `values` are texts by the names of the fields that editors fill in."""

    row: models.Model
    ordering: int
    values: dict[str, str]

    @classmethod
    def of(cls, row: models.Model) -> Self:
        values = {field.name: _text(_value(field, row)) for field in edited_fields(type(row))}
        return cls(row, getattr(row, "ordering", 0), values)

    @property
    def kind(self) -> type[models.Model]:
        return type(self.row)

    @property
    def pk(self) -> int:
        return int(self.row.pk)

    @property
    def name(self) -> str:
        """What an editor knows it by; nothing for a pick whose product is gone."""
        try:
            return str(self.row)
        except ObjectDoesNotExist:
            return ""

    @property
    def key(self) -> tuple[str, int]:
        return str(self.kind._meta.model_name), self.pk


@dataclass(frozen=True)
class Snapshot:
    """The guide and its blocks, in the order in which they are read."""

    post: Part
    blocks: tuple[Part, ...]

    @classmethod
    def of(cls, post: Post) -> Self:
        """What is stored now, hidden picks too."""
        stored = Post.objects.get(pk=post.pk)
        return cls._of(stored, stored.all_blocks())

    @classmethod
    def at(cls, revision: Revision) -> Self | None:
        """What `revision` has kept; None for one that is about something else."""
        rows = rows_of(revision)
        post = next((row for row in rows if isinstance(row, Post)), None)
        return cls._of(post, [row for row in rows if isinstance(row, Block)]) if post else None

    @classmethod
    def _of(cls, post: Post, blocks: list[Any]) -> Self:
        blocks.sort(key=lambda block: (block.ordering, BLOCKS.index(type(block)), block.pk))
        return cls(Part.of(post), tuple(Part.of(block) for block in blocks))

    def with_standing_of(self, post: Post) -> Self:
        """As it would be if it were brought back today: where and whether `post` is seen stays as it is."""
        kept = {name: value for name, value in Part.of(post).values.items() if name in NOT_BROUGHT_BACK}
        return replace(self, post=replace(self.post, values=self.post.values | kept))

    @cached_property
    def fingerprint(self) -> str:
        """The same for the same content, wherever it was read."""
        content = [(part.key, part.values) for part in (self.post, *self.blocks)]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]

    @cached_property
    def by_key(self) -> dict[tuple[str, int], Part]:
        return {block.key: block for block in self.blocks}


def edited_fields(kind: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The fields of a guide or block that an editor fills in; where a block stands is told by the order of blocks."""
    return [
        field
        for field in [*kind._meta.concrete_fields, *kind._meta.many_to_many]
        if field.editable and not field.primary_key and field.name not in {"parent", "region", "ordering"}
    ]


def rows_of(revision: Revision) -> list[models.Model]:
    """The rows of a guide as a revision has kept them: instances, not stored. `kept` has what stands beside a row."""
    versions = revision.version_set.select_related("content_type")
    kinds = [(version.content_type.model_class(), version) for version in versions]
    return [_row(kind, version.field_dict) for kind, version in kinds if kind in KINDS]


def _row(kind: type[models.Model], kept: dict[str, Any]) -> models.Model:
    beside = {field.name: kept.pop(field.name, []) for field in kind._meta.many_to_many}
    row = kind(**kept)
    row.kept = beside  # type: ignore[attr-defined]
    return row


def _value(field: models.Field[Any, Any], row: models.Model) -> Any:
    if not field.many_to_many:
        return field.value_from_object(row)
    kept = getattr(row, "kept", None)
    others = kept[field.name] if kept else getattr(row, field.name).values_list("pk", flat=True)
    return ",".join(str(pk) for pk in sorted(others))


def _text(value: Any) -> str:
    if isinstance(value, datetime):  # revisions keep milliseconds, databases more, and forms neither
        return value.astimezone(UTC).replace(microsecond=0).isoformat()
    return "" if value is None else str(value)
