"""A few requests at a time make pages; who waits for Stripe, or finds a page that is kept, is in nobody's way."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from shop.serving import turnstile
from shop.serving.turnstile import PLACES, TurnstileMiddleware, outside
from shop.stripe_checkout import gateway


class Room:
    """A view that takes a moment, and knows the most that were ever in it."""

    def __init__(self) -> None:
        self.inside = self.most = 0
        self.lock = threading.Lock()

    def __call__(self, request) -> HttpResponse:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        time.sleep(0.02)
        with self.lock:
            self.inside -= 1
        return HttpResponse()


@pytest.fixture
def free():
    """How many places there are after the test: as many as before."""
    yield
    taken = [turnstile._places.acquire(blocking=False) for _place in range(PLACES + 1)]
    for was_free in taken:
        if was_free:
            turnstile._places.release()
    assert taken == [True] * PLACES + [False]


def crowd(view, number: int = 12) -> float:
    """Let so many ask at once; how many seconds it took."""
    middleware, began = TurnstileMiddleware(view), time.monotonic()
    with ThreadPoolExecutor(number) as threads:
        answers = [threads.submit(middleware, RequestFactory().get("/")) for _request in range(number)]
    assert [answer.result().status_code for answer in answers] == [200] * number
    return time.monotonic() - began


def test_only_so_many_are_inside_at_once(free):
    room = Room()
    crowd(room)
    assert room.most == PLACES


def test_who_asks_somebody_else_lets_others_in(free):
    waiting = Room()

    def view(request):
        with outside():
            return waiting(request)

    crowd(view)
    assert waiting.most > PLACES


def test_stripe_is_asked_outside(free):
    room = Room()

    def view(request):
        with gateway._asking_stripe():
            return room(request)

    crowd(view)
    assert room.most > PLACES


def test_nobody_is_locked_out(free, monkeypatch):
    """As when all who are inside wait for what only somebody outside can bring."""
    monkeypatch.setattr(turnstile, "PATIENCE", 0.05)
    met = threading.Barrier(PLACES + 1)

    def view(request):
        met.wait(timeout=5)
        return HttpResponse()

    crowd(view, PLACES + 1)


def test_place_is_free_again_after_an_error(free):
    def view(request):
        with outside():
            raise ValueError

    for _request in range(PLACES + 1):
        with pytest.raises(ValueError):
            TurnstileMiddleware(view)(RequestFactory().get("/"))


@pytest.mark.parametrize("is_outside", [True, False])
def test_request_within_a_request_leaves_its_place_to_it(free, is_outside):
    def inner(request):
        return HttpResponse()

    def outer(request):
        with outside() if is_outside else nullcontext():
            return TurnstileMiddleware(inner)(request)

    for _request in range(PLACES + 1):
        TurnstileMiddleware(outer)(RequestFactory().get("/"))


def test_who_is_not_inside_has_no_place_to_give(free):
    """As in the worker, which answers no requests."""
    with outside():
        pass


@pytest.mark.parametrize("path", ["/privacy/", "/healthz/", "/readyz/"])
def test_page_that_is_kept_and_those_who_watch_over_us_need_no_place(client, db, promises, settings, path):
    settings.SHARED_PAGES = {**settings.SHARED_PAGES, "ARE_KEPT": True}
    client.get(path)
    for _place in range(PLACES):
        turnstile._places.acquire()
    try:
        began = time.monotonic()
        assert client.get(path).status_code == 200
        assert time.monotonic() - began < turnstile.PATIENCE
    finally:
        for _place in range(PLACES):
            turnstile._places.release()
