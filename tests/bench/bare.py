"""The least that Django can do: a page of 30 KB that nobody has to make, without middleware or database."""

import secrets

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

PAGE = ("<!doctype html><title>A page</title>" + "<p>A sentence of forty letters, and no more.</p>" * 640)[:30_000]


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(PAGE)


urlpatterns = [path("", page)]

settings.configure(ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__, SECRET_KEY=secrets.token_hex())
application = get_wsgi_application()
