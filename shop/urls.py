"""The composition root: the one file that mounts everything, and the one in shop/ that knows the blog."""

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import TemplateView
from django.views.static import serve

from shop import health

urlpatterns = [
    path("", TemplateView.as_view(template_name="home.html"), name="home"),
    path("blog/", include("blog.urls")),
    path("promises/", include("shop.promises.urls")),
    path("stripe/", include("shop.stripe_checkout.urls")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("healthz/", health.alive, name="healthz"),
    path("readyz/", health.ready, name="readyz"),
    # nginx answers for media before a request reaches us; without it the pictures still show.
    path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}),
    path("", include(apps.get_app_config("oscar").urls[0])),
]

if apps.is_installed("shop.stripe_sandbox"):
    urlpatterns.insert(0, path("stripe-sandbox/", include("shop.stripe_sandbox.urls")))
