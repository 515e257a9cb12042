"""Payments in the admin: to look at, not to change. What moves money goes through attempts and refunds."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.http import require_POST
from oscar.core.loading import get_model
from oscar.templatetags.currency_filters import currency

from shop.stripe_checkout import gateway
from shop.stripe_checkout.inquiry import ask_stripe
from shop.stripe_checkout.models import PaymentAttempt, StripeEvent
from shop.stripe_checkout.refund_form import RefundForm, balance, deal_with, give_back, name_of
from shop.stripe_checkout.timeline import timeline
from shop.stripe_checkout.troubles import at_stripe, orphans, troubles

MAY_REFUND = "stripe_checkout.refund_payment"


class ReadOnlyAdmin(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class NeedsAPersonFilter(admin.SimpleListFilter):
    title = "what is off"
    parameter_name = "needs"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("a-person", "Needs a person")]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[PaymentAttempt]:
        return queryset.need_a_person() if self.value() else queryset


@admin.register(PaymentAttempt)
class PaymentAttemptAdmin(ReadOnlyAdmin):
    list_display = ["order", "state", "asked", "what_is_off", "created_at"]
    list_filter = [NeedsAPersonFilter, "state", "created_at"]
    list_select_related = ["order"]
    search_fields = ["order__number", "session_id", "payment_intent", "order__guest_email", "order__user__email"]
    date_hierarchy = "created_at"
    change_form_template = "admin/stripe_checkout/payment.html"
    fieldsets = [
        ("Payment", {"fields": ["in_the_dashboard", "state", "reason", "asked", "paid", "back", "left"]}),
        ("At Stripe", {"fields": ["in_stripes_dashboard", "session_id", "created_at", "expires_at"]}),
        ("What we asked of Stripe", {"fields": ["session_url", "request"], "classes": ["collapse"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PaymentAttempt]:
        return super().get_queryset(request).prefetch_related("refunds", "holds", "order__letters")

    @admin.display(description="Asked for", ordering="amount")
    def asked(self, attempt: PaymentAttempt) -> str:
        return str(currency(attempt.amount, attempt.currency))

    @admin.display(description="Paid")
    def paid(self, attempt: PaymentAttempt) -> str:
        return balance(attempt).paid

    @admin.display(description="Went back")
    def back(self, attempt: PaymentAttempt) -> str:
        return balance(attempt).back

    @admin.display(description="Can still go back")
    def left(self, attempt: PaymentAttempt) -> str:
        return balance(attempt).left

    @admin.display(description="What is off")
    def what_is_off(self, attempt: PaymentAttempt) -> str:
        return next((trouble.sentence for trouble in troubles(attempt)), "")

    @admin.display(description="Order")
    def in_the_dashboard(self, attempt: PaymentAttempt) -> str:
        url = reverse("dashboard:order-detail", args=[attempt.order.number])
        return format_html('<a href="{}">{}</a>, {}', url, attempt.order.number, attempt.order.status)

    @admin.display(description="Payment", empty_value="None yet")
    def in_stripes_dashboard(self, attempt: PaymentAttempt) -> str | None:
        url = at_stripe(attempt)
        return url and format_html('<a href="{}">{}</a>', url, attempt.payment_intent)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        attempt, may_refund = kwargs["obj"], request.user.has_perm(MAY_REFUND)
        context |= {
            "troubles": troubles(attempt),
            "timeline": timeline(attempt),
            "may_deal_with": may_refund,
            "may_refund": may_refund and attempt.refundable > 0,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:pk>/ask-stripe/", view(self.ask_stripe), name="stripe_checkout_ask_stripe"),
            path("<uuid:pk>/refund/", view(self.refund), name="stripe_checkout_refund"),
            path("<uuid:pk>/dealt-with/<uuid:refund>/", view(self.dealt_with), name="stripe_checkout_dealt_with"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def ask_stripe(self, request: HttpRequest, pk: UUID) -> HttpResponseRedirect:
        attempt = self._attempt(request, pk)
        try:
            attempt = ask_stripe(attempt, by=name_of(request.user))
        except (gateway.ProviderUnavailable, gateway.ProviderRefused) as error:
            messages.error(request, f"Stripe does not answer for this payment: {error}")
        else:
            messages.success(request, f"Stripe was asked. The payment is {attempt.get_state_display().lower()}.")
        return self._back_to(attempt)

    def refund(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        if not request.user.has_perm(MAY_REFUND):
            raise PermissionDenied
        attempt = self._attempt(request, pk)
        form = RefundForm(request.POST or None, attempt=attempt, again=request.GET.get("again"))
        if give_back(request, form):
            return self._back_to(attempt)
        context = {"title": "Give money back", "opts": self.opts, "attempt": attempt, "form": form}
        context |= {"balance": balance(attempt)}
        return TemplateResponse(
            request, "admin/stripe_checkout/refund.html", self.admin_site.each_context(request) | context
        )

    @method_decorator(require_POST)
    def dealt_with(self, request: HttpRequest, pk: UUID, refund: UUID) -> HttpResponseRedirect:
        if not request.user.has_perm(MAY_REFUND):
            raise PermissionDenied
        attempt = self._attempt(request, pk)
        if deal_with(attempt.refunds.filter(pk=refund)):
            self.log_change(request, attempt, f"Dealt with the failed refund {refund}.")
            messages.success(request, "The failed refund is marked as dealt with.")
        return self._back_to(attempt)

    def _attempt(self, request: HttpRequest, pk: UUID) -> PaymentAttempt:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(PaymentAttempt.objects.select_related("order"), pk=pk)

    def _back_to(self, attempt: PaymentAttempt) -> HttpResponseRedirect:
        return redirect("admin:stripe_checkout_paymentattempt_change", attempt.pk)


class UnknownAttemptFilter(admin.SimpleListFilter):
    title = "payment"
    parameter_name = "payment"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("unknown", "Paid, and we do not know for what")]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[StripeEvent]:
        return queryset.filter(pk__in=orphans().values("pk")) if self.value() else queryset


@admin.register(StripeEvent)
class StripeEventAdmin(ReadOnlyAdmin):
    list_display = ["received_at", "type", "event_id", "attempt"]
    list_filter = [UnknownAttemptFilter, "type"]
    search_fields = ["event_id", "attempt__session_id", "attempt__order__number"]
    list_select_related = ["attempt__order"]


# Oscar's own pages would let staff set an order's state, and write down money and parcels that never moved.
OF_THE_BOOKS = {
    "order": ["Order", "Line", "OrderStatusChange", "PaymentEvent", "ShippingEvent"],
    "payment": ["Source", "Transaction"],
}

for app, names in OF_THE_BOOKS.items():
    for model in (get_model(app, name) for name in names):
        oscars = type(admin.site.get_model_admin(model))
        admin.site.unregister(model)
        admin.site.register(model, type(oscars.__name__, (ReadOnlyAdmin, oscars), {}))

# Nobody writes a card down here: cards stay at Stripe (shop.promises.secure_checkout).
admin.site.unregister(get_model("payment", "Bankcard"))
