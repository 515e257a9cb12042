"""What changed between two states of a guide, told so that an editor can read it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from difflib import SequenceMatcher
from html import unescape
from typing import Any, Literal

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.text import capfirst

from blog.snapshots import Part, Snapshot, edited_fields
from shop.prose import ProseField

MOST_WORDS = 2000  # of a passage that is compared word by word; comparing takes the square of it
LEAST_KEPT = 0.35  # of the words of a passage, for the rest to be told word by word
WORDS_AROUND = 12  # of what stayed the same, so that one sees where the change is

Kind = Literal["same", "added", "removed"]


@dataclass(frozen=True)
class Passage:
    kind: Kind
    text: str


@dataclass(frozen=True)
class FieldChange:
    label: str
    passages: list[Passage]


@dataclass(frozen=True)
class Change:
    """What happened to the guide's own fields or to one block. `where` names it: “Product pick: Silicone Scar Gel”."""

    what: Literal["added", "removed", "changed", "moved"]
    where: str
    fields: list[FieldChange] = field(default_factory=list)


def differences(before: Snapshot, after: Snapshot) -> list[Change]:
    """Every change from `before` to `after`: the guide's own fields first, then its blocks as they are read."""
    changes = [Change("changed", "The guide itself", fields)] if (fields := _fields(before.post, after.post)) else []
    changes += [
        Change("removed", _where(block), _fields(block, None))
        for block in before.blocks
        if block.key not in after.by_key
    ]
    moved = _moved(before, after)
    for block in after.blocks:
        old = before.by_key.get(block.key)
        fields = _fields(old, block)
        if old is None:
            changes.append(Change("added", _where(block), fields))
        elif fields:
            changes.append(Change("changed", _where(block), fields))
        elif block.key in moved:
            changes.append(Change("moved", _where(block)))
    return changes


def readable(model_field: models.Field[Any, Any], value: str) -> str:
    """A stored value as an editor reads it: text without tags, names for numbers, local times."""
    if isinstance(model_field, ProseField):
        return _without_tags(value)
    if not value:
        return ""
    if isinstance(model_field, models.ForeignKey):
        row = model_field.related_model._default_manager.filter(pk=value).first()
        return str(row) if row else "One that is gone"
    if isinstance(model_field, models.ManyToManyField):
        rows = model_field.related_model._default_manager.filter(pk__in=value.split(","))
        return ", ".join(str(row) for row in rows)
    if isinstance(model_field, models.DateTimeField):
        return date_format(timezone.localtime(datetime.fromisoformat(value)), "DATETIME_FORMAT")
    if isinstance(model_field, models.BooleanField):
        return "Yes" if value == "True" else "No"
    return str(dict(model_field.flatchoices).get(value, value))


def _where(block: Part) -> str:
    name = " ".join(block.name.split())
    return f"{capfirst(block.kind._meta.verbose_name)}: {name[:80]}" if name else str(block.kind._meta.verbose_name)


def _moved(before: Snapshot, after: Snapshot) -> set[tuple[str, int]]:
    """The blocks in both that no longer stand in the same order among each other."""
    old = [block.key for block in before.blocks if block.key in after.by_key]
    new = [block.key for block in after.blocks if block.key in before.by_key]
    kept = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return {*new} - {key for match in kept for key in new[match.b : match.b + match.size]}


def _fields(before: Part | None, after: Part | None) -> list[FieldChange]:
    either = after or before
    changes = []
    for model_field in edited_fields(either.kind) if either else []:
        old, new = (part.values.get(model_field.name, "") if part else "" for part in (before, after))
        if old != new:
            label = capfirst(str(model_field.verbose_name))
            passages = compare(readable(model_field, old), readable(model_field, new))
            changes.append(FieldChange(label, passages or [Passage("same", "Only how it is set has changed.")]))
    return changes


def compare(before: str, after: str) -> list[Passage]:
    """The passages that make `before` into `after`, with a few words around each; empty for the same text."""
    if before == after:
        return []
    passages: list[Passage] = []
    for kind, old, new in _steps(re.split(r"(?<=\n)", before), re.split(r"(?<=\n)", after)):
        if kind == "equal":
            passages.append(Passage("same", old))
        else:
            passages += _by_word(old, new)
    return list(_shortened(passages))


def _by_word(before: str, after: str) -> Iterator[Passage]:
    old, new = (re.findall(r"\s*\S+|\s+$", text) for text in (before, after))
    if max(len(old), len(new)) > MOST_WORDS or _is_rewritten(old, new):
        steps: Any = [("replace", before, after)]
    else:
        steps = _steps(old, new)
    for kind, removed, added in steps:
        if kind == "equal":
            yield Passage("same", added)
            continue
        if removed:
            yield Passage("removed", removed)
        if added:
            yield Passage("added", added)


def _is_rewritten(old: list[str], new: list[str]) -> bool:
    """Whether so little stayed that one reads the old and the new more easily one after the other."""
    return SequenceMatcher(None, old, new, autojunk=False).ratio() < LEAST_KEPT


def _steps(old: list[str], new: list[str]) -> Iterator[tuple[str, str, str]]:
    matcher = SequenceMatcher(None, old, new, autojunk=max(len(old), len(new)) > MOST_WORDS)
    for kind, from_old, to_old, from_new, to_new in matcher.get_opcodes():
        yield kind, "".join(old[from_old:to_old]), "".join(new[from_new:to_new])


def _shortened(passages: list[Passage]) -> Iterator[Passage]:
    for number, passage in enumerate(passages):
        words = re.findall(r"\s*\S+", passage.text)
        if passage.kind != "same" or len(words) <= 2 * WORDS_AROUND + 1:
            yield passage
            continue
        begin = words[:WORDS_AROUND] if number else []
        end = words[-WORDS_AROUND:] if number < len(passages) - 1 else []
        yield Passage("same", "".join([*begin, " … ", *end]))


def _without_tags(html: str) -> str:
    html = re.sub(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', r"\2 (\1)", html, flags=re.DOTALL)
    html = re.sub(r"<li>", "• ", html)
    html = re.sub(r"</(p|h2|h3|li|tr|blockquote)>|<br ?/?>|<hr ?/?>", "\n", html)
    html = re.sub(r"</t[dh]>", "  ", html)
    return re.sub(r"\n{2,}", "\n", unescape(strip_tags(html))).strip()
