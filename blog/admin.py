"""Where editors write. The help texts that explain a field stand with the field, in models.py.

Its scripts are in static/js/editor/, its page in templates/admin/blog/post/.
"""

import re
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from typing import Any, cast

from content_editor.admin import ContentEditor, ContentEditorInline
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models, transaction
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple, Field
from django.forms.formsets import all_valid
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.views.decorators.http import require_GET, require_POST
from js_asset import Script
from reversion.models import Revision

import blog.care.admin  # noqa: F401  (Django looks for them here)
from blog import cards, history, picker, preview, sharing
from blog.care.checks import check, check_stored
from blog.care.findings import Finding, stopping
from blog.differences import differences
from blog.forms import FROM_BROWSER, PUBLISH_NOW, TAKE_BACK, PostForm, PublishingTimeField, Standing
from blog.merging import SEEN, merge
from blog.models import (
    PUBLISH,
    Author,
    Figure,
    KeyFact,
    Post,
    PostQuerySet,
    ProductPick,
    Question,
    RichText,
    Source,
    Topic,
)
from blog.snapshots import Snapshot
from blog.widgets import FocusPicker, ProductPicker

# Sentences want wide, low fields; the admin's own are narrow lines and tall boxes.
FIELDS = {
    models.CharField: {"widget": AdminTextInputWidget(attrs={"class": "vLargeTextField"})},
    models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})},
    models.URLField: {"assume_scheme": "https"},
    models.DateTimeField: {"form_class": PublishingTimeField},
}
VERSIONS_A_PAGE = 20
MOST_NAMED = 500  # products of one form
SAVED_COOKIE = "saved_draft"  # tells the browser which of the texts it has kept it may forget
KEPT_AS = "_kept_as"  # the name under which a browser has kept it
ONE_DAY = 24 * 3600


class BlockInline(ContentEditorInline):
    """A block is part of its guide: who may change the guide may add, change and remove its blocks."""

    formfield_overrides = FIELDS

    def has_view_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return request.user.has_perm("blog.view_post") or self._may_edit(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return self._may_edit(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return self._may_edit(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return self._may_edit(request, obj)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Field | None:
        if db_field.name in ("product", "substitute"):
            chosen: Field | None = db_field.formfield(widget=ProductPicker)
            return chosen
        field: Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)
        return field

    def _may_edit(self, request: HttpRequest, obj: Post | None) -> bool:
        if obj is None or obj.pk is None:
            return request.user.has_perm("blog.add_post") or request.user.has_perm("blog.change_post")
        return self.admin_site.get_model_admin(Post).has_change_permission(request, obj)


@admin.register(Post)
class PostAdmin(ContentEditor):
    form = PostForm
    formfield_overrides = FIELDS | {models.ManyToManyField: {"widget": CheckboxSelectMultiple}}
    list_display = ["title", "status", "publish_at", "updated_at", "next_review_on", "author"]
    list_filter = ["status", "author", "publish_at"]
    list_select_related = ["author"]
    search_fields = ["title", "summary", "slug"]
    date_hierarchy = "publish_at"
    prepopulated_fields = {"slug": ["title"]}
    actions = ["publish_now", "take_back"]
    change_list_template = "admin/blog/post/change_list.html"
    fieldsets = [
        (None, {"fields": ["title", "slug", "summary", "author", "topics"]}),
        ("Picture", {"fields": ["hero", "hero_focus", "hero_alt"]}),
    ]
    inlines = [
        BlockInline.create(RichText, icon="notes"),
        BlockInline.create(ProductPick, icon="shopping_bag"),
        BlockInline.create(Figure, icon="image"),
        BlockInline.create(KeyFact, icon="checklist"),
        BlockInline.create(Question, icon="help"),
        BlockInline.create(Source, icon="link"),
    ]

    class Media:
        css = {"all": ["css/editor.css"]}
        js = [
            Script(f"js/editor/{name}.js", type="module")
            for name in ("blocks", "checks", "drafts", "pictures", "preview", "product-picker")
        ]

    # Who may what

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PUBLISH)

    def has_change_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        # What came out while a writer was writing comes back to him as he typed it; his form stores nothing.
        return obj is None or obj.is_changeable_by(request.user) or _standing(request).too_late

    def has_delete_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.is_changeable_by(request.user))

    def get_fieldsets(self, request: HttpRequest, obj: Post | None = None) -> Any:
        place = timezone.get_current_timezone_name().rpartition("/")[2].replace("_", " ")
        description = f"Days and times are those of {place}."
        if not self.has_publish_permission(request):
            description = (
                "You write, a publisher puts it in front of readers: when it is done, tell one. From then on only "
                "publishers change it; ask one to make it a draft again if something needs you."
            )
        fields = ["status", "publish_at", "is_featured"]
        review = ("Review", {"fields": ["reviewed_by", "reviewed_on", "next_review_on"]})
        return [*self.fieldsets, review, ("When readers see it", {"fields": fields, "description": description})]

    def get_readonly_fields(self, request: HttpRequest, obj: Post | None = None) -> list[str]:
        return [] if self.has_publish_permission(request) else ["status", "publish_at", "is_featured"]

    # The form

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "hero_focus":
            kwargs["widget"] = FocusPicker
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Post | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"standing": _standing(request)})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Where one author signs everything, nobody has to choose."""
        authors = list(Author.objects.values_list("pk", flat=True)[:2])
        only = {"author": authors[0]} if len(authors) == 1 else {}
        return only | super().get_changeform_initial_data(request)

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponseBase:
        post = self._locked(request, object_id)
        if request.method == "POST":
            # Django makes the form's class from the request alone, so that is where the form finds it.
            request.standing = self._stand(request, post)  # type: ignore[attr-defined]  # an attribute of ours
        context = self._beside(request, post) | (extra_context or {})
        response: HttpResponseBase = super()._changeform_view(request, object_id, form_url, context)
        return response

    def render_change_form(self, request: HttpRequest, context: Any, **kwargs: Any) -> HttpResponse:
        if _standing(request).holds_back and len(context["errors"]) == 1:  # the page says above why it comes back
            context["errors"] = []
        response: HttpResponse = super().render_change_form(request, context, **kwargs)
        return response

    def _locked(self, request: HttpRequest, object_id: str | None) -> Post | None:
        """The stored guide; while a form is being saved, nobody else saves it."""
        if object_id is None or self.get_object(request, unquote(object_id)) is None:
            return None
        posts = Post.objects.select_for_update() if request.method == "POST" else Post.objects.all()
        return posts.filter(pk=unquote(object_id)).first()

    def _stand(self, request: HttpRequest, post: Post | None) -> Standing:
        merger = merge(post=post, data=request.POST, files=request.FILES) if post else None
        if merger:
            # Both are made from the body when they are first asked for; from here on they are what was merged.
            request.POST, request._files = merger.data, merger.files  # type: ignore[assignment, attr-defined]  # as Django sets them
        too_late = post is not None and not post.is_changeable_by(request.user)
        standing = Standing(merger=merger, too_late=too_late, from_browser=FROM_BROWSER in request.POST)
        return standing if standing.holds_back else replace(standing, stopped_by=self._what_stops(request, post))

    def _what_stops(self, request: HttpRequest, post: Post | None) -> list[Finding]:
        """What keeps the guide in the form from coming out. Of one that is out, only what was not wrong before."""
        form, formsets = self._read_form(request, post)
        if not (form.is_valid() and all_valid(formsets)) or form.instance.status == Post.Status.DRAFT:
            return []
        known = {finding.message for finding in check_stored(post)} if post and post.is_public else set()
        found = stopping(check(form.instance, preview.blocks_in(formsets)))
        return [finding for finding in found if finding.message not in known]

    def _read_form(self, request: HttpRequest, post: Post | None) -> tuple[Any, list[Any]]:
        """The form and its blocks as they were sent, on a copy: `post` stays as it is stored."""
        is_change = post is not None
        form = self.get_form(request, post, change=is_change)(request.POST, request.FILES, instance=copy(post))
        formsets, _inlines = self._create_formsets(request, form.instance, change=is_change)
        return form, formsets

    def _beside(self, request: HttpRequest, post: Post | None) -> dict[str, Any]:
        """What the page shows around the form's own fields."""
        standing = _standing(request)
        seen = request.POST.get(SEEN) or (Snapshot.of(post).fingerprint if post else "")
        return {
            "standing": standing,
            "seen": seen,
            "may_publish": self.has_publish_permission(request),
            "stored_status": post.status if post else Post.Status.DRAFT,
            "preview_url": reverse("admin:blog_post_preview", args=[post.pk] if post else []),
            "check_url": reverse("admin:blog_post_check", args=[post.pk] if post else []),
            # Asked for by the template: a form that is stored and left needs none.
            "findings": lambda: standing.stopped_by or (check_stored(post) if post else []),
            "shared_url": request.build_absolute_uri(sharing.path_to(post)) if post else "",
            "shared_until": sharing.ends_at(),
            "has_lost_pictures": bool(request.FILES),
        }

    # Saving

    def save_model(self, request: HttpRequest, obj: Post, form: Any, change: bool) -> None:
        if change:
            history.catch_up(obj)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: list[Any], change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.has_changed() or any(formset.has_changed() for formset in formsets):
            form.instance.record_edit()
        history.record(form.instance, user=_editor(request), comment=_comment(form, change))
        cards.ask_for(form.instance)

    def response_add(self, request: HttpRequest, obj: Post, post_url_continue: str | None = None) -> HttpResponse:
        response = self._lead_on(request, obj) or super().response_add(request, obj, post_url_continue)
        return _forgetting(request, response)

    def response_change(self, request: HttpRequest, obj: Post) -> HttpResponse:
        return _forgetting(request, self._lead_on(request, obj) or super().response_change(request, obj))

    def _lead_on(self, request: HttpRequest, post: Post) -> HttpResponse | None:
        """Back to the form, after one of the buttons that decide what readers see."""
        if not self.has_publish_permission(request) or not {PUBLISH_NOW, TAKE_BACK} & {*request.POST}:
            return None
        is_out = "is out: readers see it now." if post.is_public else "is a draft: nobody but us sees it."
        self.message_user(request, f"“{post}” {is_out}", messages.SUCCESS)
        form = reverse("admin:blog_post_change", args=[post.pk])
        return HttpResponseRedirect(form)

    def view_on_site(self, post: Post) -> str:
        """The page itself, drafts too, on the host that the editor is on."""
        return post.get_absolute_url()

    # The list

    @admin.action(description="Publish now", permissions=["publish"])
    def publish_now(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        stopped = [post for post in queryset if not post.is_public and stopping(check_stored(post))]
        ready = queryset.exclude(pk__in=[post.pk for post in stopped])
        number = _decide(request, ready, PostQuerySet.publish_now, "Published")
        self.message_user(request, f"Published: {number}.")
        for post in stopped:
            self.message_user(request, f"“{post}” stays as it is: open it to see what stops it.", messages.WARNING)

    @admin.action(description="Unschedule, or take back to draft", permissions=["publish"])
    def take_back(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        number = _decide(request, queryset, PostQuerySet.take_back, "Taken back to draft")
        self.message_user(request, f"Drafts again: {number}.")

    # The other pages

    def get_urls(self) -> list[URLPattern]:
        def at(route: str, view: Any, name: str) -> URLPattern:
            return path(route, self.admin_site.admin_view(view), name=f"blog_post_{name}")

        return [
            at("preview/", self.preview_view, "preview"),
            at("check/", self.check_view, "check"),
            at("products/", self.products_view, "products"),
            at("deleted/", self.deleted_view, "deleted"),
            at("<int:object_id>/check/", self.check_view, "check"),
            at("<int:object_id>/preview/", self.preview_view, "preview"),
            at("<int:object_id>/history/<int:revision>/", self.version_view, "version"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def preview_view(self, request: HttpRequest, object_id: int | None = None) -> HttpResponse:
        return preview.respond(request, *self._read_form(request, self._opened(request, object_id)))

    @method_decorator(require_POST)
    def check_view(self, request: HttpRequest, object_id: int | None = None) -> HttpResponse:
        form, formsets = self._read_form(request, self._opened(request, object_id))
        form.is_valid()
        findings = check(form.instance, preview.blocks_in(formsets))
        return TemplateResponse(request, "admin/blog/post/check.html", {"findings": findings})

    def _opened(self, request: HttpRequest, object_id: int | None) -> Post | None:
        """The guide whose form is open; None for a new one."""
        if object_id is not None:
            return self._stored(request, object_id)
        if not self.has_add_permission(request):
            raise PermissionDenied
        return None

    def _stored(self, request: HttpRequest, object_id: int) -> Post:
        """The guide of that number; who may see none is not told whether there is one."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return get_object_or_404(Post, pk=object_id)

    @method_decorator(require_GET)
    def products_view(self, request: HttpRequest) -> JsonResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        numbers = [int(number) for number in request.GET.getlist("pk")[:MOST_NAMED] if number.isdecimal()]
        found = (
            picker.named(numbers, request) if "pk" in request.GET else picker.find(request.GET.get("q", ""), request)
        )
        return JsonResponse({"products": found})

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        post = self.get_object(request, unquote(object_id))
        if post is None or not self.has_view_or_change_permission(request, post):
            raise PermissionDenied
        page = Paginator(history.revisions(post), VERSIONS_A_PAGE).get_page(request.GET.get("p"))
        versions = history.told(list(page.object_list), post)
        return self._page(request, "history", f"History of “{post}”", post=post, versions=versions, page_obj=page)

    def version_view(self, request: HttpRequest, object_id: int, revision: int) -> HttpResponse:
        post = self._stored(request, object_id)
        version = get_object_or_404(history.revisions(post), pk=revision)
        then = Snapshot.at(version)
        if then is None:
            raise Http404
        may_restore = self.has_change_permission(request, post)
        if request.method == "POST":
            if not may_restore:
                raise PermissionDenied
            history.restore(post, version, user=_editor(request))
            self.message_user(request, f"“{post}” reads as it did on {_moment(version)}.", messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:blog_post_change", args=[post.pk]))
        changes = differences(Snapshot.of(post), then.with_standing_of(post))
        title = f"“{post}” on {_moment(version)}"
        return self._page(
            request, "version", title, post=post, version=version, changes=changes, may_restore=may_restore
        )

    def deleted_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request) or not self.has_delete_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            number = request.POST.get("version", "")
            version = get_object_or_404(history.deleted(), pk=number if re.fullmatch(r"\d{1,18}", number) else 0)
            post = history.bring_back(version.revision, user=_editor(request))
            if post:
                self.message_user(request, f"“{post}” is back, as a draft.", messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:blog_post_change", args=[post.pk]))
            self.message_user(request, "There is no author to sign it: add one first.", messages.ERROR)
        return self._page(request, "deleted", "Deleted guides", versions=history.deleted()[:VERSIONS_A_PAGE])

    def _page(self, request: HttpRequest, name: str, title: str, **context: Any) -> TemplateResponse:
        everywhere = self.admin_site.each_context(request) | {"opts": self.opts, "title": title}
        return TemplateResponse(request, f"admin/blog/post/{name}.html", everywhere | context)


@admin.register(Author)
class AuthorAdmin(admin.ModelAdmin[Author]):
    list_display = ["name", "slug"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin[Topic]):
    list_display = ["title", "sentence", "slug"]
    search_fields = ["title"]
    prepopulated_fields = {"slug": ["title"]}


def _editor(request: HttpRequest) -> User:
    """Whoever is signed in; nobody else reaches the admin."""
    return cast(User, request.user)


def _standing(request: HttpRequest) -> Standing:
    return getattr(request, "standing", Standing())


@transaction.atomic
def _decide(
    request: HttpRequest, queryset: QuerySet[Post], decision: Callable[[PostQuerySet], int], comment: str
) -> int:
    # By their keys: a decision may take them out of the list as it is filtered.
    posts = Post.objects.filter(pk__in=[*queryset.values_list("pk", flat=True)])
    for post in posts.select_for_update():
        history.catch_up(post)
    number = decision(posts)
    for post in posts.all():
        history.record(post, user=_editor(request), comment=comment)
    return number


def _comment(form: Any, change: bool) -> str:
    if not change:
        return "Written"
    post = form.instance
    if post.status == form.initial.get("status", post.status):
        return "Saved"
    if post.status == Post.Status.SCHEDULED:
        return f"Scheduled for {date_format(timezone.localtime(post.publish_at), 'DATETIME_FORMAT')}"
    return "Published" if post.status == Post.Status.PUBLISHED else "Taken back to draft"


def _moment(revision: Revision) -> str:
    return date_format(timezone.localtime(revision.date_created), "DATETIME_FORMAT")


def _forgetting(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Tell the browser that what it has kept of this form is stored now."""
    kept_as = request.POST.get(KEPT_AS, "")
    if re.fullmatch(r"[\w:-]{1,64}", kept_as):
        response.set_cookie(
            SAVED_COOKIE,
            kept_as,
            max_age=ONE_DAY,
            path=reverse("admin:index"),
            secure=request.is_secure(),
            samesite="Lax",
        )
    return response
