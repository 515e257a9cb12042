"""Payments in the admin: to look at, not to change. What moves money goes through shop.stripe_checkout.attempts."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from shop.stripe_checkout.models import PaymentAttempt, StripeEvent


class ReadOnlyAdmin(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class StripeEventInline(admin.TabularInline):
    model = StripeEvent
    fields = ("received_at", "type", "event_id")
    readonly_fields = ("received_at", "type", "event_id")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(PaymentAttempt)
class PaymentAttemptAdmin(ReadOnlyAdmin):
    list_display = ["order", "state", "amount", "currency", "created_at", "reason"]
    list_filter = ["state", "created_at"]
    list_select_related = ["order"]
    search_fields = ["order__number", "session_id", "payment_intent", "order__guest_email", "order__user__email"]
    date_hierarchy = "created_at"
    inlines = [StripeEventInline]


@admin.register(StripeEvent)
class StripeEventAdmin(ReadOnlyAdmin):
    list_display = ["received_at", "type", "event_id", "attempt"]
    list_filter = ["type"]
    search_fields = ["event_id", "attempt__session_id", "attempt__order__number"]
    list_select_related = ["attempt__order"]
