"""Who sees the style guide."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

View = Callable[..., HttpResponse]


def for_the_house(view: View) -> View:
    """Staff see it, and in development everybody does; for the rest there is no such page, nor for search engines."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: object) -> HttpResponse:
        if not (settings.DEBUG or request.user.is_staff):
            raise Http404("Only for staff.")
        response = view(request, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response

    return guarded
