"""Random shoppers, staff and people at Stripe against the shop as deployed, while Stripe's answers and events go
wrong, the mail server is down half of the time and processes are killed. Then both books must agree.

`python -m tests.soak --minutes 60 --seed 7`, with PostgreSQL in DATABASE_URL and Redis. Everything runs on 127.0.0.1.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from threading import Event

import django

from tests.deployed import Deployed, deployed, free_port, query

SHOPPERS = 4
WEB_WORKERS = 8
"""A worker that asks Stripe waits while Stripe tells another one of it: with two tabs, a shopper holds four."""
MISHAP = 0.02
"""The probability of each of the fourteen things that go wrong with a call or an event."""
FEW = 5
"""Of each product on the shelf: staff put new ones there when it is empty."""


def main() -> None:
    options = _options()
    mail_port = free_port()
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    with deployed(folder, email_url=f"smtp://127.0.0.1:{mail_port}", web_workers=WEB_WORKERS) as shop:
        # This process is one of Stripe's people: the stand-in's settings, and its database.
        os.environ.update(shop.stripe.environment)
        django.setup()
        wrong = _soak(shop, mail_port, minutes=options.minutes, seed=options.seed)
    if wrong:
        raise SystemExit("\n".join([*wrong, f"The logs are in {folder}. The seed was {options.seed}."]))
    shutil.rmtree(folder)


def _soak(shop: Deployed, mail_port: int, *, minutes: float, seed: int) -> list[str]:
    # Django's models can be imported only after django.setup().
    from shop.stripe_sandbox import temper
    from tests.soak import books
    from tests.soak.actors import Log
    from tests.soak.mishaps import Killer, PostOffice
    from tests.soak.shoppers import Shopper
    from tests.soak.staff import Staff
    from tests.soak.stripes_people import StripesPeople

    query(shop.database, "UPDATE partner_stockrecord SET num_in_stock = %s", FEW)
    log, stop = Log(), Event()
    everybody = {"shop": shop, "seed": seed, "log": log, "stop": stop}
    post_office = PostOffice("post-office", port=mail_port, **everybody)
    actors = [Shopper(f"shopper-{number}", **everybody) for number in range(SHOPPERS)]
    actors += [Staff("staff", **everybody), StripesPeople("stripe", **everybody), Killer("killer", **everybody)]
    temper.at_its_worst(seed=seed, probability=MISHAP)
    began = time.monotonic()
    for actor in (*actors, post_office):
        actor.start()
    time.sleep(minutes * 60)
    stop.set()
    for actor in (*actors, post_office):
        actor.join()
    took = (time.monotonic() - began) / 60
    with post_office.up():
        wrong = [*books.let_it_end(shop, seed=seed), *books.differences(shop, post_office.mails, log)]
    sys.stdout.write(books.table(shop, post_office.mails, log, minutes=took) + "\n")
    return wrong


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--minutes", type=float, default=60, help="of shopping (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="draws the same choices again")
    return parser.parse_args()


if __name__ == "__main__":
    main()
