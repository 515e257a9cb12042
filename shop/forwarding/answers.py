"""What is said in place of a page that moved or is gone. Browsers would keep either for ever; it may come back."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.cache import patch_cache_control


def gone(request: HttpRequest) -> HttpResponse:
    return _asked_again(render(request, "410.html", status=410))


def moved(address: str) -> HttpResponse:
    return _asked_again(HttpResponsePermanentRedirect(address))


def _asked_again(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, no_cache=True)
    return response
