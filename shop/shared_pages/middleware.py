"""Gives the pages that everybody may share, before anything else is asked who somebody is."""

from collections.abc import Callable
from hashlib import sha256

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse

from shop.basket.cookie import count_items_of
from shop.shared_pages import visitors
from shop.shared_pages.addresses import LONGEST, query_of, view_to_keep
from shop.shared_pages.keeping import shelf
from shop.shared_pages.pages import Page
from shop.shared_pages.release import release
from shop.shared_pages.versions import versions

GetResponse = Callable[[WSGIRequest], HttpResponse]


class SharedPagesMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: WSGIRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD") or visitors.has_page_of_his_own(request):
            return self.get_response(request)
        page = self._page(request)
        if page is None:
            return self.get_response(request)
        request.kept_view = page.view  # type: ignore[attr-defined]  # a request takes what is told of it
        cookie = visitors.basket_cookie(request)
        if cookie is None:
            return page.for_everybody(request)
        items = count_items_of(cookie)
        if items is None:
            return self.get_response(request)
        return page.for_shopper(request, visitors.header_basket(items))

    def _page(self, request: WSGIRequest) -> Page | None:
        query = query_of(request)
        if query is None or len(request.path_info) > LONGEST or not settings.SHARED_PAGES["ARE_KEPT"]:
            return None
        view = view_to_keep(request.path_info, query)
        if view is None:  # above all, whether we are alive is nothing to ask the database about
            return None
        try:
            address = f"{request.scheme}://{request.get_host()}{request.path_info}?{query}"
        except DisallowedHost:  # refused further in, where an answer gets its headers
            return None
        # Taken before anything is read: what changes while a page is made is found under another version.
        version = versions.current()
        key = f"page:{sha256(f'{release()} {version} {address}'.encode()).hexdigest()}"
        page = shelf.find(key)
        if page or version is None:
            return page
        stranger = visitors.stranger(request, query)
        return shelf.find_or_make(key, lambda: Page.made_of(self.get_response(stranger), view=view))
