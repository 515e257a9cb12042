"""Letters in the admin: what went out, what waits and why. Nothing is written or changed here, only sent."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from shop.outbox.letters import send_now
from shop.outbox.models import Letter, LetterQuerySet


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Letter]) -> list[tuple[str, str]]:
        return [("waiting", "Waiting"), ("sent", "Sent"), ("given_up", "Given up")]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Letter]:
        states = {"waiting": queryset.waiting, "sent": queryset.sent, "given_up": queryset.given_up}
        return states.get(self.value() or "", queryset.all)()


@admin.register(Letter)
class LetterAdmin(admin.ModelAdmin[Letter]):
    list_display = ["created_at", "about", "to", "order", "state", "tries", "next_try_at", "last_error"]
    list_filter = [StateFilter, "code"]
    list_select_related = ["order"]
    search_fields = ["to", "order__number"]
    exclude = ["message"]  # while it waits, it may hold a link that signs somebody in
    readonly_fields = ["about", "state"]
    actions = ["send_again_now"]

    @admin.action(description="Send again now", permissions=["send"])
    def send_again_now(self, request: HttpRequest, letters: LetterQuerySet) -> None:
        asked = send_now(letters)
        self.message_user(request, f"The worker was asked to send {asked} of {letters.count()} letters.")

    def has_send_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("outbox.change_letter")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Letter | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Letter | None = None) -> bool:
        return False
