"""Two editors on one guide: what the first has saved is taken into the form of the second, who loses no word.

Where only one of them wrote, his words stand. Where both did, the words of the one who is saving stand in his form,
and he is shown those of the other. Nothing is stored before he has seen that and saved again.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.text import capfirst
from reversion.models import Revision

from blog.differences import Change, differences
from blog.history import seen_as
from blog.models import BLOCKS, Post
from blog.snapshots import Part, Snapshot, edited_fields

SEEN = "seen"
"""The name under which a form sends the fingerprint of what its editor saw when he began."""


@dataclass(frozen=True)
class Merger:
    """What was saved while somebody was writing, and his form with that taken in.

    `both` names the fields in which both wrote. `saved` holds the revisions since, the newest first.
    """

    changes: list[Change]
    saved: list[Revision]
    both: list[str]
    data: QueryDict
    files: "MultiValueDict[str, Any]"


def merge(*, post: Post, data: QueryDict, files: "MultiValueDict[str, Any]") -> Merger | None:
    """The form with what was saved since its editor opened it; None where nothing was."""
    seen, now = data.get(SEEN), Snapshot.of(post)
    if not seen or seen == now.fingerprint:
        return None
    base, saved = seen_as(post, seen)
    data, files = data.copy(), files.copy()
    data[SEEN] = now.fingerprint
    both: list[str] = []
    if base:  # or else more than anybody keeps has happened since: the words in the form stand
        own = _Row.of(data, files, "")
        both += own.take_in(base.post, now.post)
        for name in ("is_featured", "topics"):  # what is not ticked is not sent
            data.pop(name, None)
        own.write(data, files, "")
    for kind in BLOCKS:
        both += _merge_blocks(kind, base.by_key if base else {}, now, post, data, files)
    return Merger(differences(base, now) if base else [], saved, both, data, files)


def _merge_blocks(
    kind: type[models.Model],
    base: dict[tuple[str, int], Part],
    now: Snapshot,
    post: Post,
    data: QueryDict,
    files: "MultiValueDict[str, Any]",
) -> list[str]:
    name = str(kind._meta.model_name)
    rows = list(_rows(data, files, f"{name}_set"))
    if not _is_whole(rows, data, f"{name}_set"):  # the formset says what is wrong with it
        return []
    both: list[str] = []
    stored, new = [], [row for row in rows if not row.pk]
    for row in rows:
        if not row.pk:
            continue
        before, after = base.get((name, row.pk)), now.by_key.get((name, row.pk))
        if after:
            both += row.take_in(before, after) if before else []
            stored.append(row)
        elif not row.is_deleted and not (before and row.is_as(before)):
            row.forget_pk()
            new.append(row)
            both.append(f"{capfirst(kind._meta.verbose_name)}, deleted meanwhile: {before.name if before else ''}")
    known = {row.pk for row in rows}
    added = [part for part in now.blocks if part.kind is kind and part.pk not in known and part.key not in base]
    stored += [_Row.holding(part, post) for part in added]
    _write_rows([*stored, *new], len(stored), data, files, f"{name}_set")
    return both


@dataclass
class _Row:
    """What a form holds of the guide itself or of one block: texts and files by the names of its controls."""

    texts: dict[str, list[Any]] = field(default_factory=dict)
    files: dict[str, list[Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, data: QueryDict, files: "MultiValueDict[str, Any]", prefix: str) -> "_Row":
        texts = {key.removeprefix(prefix): data.getlist(key) for key in data if key.startswith(prefix)}
        pictures = {key.removeprefix(prefix): files.getlist(key) for key in files if key.startswith(prefix)}
        return cls(texts, pictures)

    @classmethod
    def holding(cls, part: Part, post: Post) -> "_Row":
        row = cls(
            {"id": [str(part.pk)], "parent": [str(post.pk)], "region": ["main"], "ordering": [str(part.ordering)]}
        )
        for each in edited_fields(part.kind):
            row._put(_as_sent(each, part.values[each.name]))
        return row

    @property
    def pk(self) -> int:
        sent = str(self.texts.get("id", [""])[-1])
        return int(sent) if sent.isdecimal() and len(sent) < 19 else 0

    @property
    def is_deleted(self) -> bool:
        return "DELETE" in self.texts

    def forget_pk(self) -> None:
        self.texts["id"] = [""]

    def is_as(self, part: Part) -> bool:
        """Whether its editor left it as it was."""
        fields = edited_fields(part.kind)
        return not self.files and all(self._holds(_as_sent(each, part.values[each.name])) for each in fields)

    def take_in(self, before: Part, after: Part) -> list[str]:
        """Take over what only the other one changed. Gives the names of the fields that both changed."""
        both = []
        for each in edited_fields(after.kind):
            was, became = before.values[each.name], after.values[each.name]
            if was == became or not self._shows(each):
                continue
            sent = _as_sent(each, became)
            if self._holds(_as_sent(each, was)) and each.name not in self.files:
                self._put(sent)
            elif not self._holds(sent) or each.name in self.files:
                what = "" if after.kind is Post else f"{capfirst(after.kind._meta.verbose_name)} “{after.name[:60]}”: "
                both.append(f"{what}{each.verbose_name}")
        return both

    def write(self, data: QueryDict, files: "MultiValueDict[str, Any]", prefix: str) -> None:
        for key, values in self.texts.items():
            data.setlist(f"{prefix}{key}", values)
        for key, uploads in self.files.items():
            files.setlist(f"{prefix}{key}", uploads)

    def _shows(self, each: models.Field[Any, Any]) -> bool:
        """Whether the form has the field at all. What is not ticked or chosen sends nothing."""
        return isinstance(each, models.BooleanField | models.FileField | models.ManyToManyField) or any(
            name in self.texts for name in _as_sent(each, "")
        )

    def _holds(self, sent: dict[str, list[str]]) -> bool:
        return all(_alike(self.texts.get(name, []), texts) for name, texts in sent.items())

    def _put(self, sent: dict[str, list[str]]) -> None:
        for name, texts in sent.items():
            self.texts.pop(name, None)
            if texts:
                self.texts[name] = texts


def _as_sent(each: models.Field[Any, Any], value: str) -> dict[str, list[str]]:
    """The controls of a field, and what each sends for that value; some send nothing."""
    if isinstance(each, models.FileField):  # a picture that stays is not sent; to clear it is a choice of one's own
        return {f"{each.name}-clear": []}
    if isinstance(each, models.BooleanField):
        return {each.name: ["on"] if value == "True" else []}
    if isinstance(each, models.ManyToManyField):
        return {each.name: value.split(",") if value else []}
    if isinstance(each, models.DateTimeField):
        moment = timezone.localtime(datetime.fromisoformat(value)) if value else None
        day, time = (f"{moment:%Y-%m-%d}", f"{moment:%H:%M:%S}") if moment else ("", "")
        return {f"{each.name}_0": [day], f"{each.name}_1": [time]}
    return {each.name: [value]}


def _alike(sent: list[Any], texts: list[str]) -> bool:
    """Forms send lines in their own way, and nothing where nothing stands."""
    return sorted(text.replace("\r\n", "\n") for text in sent if text) == sorted(
        text.replace("\r\n", "\n") for text in texts if text
    )


def _rows(data: QueryDict, files: "MultiValueDict[str, Any]", prefix: str) -> Iterator[_Row]:
    found = (re.match(rf"{prefix}-(\d{{1,4}})-", key) for key in [*data, *files])
    for number in sorted({int(match[1]) for match in found if match}):
        yield _Row.of(data, files, f"{prefix}-{number}-")


def _is_whole(rows: list[_Row], data: QueryDict, prefix: str) -> bool:
    return data.get(f"{prefix}-TOTAL_FORMS") == str(len(rows))


def _write_rows(
    rows: list[_Row], initial: int, data: QueryDict, files: "MultiValueDict[str, Any]", prefix: str
) -> None:
    for values in (data, files):
        for key in [key for key in values if re.match(rf"{prefix}-\d", key)]:
            del values[key]
    data[f"{prefix}-TOTAL_FORMS"], data[f"{prefix}-INITIAL_FORMS"] = str(len(rows)), str(initial)
    for number, row in enumerate(rows):
        row.write(data, files, f"{prefix}-{number}-")
