"""Oscar's admin of baskets, under our app; they are made and filled in the shop."""

from typing import Any

from django.contrib import admin
from oscar.apps.basket import admin as oscars
from oscar.apps.basket.admin import *  # noqa: F403  (the others are Oscar's)
from oscar.core.loading import get_model

Basket = get_model("basket", "Basket")
Line = get_model("basket", "Line")

admin.site.unregister([Basket, Line])


class NotMadeHere:
    def has_add_permission(self, *args: Any) -> bool:
        """No: Oscar's forms have no field for the basket or the product of a line."""
        return False


class LineInline(NotMadeHere, oscars.LineInline):
    pass


@admin.register(Line)
class LineAdmin(NotMadeHere, oscars.LineAdmin):
    pass


@admin.register(Basket)
class BasketAdmin(NotMadeHere, oscars.BasketAdmin):
    inlines = (LineInline,)
