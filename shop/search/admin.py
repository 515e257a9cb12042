"""Where staff teach the search, and read what it could not find."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from shop.search.models import MissedSearch, Synonym


@admin.register(Synonym)
class SynonymAdmin(admin.ModelAdmin):
    list_display = ["words"]
    search_fields = ["words"]


@admin.register(MissedSearch)
class MissedSearchAdmin(admin.ModelAdmin):
    """They are written by shoppers; staff answer them, and clear them away."""

    list_display = ["words", "times", "last_on", "answer"]
    list_display_links = None
    list_filter = ["last_on"]
    search_fields = ["words"]

    @admin.display(description="do we call it something else?")
    def answer(self, missed: MissedSearch) -> SafeString:
        fields = urlencode({"words": f"{missed.words}, "})
        return format_html('<a href="{}?{}">Add a synonym</a>', reverse("admin:search_synonym_add"), fields)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: MissedSearch | None = None) -> bool:
        return False
