"""Where staff change what the shop promises."""

from django.contrib import admin

from .models import Promise


@admin.register(Promise)
class PromiseAdmin(admin.ModelAdmin):
    """Promises are edited, not added or deleted: pages, basket and checkout name them by their slugs."""

    list_display = ["title", "one_line", "days", "position"]
    fields = ["slug", "title", "line", "days", "pays_postage", "text", "icon", "position"]
    readonly_fields = ["slug"]

    def has_add_permission(self, request) -> bool:
        return False

    def has_delete_permission(self, request, obj: Promise | None = None) -> bool:
        return False
