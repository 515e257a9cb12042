"""How the shop looks outside its pages: in a tab, on a home screen."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control

GROUND = "#f4efe7"  # --ground of tokens.css, by day: a home screen has no dark mode to ask for


@cache_control(public=True, max_age=24 * 3600)
def manifest(request: HttpRequest) -> JsonResponse:
    """The web manifest (https://www.w3.org/TR/appmanifest/)."""
    return JsonResponse(
        {
            "id": "/",
            "name": settings.OSCAR_SHOP_NAME,
            "short_name": settings.OSCAR_SHOP_NAME,
            "description": gettext(
                "Honest guides to textured skin, and the few products we would recommend to a friend."
            ),
            "lang": settings.LANGUAGE_CODE,
            "start_url": "/",
            # The address stays in sight, above all at Stripe's page.
            "display": "browser",
            "theme_color": GROUND,
            "background_color": GROUND,
            "icons": [
                {"src": static("icons/icon-192.png"), "sizes": "192x192", "type": "image/png"},
                {"src": static("icons/icon-512.png"), "sizes": "512x512", "type": "image/png"},
                {
                    "src": static("icons/icon-maskable-512.png"),
                    "sizes": "512x512",
                    "type": "image/png",
                    "purpose": "maskable",
                },
            ],
        },
        content_type="application/manifest+json",
    )


@cache_control(public=True, max_age=24 * 3600)
def favicon(request: HttpRequest) -> HttpResponse:
    """Where programs look that read no page first: feed readers, link previews, bookmarks."""
    return redirect(static("icons/favicon.ico"))
