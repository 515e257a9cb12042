"""What a purchase costs: queries of placing an order, and how fast webhooks are answered.

400 orders are placed and paid first, with the stand-in in place of Stripe. Then their events are posted to the shop
under gunicorn with four workers, 50 in flight at any time, each settling an order of its own. Stripe's answers are
replayed meanwhile by a small server: what is measured is the shop, and Stripe is not on its machine.
"""

import asyncio
import hashlib
import hmac
import json
import multiprocessing
import os
import statistics
import tempfile
import time
from contextlib import suppress

import django

from tests.bench.server import WEBHOOK_SECRET, environment, free_port, fresh_database, gunicorn, manage, say

ORDERS = 400
IN_FLIGHT = 50
WORKERS = 4
DEVELOPMENT = "shop.settings.dev"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = fresh_database(os.environ["DATABASE_URL"])
        if database is None:
            raise SystemExit("This bench needs PostgreSQL in DATABASE_URL.")
        os.environ.update(environment(database, folder))
        manage("migrate", "--verbosity", "0", settings=DEVELOPMENT)  # with the stand-in's tables
        manage("load_demo", settings=DEVELOPMENT)
        with gunicorn(workers=2, DJANGO_SETTINGS_MODULE=DEVELOPMENT) as port:
            os.environ["STRIPE_API_BASE"] = f"http://127.0.0.1:{port}/stripe-sandbox"
            os.environ["DJANGO_SETTINGS_MODULE"] = DEVELOPMENT
            django.setup()
            queries, events, answers = _prepare()
        say(f"placing an order of three lines: {queries} queries, all of the request that presses Pay\n")
        replay = free_port()
        stripe = multiprocessing.Process(target=_replay, args=(replay, answers), daemon=True)
        stripe.start()
        os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings.production"
        with gunicorn(workers=WORKERS, STRIPE_API_BASE=f"http://127.0.0.1:{replay}") as port:
            took, seconds = asyncio.run(_post(port, events))
        stripe.terminate()
        say(f"{'webhooks, each settling an order':<34}{'requests/s':>12}{'median ms':>12}{'99 % ms':>10}")
        percentiles = statistics.quantiles(took, n=100)
        say(
            f"{f'{len(took)} orders, {IN_FLIGHT} in flight':<34}{len(took) / seconds:>12.1f}"
            f"{statistics.median(took) * 1000:>12.1f}{percentiles[98] * 1000:>10.1f}"
        )


def _prepare() -> tuple[int, list[bytes], dict[str, bytes]]:
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
    return counted[-1], [json.dumps(payload).encode() for payload in events], answers


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


async def _post(port: int, events: list[bytes]) -> tuple[list[float], float]:
    """Post all events, IN_FLIGHT at any time. Gives the seconds that each answer took, and the seconds of all."""
    waiting, took = iter(events), []

    async def sender() -> None:
        for body in waiting:
            stamp = int(time.time())
            digest = hmac.new(WEBHOOK_SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
            head = (
                "POST /stripe/webhook/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-Proto: https\r\n"
                f"Connection: close\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
                f"Stripe-Signature: t={stamp},v1={digest}\r\n\r\n"
            )
            began = time.monotonic()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(head.encode() + body)
            status = (await reader.readline()).split()[1]
            await reader.read()
            took.append(time.monotonic() - began)
            writer.close()
            if status != b"200":
                raise SystemExit(f"The webhook answers {status.decode()}.")

    began = time.monotonic()
    await asyncio.gather(*(sender() for _ in range(IN_FLIGHT)))
    return took, time.monotonic() - began


if __name__ == "__main__":
    main()
