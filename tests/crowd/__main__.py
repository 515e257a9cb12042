"""A crowd in the shop as deployed: hundreds read, fill baskets and pay at Stripe's stand-in, two write guides.

`python -m tests.crowd --shoppers 500 --minutes 10` says how everybody was served, and what the processes hold in
memory; with `--faults`, one part after another breaks instead. In the end both books must agree. PostgreSQL and Redis
are the run's own, and everything is on 127.0.0.1. Nothing stands in front of gunicorn.
"""

import argparse
import os
import shutil
import tempfile
from pathlib import Path

import django

from tests.bench.report import report
from tests.deployed import deployed
from tests.ports import free_port
from tests.servers import Redis, postgresql
from tests.shop.outbox.mail_server import MailServer

WEB_WORKERS = 2


def main() -> None:
    options = _options()
    mail_port, folder = free_port(), Path(tempfile.mkdtemp(prefix="crowd-"))
    title, what = ("Faults", "FAULTS=1") if options.faults else ("A crowd", f"MINUTES={options.minutes}")
    command = f"make crowd SHOPPERS={options.shoppers} {what}"
    with postgresql() as database, Redis(folder) as cache:
        os.environ["DATABASE_URL"] = database.url
        with (
            report(title, command=command, record=options.record) as say,
            MailServer(mail_port) as post_office,
            deployed(
                folder, email_url=f"smtp://127.0.0.1:{mail_port}", web_workers=WEB_WORKERS, redis_port=cache.port
            ) as shop,
        ):
            _become_stripe(shop.stripe.environment)
            from tests.crowd.crowd import EDITORS, Crowd, faults_table
            from tests.crowd.faults import faults

            say(f"{options.shoppers} shoppers and {EDITORS} editors, {WEB_WORKERS} web processes.")
            wrong = []
            with Crowd(shop, shoppers=options.shoppers) as crowd:
                if options.faults:
                    table = faults_table()
                    for fault in faults(shop, database=database, cache=cache):
                        wrong += crowd.meets(fault, table)
                    say(table)
                else:
                    wrong += crowd.shops(minutes=options.minutes, say=say)
            wrong += crowd.settles(post_office.mails, worker_kills=options.faults, say=say)
    if wrong:
        raise SystemExit("\n".join([*wrong, f"The logs are in {folder}."]))
    shutil.rmtree(folder)


def _become_stripe(environment: dict[str, str]) -> None:
    """Let this process have the settings and the database of the stand-in, whose people it plays."""
    before = dict(os.environ)
    os.environ |= environment
    django.setup()
    os.environ["DATABASE_URL"] = before["DATABASE_URL"]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crowd")
    parser.add_argument("--shoppers", type=int, default=500, help="at once (default: %(default)s)")
    parser.add_argument("--minutes", type=int, default=10, help="of shopping (default: %(default)s)")
    parser.add_argument("--faults", action="store_true", help="break one part after another instead")
    parser.add_argument("--record", action="store_true", help="write what was found into docs/benchmarks.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
