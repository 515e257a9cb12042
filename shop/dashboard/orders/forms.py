"""Oscar's forms for orders, for dates of our time."""

from oscar.apps.dashboard.orders import forms as oscar_forms

from shop.dashboard.dates import DatesOfOurTime


class OrderSearchForm(DatesOfOurTime, oscar_forms.OrderSearchForm):
    pass


class OrderStatsForm(DatesOfOurTime, oscar_forms.OrderStatsForm):
    def get_filters(self):
        """By the shop's own days; Oscar's begin and end in UTC."""
        days = {"date_placed__date__gte": "date_from", "date_placed__date__lte": "date_to"}
        return {lookup: day for lookup, name in days.items() if self.is_valid() and (day := self.cleaned_data[name])}
