"""What a purchase costs: queries of placing an order, and how fast webhooks are answered.

400 orders are placed and paid first, with the stand-in in place of Stripe. Then their events are posted to the shop
under gunicorn with four workers, 50 in flight at any time, each settling an order of its own. Stripe's answers are
replayed meanwhile by a small server: what is measured is the shop, and Stripe is not on its machine.
"""

import asyncio
import json
import multiprocessing
import os
import sys
import tempfile
from contextlib import suppress

import django

from tests.bench.load import Request, Visit, ask_once
from tests.bench.report import progress, report
from tests.bench.server import environment, gunicorn, manage, shared_cache
from tests.bench.table import Table
from tests.deployed import free_port, fresh_database

ORDERS = 400
IN_FLIGHT = 50
WORKERS = 4
DEVELOPMENT = "shop.settings.dev"


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        fresh_database("shop_bench") as database,
        report("Payments", command="make bench PART=money", record="--record" in sys.argv) as say,
    ):
        production = environment(database, folder, cache=shared_cache())
        development = production | {"DJANGO_SETTINGS_MODULE": DEVELOPMENT}
        manage("migrate", "--verbosity", "0", **development)  # with the stand-in's tables
        manage("load_demo", **development)
        with gunicorn(workers=2, **development) as port:
            os.environ.update(development | {"STRIPE_API_BASE": f"http://127.0.0.1:{port}/stripe-sandbox"})
            django.setup()
            progress(f"Placing {ORDERS} orders")
            queries, events, answers = _prepare()
        say(f"Placing an order of three lines: {queries} queries, all of the request that presses Pay.")
        replay = free_port()
        stripe = multiprocessing.Process(target=_replay, args=(replay, answers), daemon=True)
        stripe.start()
        progress("Posting their events")
        visit = Visit("webhook", "settling an order", [Request("/stripe/webhook/", event=event) for event in events])
        with gunicorn(workers=WORKERS, **production, STRIPE_API_BASE=f"http://127.0.0.1:{replay}") as port:
            load = ask_once(port, visit, connections=IN_FLIGHT)
        stripe.terminate()
        table = Table("webhooks, each settling an order", "requests/s", "p50 ms", "p99 ms")
        table.add(f"{ORDERS} orders, {IN_FLIGHT} in flight", load.rate, load.p50, load.p99)
        say(table)


def _prepare() -> tuple[int, list[str], dict[str, bytes]]:
    """Orders of three lines, paid at the stand-in without the shop hearing of it.

    Gives the queries of pressing Pay, the events that Stripe would send, and its answers by path.
    """
    # Django's models can be imported only after django.setup().
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from oscar.core.loading import get_model

    from shop.stripe_sandbox import objects, payments
    from shop.stripe_sandbox.models import CheckoutSession, Event
    from shop.stripe_sandbox.temper import misbehave
    from tests.conftest import Shopper

    misbehave(events="dropped")
    products = list(get_model("catalogue", "Product").objects.exclude(structure="parent")[:3])
    get_model("partner", "StockRecord").objects.update(num_in_stock=10 * ORDERS)
    card, payer = payments.Card("4242424242424242", 12, 2040), payments.Payer("alex@example.com", "Alex Example")

    def order() -> int:
        shopper = Shopper()
        for product in products:
            shopper.add(product)
        seen = shopper.seen()
        with CaptureQueriesContext(connection) as queries:
            answer = shopper.press_pay(seen=seen)
        if answer.status_code != 303:
            raise SystemExit(f"Pay answers {answer.status_code}.")
        return len(queries)

    counted = [order() for _ in range(ORDERS)]
    for session in CheckoutSession.objects.all():
        payments.pay(session_id=session.pk, card=card, payer=payer)
    answers = {}
    for session in CheckoutSession.objects.select_related("intent"):
        body = objects.expand(objects.checkout_session(session), ["payment_intent"])
        answers[f"/v1/checkout/sessions/{session.pk}"] = json.dumps(body).encode()
    events = Event.objects.filter(type="checkout.session.completed").values_list("payload", flat=True)
    return counted[-1], [json.dumps(payload) for payload in events], answers


def _replay(port: int, answers: dict[str, bytes]) -> None:
    """Answer as Stripe did, at the least cost: both cores are the shop's."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):  # the shop hung up
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ", 2)[1].partition(b"?")[0].decode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
                writer.write(f"Content-Length: {len(answers[path])}\r\n\r\n".encode() + answers[path])
        writer.close()

    async def serve() -> None:
        await (await asyncio.start_server(answer, "127.0.0.1", port)).serve_forever()

    asyncio.run(serve())


if __name__ == "__main__":
    main()
