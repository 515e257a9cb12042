from django.urls import path

from . import api, pages
from .api import Endpoint, resource
from .parameters import (
    CREATE_REFUND,
    CREATE_SESSION,
    LIST_DISPUTES,
    LIST_EVENTS,
    LIST_LINE_ITEMS,
    LIST_PAYMENT_INTENTS,
    LIST_REFUNDS,
    LIST_REVIEWS,
    LIST_SESSIONS,
    only_expand,
)

app_name = "stripe_sandbox"

SESSION = only_expand("checkout.session")
PAYMENT_INTENT = only_expand("payment_intent")
CHARGE = only_expand("charge")
DISPUTE = only_expand("dispute")
REFUND = only_expand("refund")
REVIEW = only_expand("review")
EVENT = only_expand("event")

urlpatterns = [
    path("", pages.overview, name="overview"),
    path("pay/<slug:session_id>/", pages.pay, name="pay"),
    path("pay/<slug:session_id>/bank-debit/", pages.pay_by_bank_debit, name="pay-by-bank-debit"),
    path("pay/<slug:session_id>/authenticate/", pages.authenticate, name="authenticate"),
    path("misbehave/", pages.misbehave, name="misbehave"),
    path("behave/", pages.behave, name="behave"),
    path("faults/<int:fault_id>/end/", pages.end_fault, name="end-fault"),
    path("deliver/", pages.deliver, name="deliver"),
    path("<slug:rows>/<slug:row_id>/<slug:action>/", pages.act, name="act"),
    path(
        "v1/checkout/sessions",
        resource(
            GET=Endpoint(LIST_SESSIONS, api.list_sessions),
            POST=Endpoint(CREATE_SESSION, api.create_session),
        ),
    ),
    path("v1/checkout/sessions/<str:session_id>", resource(GET=Endpoint(SESSION, api.retrieve_session))),
    path("v1/checkout/sessions/<str:session_id>/expire", resource(POST=Endpoint(SESSION, api.expire_session))),
    path(
        "v1/checkout/sessions/<str:session_id>/line_items",
        resource(GET=Endpoint(LIST_LINE_ITEMS, api.list_line_items)),
    ),
    path("v1/payment_intents", resource(GET=Endpoint(LIST_PAYMENT_INTENTS, api.list_payment_intents))),
    path(
        "v1/payment_intents/<str:payment_intent_id>",
        resource(GET=Endpoint(PAYMENT_INTENT, api.retrieve_payment_intent)),
    ),
    path("v1/charges/<str:charge_id>", resource(GET=Endpoint(CHARGE, api.retrieve_charge))),
    path("v1/disputes", resource(GET=Endpoint(LIST_DISPUTES, api.list_disputes))),
    path("v1/disputes/<str:dispute_id>", resource(GET=Endpoint(DISPUTE, api.retrieve_dispute))),
    path(
        "v1/refunds",
        resource(GET=Endpoint(LIST_REFUNDS, api.list_refunds), POST=Endpoint(CREATE_REFUND, api.create_refund)),
    ),
    path("v1/refunds/<str:refund_id>", resource(GET=Endpoint(REFUND, api.retrieve_refund))),
    path("v1/reviews", resource(GET=Endpoint(LIST_REVIEWS, api.list_reviews))),
    path("v1/reviews/<str:review_id>", resource(GET=Endpoint(REVIEW, api.retrieve_review))),
    path("v1/events", resource(GET=Endpoint(LIST_EVENTS, api.list_events))),
    path("v1/events/<str:event_id>", resource(GET=Endpoint(EVENT, api.retrieve_event))),
    path("v1/<path:rest>", resource()),
]
