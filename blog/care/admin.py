"""What editors see of the checks besides the list at their form: the guides that need care, and the claims."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Min
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from blog.care.models import CareNote, Claim
from blog.care.rounds import look_over_all
from blog.models import Post

GUIDES_A_PAGE = 25


@admin.register(Claim)
class ClaimAdmin(admin.ModelAdmin[Claim]):
    list_display = ["phrase", "reason", "suggestion"]
    search_fields = ["phrase", "reason", "suggestion"]
    list_per_page = 200


@admin.register(CareNote)
class CareNoteAdmin(admin.ModelAdmin[CareNote]):
    """One page: guide by guide what the last check found. Nothing here is typed in."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("blog.view_post")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        now = path("now/", self.admin_site.admin_view(self.check_now), name="blog_carenote_now")
        return [now, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        published = Post.objects.published()
        guides = Paginator(published.in_need_of_care(), GUIDES_A_PAGE)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": "Guides that need care",
            "page_obj": guides.get_page(request.GET.get("p")),
            "oldest_check": published.aggregate(oldest=Min("checked_at"))["oldest"],
            "is_unchecked": published.filter(checked_at=None).exists(),
        }
        return TemplateResponse(request, "admin/blog/carenote/change_list.html", context)

    @method_decorator(require_POST)
    def check_now(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        look_over_all()
        self.message_user(request, "Every published guide has been checked.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:blog_carenote_changelist"))
