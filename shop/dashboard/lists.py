"""Oscar's lists in the dashboard that asked the database about each of their rows: these ask about all at once."""

from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from oscar.apps.dashboard.catalogue.views import AttributeOptionGroupListView, StockAlertListView
from oscar.apps.dashboard.offers.views import OfferDetailView, OfferListView
from oscar.apps.dashboard.partners.views import PartnerListView
from oscar.apps.dashboard.ranges.views import RangeListView
from oscar.apps.dashboard.shipping.views import WeightBasedListView
from oscar.apps.dashboard.users.views import ProductAlertListView
from oscar.apps.dashboard.vouchers.views import VoucherSetDownloadView, VoucherSetListView
from oscar.core.loading import get_model

from shop.dashboard.spreadsheets import download
from shop.offer.counting import numbers_of_products

Voucher = get_model("voucher", "Voucher")


class Alerts(ProductAlertListView):
    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("user", "product__parent")


class OptionGroups(AttributeOptionGroupListView):
    def get_queryset(self) -> QuerySet:
        return super().get_queryset().prefetch_related("options")


class Offers(OfferListView):
    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("benefit__range", "condition__range")


class Offer(OfferDetailView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Oscar's answers nothing to a button that it does not have."""
        return super().post(request, *args, **kwargs) or redirect(request.path)


class Partners(PartnerListView):
    def get_queryset(self) -> QuerySet:
        return super().get_queryset().prefetch_related("users", "addresses__country")


class Ranges(RangeListView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        numbers = numbers_of_products(context["ranges"])
        for each in context["ranges"]:
            each.num_products = numbers[each.pk]
        return context


class ShippingMethods(WeightBasedListView):
    def get_queryset(self) -> QuerySet:
        return super().get_queryset().prefetch_related("bands")


class StockAlerts(StockAlertListView):
    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("stockrecord__product__parent", "stockrecord__partner")


class VoucherSets(VoucherSetListView):
    def get_queryset(self) -> QuerySet:
        # All codes of a set have the same offers, and the page counts those of the first.
        of_its_set = Voucher.objects.filter(voucher_set=OuterRef("voucher_set")).values("pk")
        first = Prefetch("vouchers", Voucher.objects.filter(pk=Subquery(of_its_set[:1])).prefetch_related("offers"))
        told = {"told_additions": Sum("vouchers__num_basket_additions"), "told_orders": Sum("vouchers__num_orders")}
        return super().get_queryset().annotate(**told).prefetch_related(first)


class VoucherCodes(VoucherSetDownloadView):
    """For a spreadsheet, which would compute a code that begins with an equals sign."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        vouchers = self.get_object()
        return download(f"{slugify(vouchers.name)}.csv", vouchers.vouchers.values_list("code"))


# By the label of Oscar's app and the name under which it keeps its own view.
IN_PLACE_OF = {
    ("catalogue_dashboard", "attribute_option_group_list_view"): OptionGroups,
    ("catalogue_dashboard", "stock_alert_view"): StockAlerts,
    ("offers_dashboard", "detail_view"): Offer,
    ("offers_dashboard", "list_view"): Offers,
    ("partners_dashboard", "list_view"): Partners,
    ("ranges_dashboard", "list_view"): Ranges,
    ("shipping_dashboard", "weight_method_list_view"): ShippingMethods,
    ("users_dashboard", "alert_list_view"): Alerts,
    ("vouchers_dashboard", "set_download_view"): VoucherCodes,
    ("vouchers_dashboard", "set_list_view"): VoucherSets,
}
