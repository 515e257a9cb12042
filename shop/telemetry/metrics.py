"""The shop in numbers, for Prometheus. Imported only where METRICS_TOKEN asks for them.

Under gunicorn each process counts in a file of its own (PROMETHEUS_MULTIPROC_DIR, which gunicorn.conf.py makes), and
whichever process is asked adds them up. What the database knows is asked of the database when somebody looks.
"""

from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.values import MutexValue, ValueClass

from shop.telemetry.context import Tally
from shop.telemetry.state import State

OURS = CollectorRegistry()
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
"""Seconds. The first are those of pages; Stripe may take 30 (shop/stripe_checkout/gateway.py)."""

REQUESTS = Counter("shop_requests", "Answers.", ["view", "method", "status"], registry=OURS)
SECONDS = Histogram("shop_request_seconds", "How long an answer took.", ["view"], buckets=BUCKETS, registry=OURS)
QUERIES = Counter("shop_database_queries", "Queries that requests made.", registry=OURS)
DATABASE_SECONDS = Counter("shop_database_seconds", "Time that requests waited for queries.", registry=OURS)
CACHE = Counter("shop_cache_lookups", "What requests asked the cache for.", ["outcome"], registry=OURS)
HITS, MISSES = CACHE.labels("hit"), CACHE.labels("miss")


def count(request: HttpRequest, response: HttpResponse, tally: Tally, seconds: float) -> None:
    """Add one request. Whatever strangers ask for, there is one label for each view and for what is none."""
    match = request.resolver_match  # what was kept (shop/shared_pages) needed no view
    view = match.view_name if match else getattr(request, "kept_view", "none")
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(view, method, str(response.status_code)).inc()
    SECONDS.labels(view).observe(seconds)
    if tally.queries:
        QUERIES.inc(tally.queries)
        DATABASE_SECONDS.inc(tally.database_seconds)
    if tally.cache_hits:
        HITS.inc(tally.cache_hits)
    if tally.cache_misses:
        MISSES.inc(tally.cache_misses)


def expose() -> HttpResponse:
    """All of it, as Prometheus reads it."""
    counted = OURS
    if ValueClass is not MutexValue:  # this process is one of several
        counted = CollectorRegistry()
        MultiProcessCollector(counted)
    text = generate_latest(counted) + generate_latest(State())
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})
