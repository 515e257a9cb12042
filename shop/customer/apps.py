from typing import Any

from django.contrib.auth.decorators import login_required
from django.urls import path
from oscar.apps.customer import apps
from oscar.core.loading import get_class

# Oscar shows a guest's order for a signed number that never expires. Ours stand under the same names.
REPLACED = {"anon-order", "anon-order-form"}


class CustomerConfig(apps.CustomerConfig):
    name = "shop.customer"

    def ready(self) -> None:
        super().ready()
        self.registration_sent_view = get_class("customer.views", "RegistrationSentView")
        self.finish_registration_view = get_class("customer.views", "FinishRegistrationView")
        self.email_change_view = get_class("customer.views", "EmailChangeView")
        self.sign_ins_view = get_class("customer.views", "SignInsView")
        self.personal_data_view = get_class("customer.views", "PersonalDataView")
        self.order_cancel_view = get_class("customer.views", "CancelOrderView")
        self.order_invoice_view = get_class("customer.views", "InvoiceView")
        self.anon_order_form_view = get_class("customer.guests", "AnonymousOrderFormView")
        self.anon_order_sent_view = get_class("customer.guests", "AnonymousOrderSentView")
        self.anon_order_detail_view = get_class("customer.guests", "AnonymousOrderDetailView")
        self.anon_order_cancel_view = get_class("customer.guests", "AnonymousCancelOrderView")
        self.anon_order_invoice_view = get_class("customer.guests", "AnonymousInvoiceView")

    def get_urls(self) -> list[Any]:
        guests = [
            path("register/sent/", self.registration_sent_view.as_view(), name="register-sent"),
            path("register/<str:token>/", self.finish_registration_view.as_view(), name="register-finish"),
            path("profile/email/<str:token>/", self.email_change_view.as_view(), name="email-change"),
            path("order-status/", self.anon_order_form_view.as_view(), name="anon-order-form"),
            path("order-status/sent/", self.anon_order_sent_view.as_view(), name="anon-order-sent"),
            path(
                "order-status/<str:order_number>/cancel/",
                self.anon_order_cancel_view.as_view(),
                name="anon-order-cancel",
            ),
            path(
                "order-status/<str:order_number>/invoice/",
                self.anon_order_invoice_view.as_view(),
                name="anon-order-invoice",
            ),
            path(
                "order-status/<str:order_number>/<str:hash>/invoice/",
                self.anon_order_invoice_view.as_view(),
                name="anon-order-invoice",
            ),
            path("order-status/<str:order_number>/", self.anon_order_detail_view.as_view(), name="anon-order"),
            path(
                "order-status/<str:order_number>/<str:hash>/", self.anon_order_detail_view.as_view(), name="anon-order"
            ),
        ]
        members = [
            path("profile/sign-ins/", login_required(self.sign_ins_view.as_view()), name="sign-ins"),
            path("profile/data/", login_required(self.personal_data_view.as_view()), name="personal-data"),
            path(
                "orders/<str:order_number>/cancel/",
                login_required(self.order_cancel_view.as_view()),
                name="order-cancel",
            ),
            path(
                "orders/<str:order_number>/invoice/",
                login_required(self.order_invoice_view.as_view()),
                name="order-invoice",
            ),
        ]
        oscars = [url for url in super().get_urls() if url.name not in REPLACED]
        return [*oscars, *self.post_process_urls([*members, *guests])]
