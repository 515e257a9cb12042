# gunicorn reads this file by itself where it is started.

import gc
import os
import shutil
import tempfile
import threading

from shop.serving.sharing import say_that_it_left
from shop.serving.stopping import stop_gently

worker_class = "shop.serving.worker.Worker"

# A request that waits for Stripe holds a thread, not the shop: with 4, a Stripe that took ten seconds kept everybody
# from reading, at one order a second (`make crowd FAULTS=1`). shop/serving/turnstile.py sees to it that 16 do not
# hinder each other.
threads = 16

# A Stripe that hangs holds a request up for ten seconds, twice (shop/stripe_checkout/gateway.py), and there may be an
# answer that was slow before that. Gunicorn's own 30 seconds would not let it give the stock back and tell the
# shopper, when a worker is stopped meanwhile.
timeout = graceful_timeout = 90

# Ten thousand letters in the field of a search are answered by the shop, in its own words. nginx says where it ends.
limit_request_line = 0

# Seconds; longer than nginx keeps a connection, so that it is nginx who closes: what we close just as somebody writes
# to it looks like a failure.
keepalive = 75

# What gunicorn itself says is written as the shop's lines are.
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "shop.telemetry.logs.Formatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"gunicorn.error": {"handlers": ["console"], "propagate": False}},
}


def on_starting(server):
    """Where there are metrics, each process counts in a file of its own, in a folder of this start."""
    if os.environ.get("METRICS_TOKEN"):
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="shop-metrics-")


def on_exit(server):
    shutil.rmtree(os.environ.get("PROMETHEUS_MULTIPROC_DIR", ""), ignore_errors=True)


def post_worker_init(worker):
    # Now and then a request waits while Python looks through all that is there for what nobody needs any more: 0.15 s,
    # most of it for what stays until the process ends. What has been loaded is left out of that, and a minute later
    # what the first pages brought: templates, forms, addresses.
    gc.freeze()
    again = threading.Timer(60, gc.freeze)
    again.daemon = True
    again.start()


def child_exit(server, worker):
    say_that_it_left(worker.age)


def when_ready(server):
    # Balancers that ask /readyz/ every few seconds need as long to hear that this one stops. nginx does not ask: it
    # goes elsewhere when a connection is refused.
    stop_gently(server, seconds=float(os.environ.get("STOPPING_SECONDS", 0)))
