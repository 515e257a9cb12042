"""The composition root: the one file that mounts everything, and the one in shop/ that knows the blog."""

from django.apps import apps
from django.contrib import admin
from django.contrib.sitemaps import GenericSitemap
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path
from django.views.generic import TemplateView
from oscar.core.loading import get_model

from blog.sitemaps import PostSitemap
from shop import health
from shop.catalogue.views import HomeView
from shop.media import media
from shop.promises.models import Promise
from shop.sitemaps import PageSitemap

Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")

SITEMAPS = {
    "pages": PageSitemap("home", "blog:index", "catalogue:index"),
    "guides": PostSitemap,
    "products": GenericSitemap({"queryset": Product.objects.browsable(), "date_field": "date_updated"}),
    "categories": GenericSitemap({"queryset": Category.objects.browsable()}),
    "promises": GenericSitemap({"queryset": Promise.objects.all()}),
}

urlpatterns = [
    path("", HomeView.as_view(), name="home"),
    path("blog/", include("blog.urls")),
    path("promises/", include("shop.promises.urls")),
    path("stripe/", include("shop.stripe_checkout.urls")),
    path("admin/", admin.site.urls),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("robots.txt", TemplateView.as_view(template_name="robots.txt", content_type="text/plain"), name="robots"),
    path("healthz/", health.alive, name="healthz"),
    path("readyz/", health.ready, name="readyz"),
    # nginx answers for media before a request reaches us; without it the pictures still show.
    path("media/<path:path>", media),
    path("", include(apps.get_app_config("oscar").urls[0])),
]

if apps.is_installed("shop.stripe_sandbox"):
    urlpatterns.insert(0, path("stripe-sandbox/", include("shop.stripe_sandbox.urls")))
