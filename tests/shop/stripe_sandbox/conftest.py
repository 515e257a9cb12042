"""The stand-in as its users meet it: through Stripe's SDK, in a browser, and at the end of a webhook."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import stripe

from shop.stripe_sandbox import payments

CARD = {"card_number": "4242 4242 4242 4242", "expiry": "12 / 40", "cvc": "123", "name": "Alex Example"}

SESSION = {
    "mode": "payment",
    "success_url": "https://shop.example/thanks/?session={CHECKOUT_SESSION_ID}",
    "cancel_url": "https://shop.example/back/",
    "customer_email": "alex@example.com",
    "client_reference_id": "attempt-1",
    "metadata": {"attempt": "1"},
    "payment_intent_data": {"metadata": {"attempt": "one"}},
    "line_items": [
        {
            "quantity": 2,
            "price_data": {"currency": "usd", "unit_amount": 2100, "product_data": {"name": "Silicone Scar Gel"}},
        },
        {
            "quantity": 1,
            "price_data": {"currency": "usd", "unit_amount": 500, "product_data": {"name": "Delivery"}},
        },
    ],
}


@pytest.fixture
def api(live_server, settings):
    """Stripe's own client, talking to the stand-in over HTTP. Webhooks reach nobody."""
    settings.SITE_URL = "http://127.0.0.1:9"  # the discard port: nobody listens
    http = stripe.RequestsClient(timeout=20)
    address = f"{live_server.url}/stripe-sandbox"
    yield stripe.StripeClient("sk_test_1", base_addresses={"api": address}, http_client=http)
    http.close()  # or the server keeps a thread for it, with a database connection


@pytest.fixture
def impatient_api(api, live_server):
    """The same client, which waits half a second for an answer and asks twice more, as the SDK does by default."""
    http = stripe.RequestsClient(timeout=0.5)
    address = f"{live_server.url}/stripe-sandbox"
    yield stripe.StripeClient("sk_test_1", base_addresses={"api": address}, http_client=http, max_network_retries=2)
    http.close()


@pytest.fixture
def session(api):
    """An open session over 47.00 US dollars."""
    return api.v1.checkout.sessions.create(SESSION)


@pytest.fixture
def pay(client):
    """Type a card in on the session's page and press Pay."""

    def pay(session, **changes: str):
        return client.post(f"/stripe-sandbox/pay/{session.id}/", CARD | changes)

    return pay


@pytest.fixture
def paid(api, session, pay):
    """A session over 47.00 US dollars that has been paid."""
    pay(session)
    return api.v1.checkout.sessions.retrieve(session.id)


@pytest.fixture
def paid_by(api, session, pay):
    """Pay 47.00 US dollars with that card; the payment intent's id."""

    def paid_by(card_number: str) -> str:
        pay(session, card_number=card_number)
        return api.v1.checkout.sessions.retrieve(session.id).payment_intent

    return paid_by


@pytest.fixture
def debited(session):
    """A session over 47.00 US dollars whose bank debit is under way."""
    payments.pay_by_bank_debit(session_id=session.id, payer=payments.Payer("alex@example.com", "Alex Example"))
    return session


class Webhook:
    """A shop's webhook: checks signatures as a shop does, keeps the events, does `then`, answers `status`."""

    def __init__(self) -> None:
        self.events: list[stripe.Event] = []
        self.status = 200
        self.secret = ""
        self.then: Callable[[stripe.Event], object] = lambda event: None

    def types(self) -> list[str]:
        return [event.type for event in self.events]

    def last(self, kind: str) -> stripe.Event:
        return [event for event in self.events if event.type == kind][-1]


@pytest.fixture
def webhook(api, settings):
    hook = Webhook()
    hook.secret = settings.STRIPE_WEBHOOK_SECRETS[0]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/stripe/webhook/"
            body = self.rfile.read(int(self.headers["Content-Length"]))
            event = stripe.Webhook.construct_event(body, self.headers["Stripe-Signature"], hook.secret)
            hook.events.append(event)
            hook.then(event)
            self.send_response(hook.status)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        settings.SITE_URL = f"http://127.0.0.1:{server.server_port}"
        yield hook
        server.shutdown()
        thread.join()
