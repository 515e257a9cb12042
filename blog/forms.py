"""The form of a guide: what an editor may type, and what he reads when it cannot be taken."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.utils import timezone

from blog.care.findings import Finding
from blog.merging import Merger
from blog.models import Post

FROM_BROWSER = "_again"
PUBLISH_NOW = "_publish"
TAKE_BACK = "_take_back"


@dataclass(frozen=True)
class Standing:
    """Why a form comes back although nothing in it is wrong: its editor has something to read before it is stored."""

    merger: Merger | None = None
    too_late: bool = False
    from_browser: bool = False
    stopped_by: list[Finding] = field(default_factory=list)

    @property
    def holds_back(self) -> bool:
        return bool(self.merger or self.too_late or self.from_browser or self.stopped_by)


class PublishingTimeField(forms.SplitDateTimeField):
    """A day and a time on the shop's clocks, also in the two nights in which they are put forward and back."""

    widget = AdminSplitDateTime
    stored: datetime | None = None

    def compress(self, data_list: Any) -> datetime | None:
        """An aware datetime. One that is stored already stays, also where the clocks show it twice."""
        if not data_list or any(value in self.empty_values for value in data_list):
            return super().compress(data_list)
        typed = datetime.combine(*data_list)
        if self.stored and typed == timezone.make_naive(self.stored).replace(microsecond=0):
            return self.stored
        try:
            moment: datetime | None = super().compress(data_list)
        except ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise
            raise ValidationError(_about_the_clocks(typed), code=error.code) from error
        return moment


def _about_the_clocks(typed: datetime) -> str:
    """In the night of the change a time is missing or comes twice; what the clocks show an hour later comes once."""
    there_and_back = timezone.make_naive(timezone.make_aware(typed).astimezone(UTC))
    what = "comes twice: the clocks go back" if there_and_back == typed else "does not come: the clocks go forward"
    return f"{typed:%H:%M} {what} that night. Choose {typed + timedelta(hours=1):%H:%M}, or another time."


class PostForm(forms.ModelForm[Post]):
    standing = Standing()

    class Meta:
        model = Post
        fields = "__all__"  # noqa: DJ007  (the admin's fieldsets choose)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
        if isinstance(publish_at := self.fields.get("publish_at"), PublishingTimeField):
            publish_at.stored = self.instance.publish_at

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        other = Post.objects.filter(slug=slug).exclude(pk=self.instance.pk).first()
        if other:
            free = Post.objects.free_slug(slug)
            raise ValidationError(f"This address already exists: the guide “{other}” has it. “{free}” is free.")
        return slug

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("slug") and "slug" not in self.errors:
            cleaned["slug"] = self.instance.slug or Post.objects.free_slug(cleaned.get("title", ""))
        if "status" in self.fields:
            self._obey_buttons(cleaned)
            self._look_at_the_clock(cleaned)
        if self.standing.holds_back:
            raise ValidationError("Nothing is saved yet.", code="held_back")
        return cleaned

    def _obey_buttons(self, cleaned: dict[str, Any]) -> None:
        """A button says more than the field: it was pressed last."""
        if PUBLISH_NOW in self.data and "publish_at" not in self.errors:
            cleaned["status"] = Post.Status.PUBLISHED
            cleaned["publish_at"] = min(cleaned.get("publish_at") or timezone.now(), timezone.now())
        elif TAKE_BACK in self.data:
            cleaned["status"] = Post.Status.DRAFT

    def _look_at_the_clock(self, cleaned: dict[str, Any]) -> None:
        publish_at = cleaned.get("publish_at")
        scheduled = cleaned.get("status") == Post.Status.SCHEDULED
        # A scheduled guide that has come out since stays as it is; what counts is what the editor changes now.
        if (
            scheduled
            and publish_at
            and publish_at <= timezone.now()
            and {"status", "publish_at"} & {*self.changed_data}
        ):
            self.add_error("publish_at", "This time has passed. Choose a later one, or the status Published.")
