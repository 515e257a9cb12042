"""Where staff set up to what returns and claims go through without a person. The returns themselves are handled in the
dashboard.
"""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from shop.returns.models import Limits


@admin.register(Limits)
class LimitsAdmin(admin.ModelAdmin):
    """One record, which its place in the index leads straight to."""

    fieldsets = [
        ("Returns are approved by themselves up to", {"fields": ["return_amount", "return_days", "return_earlier"]}),
        ("Claims are paid back by themselves up to", {"fields": ["claim_amount", "claim_days", "claim_earlier"]}),
    ]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        Limits.objects.get_or_create(pk=1)
        return redirect("admin:returns_limits_change", 1)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Limits | None = None) -> bool:
        return False
