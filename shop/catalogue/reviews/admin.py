"""Reviews in the admin: Oscar's list, which also says whose come from buyers."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from oscar.apps.catalogue.reviews.admin import ProductReview, Vote, VoteAdmin
from oscar.apps.catalogue.reviews.admin import ProductReviewAdmin as OscarsProductReviewAdmin

admin.site.unregister([ProductReview, Vote])


@admin.register(ProductReview)
class ProductReviewAdmin(OscarsProductReviewAdmin):
    list_display = (*OscarsProductReviewAdmin.list_display, "verified_buyer")
    list_select_related = ("product",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).with_buyers()

    @admin.display(boolean=True, ordering="by_buyer")
    def verified_buyer(self, review: Any) -> bool:
        return review.by_buyer


@admin.register(Vote)
class ReadersVoteAdmin(VoteAdmin):
    """Votes are readers': staff see them, and can take one out."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
