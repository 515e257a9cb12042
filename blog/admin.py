"""Where editors write. The help texts that explain a field stand with the field, in models.py."""

from typing import Any

from content_editor.admin import ContentEditor, ContentEditorInline
from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from blog.models import Author, Figure, KeyFact, Post, ProductPick, Question, RichText, Source
from blog.pictures import PictureField

# Sentences want wide, low fields; the admin's own are narrow lines and tall boxes.
FIELDS = {
    models.CharField: {"widget": AdminTextInputWidget(attrs={"class": "vLargeTextField"})},
    models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})},
    models.URLField: {"assume_scheme": "https"},
    models.ImageField: {"form_class": PictureField},
}


class BlockInline(ContentEditorInline):
    """A block is part of its guide: who may change the guide may add, change and remove its blocks."""

    formfield_overrides = FIELDS

    def has_view_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return request.user.has_perm("blog.view_post") or self._may_edit(request)

    def has_add_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return self._may_edit(request)

    def has_change_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return self._may_edit(request)

    def has_delete_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return self._may_edit(request)

    def _may_edit(self, request: HttpRequest) -> bool:
        return request.user.has_perm("blog.change_post") or request.user.has_perm("blog.add_post")


class PostForm(forms.ModelForm[Post]):
    class Meta:
        model = Post
        fields = "__all__"  # noqa: DJ007  (the admin's fieldsets choose)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
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
        return cleaned


@admin.register(Post)
class PostAdmin(ContentEditor):
    form = PostForm
    formfield_overrides = FIELDS
    list_display = ["title", "status", "publish_at", "updated_at", "author"]
    list_filter = ["status", "author", "publish_at"]
    list_select_related = ["author"]
    search_fields = ["title", "summary", "slug"]
    date_hierarchy = "publish_at"
    prepopulated_fields = {"slug": ["title"]}
    actions = ["publish_now", "take_back"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "summary", "author"]}),
        ("Picture", {"fields": ["hero", "hero_alt"]}),
        ("When readers see it", {"fields": ["status", "publish_at", "is_featured"]}),
    ]
    inlines = [
        BlockInline.create(RichText, icon="notes"),
        BlockInline.create(ProductPick, icon="shopping_bag", autocomplete_fields=["product"]),
        BlockInline.create(Figure, icon="image"),
        BlockInline.create(KeyFact, icon="checklist"),
        BlockInline.create(Question, icon="help"),
        BlockInline.create(Source, icon="link"),
    ]

    def view_on_site(self, post: Post) -> str:
        """The page itself, drafts too, on the host that the editor is on."""
        return post.get_absolute_url()

    def save_related(self, request: HttpRequest, form: PostForm, formsets: list[Any], change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.has_changed() or any(formset.has_changed() for formset in formsets):
            form.instance.record_edit()

    @admin.action(description="Publish now", permissions=["change"])
    def publish_now(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        self.message_user(request, f"Published: {Post.objects.filter(pk__in=queryset).publish_now()}.")

    @admin.action(description="Take back to draft", permissions=["change"])
    def take_back(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        self.message_user(request, f"Drafts again: {Post.objects.filter(pk__in=queryset).take_back()}.")


@admin.register(Author)
class AuthorAdmin(admin.ModelAdmin[Author]):
    list_display = ["name", "slug"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
