"""The composition root: the one file that mounts everything, and the one in shop/ that knows the blog."""

from django.apps import apps
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path
from django.views.generic import TemplateView
from oscar.core.loading import get_model

from blog.sitemaps import AuthorSitemap, PostSitemap, TopicSitemap
from shop import health, policy_reports
from shop.catalogue.reviews.views import GuestReviewView, NoLettersView
from shop.catalogue.views import HomeView
from shop.feeds.google import google
from shop.identity.views import favicon, manifest
from shop.media import media
from shop.pages import Privacy, Terms
from shop.promises.models import Promise
from shop.sitemaps import PageSitemap, RecordSitemap, index, product_images

Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")

SITEMAPS = {
    "pages": PageSitemap("home", "blog:index", "blog:archive", "catalogue:index", "contact:form", "privacy", "terms"),
    "guides": PostSitemap,
    "topics": TopicSitemap,
    "authors": AuthorSitemap,
    "products": RecordSitemap(
        Product.objects.browsable().prefetch_related("images").order_by("pk"),
        changed="date_updated",
        images=product_images,
    ),
    "categories": RecordSitemap(Category.objects.browsable()),
    "promises": RecordSitemap(Promise.objects.filter(version=1)),
}

urlpatterns = [
    path("", HomeView.as_view(), name="home"),
    path("blog/", include("blog.urls")),
    path("promises/", include("shop.promises.urls")),
    path("reviews/<str:number>/<int:product_pk>/<str:key>/", GuestReviewView.as_view(), name="guest-review"),
    path("review-letters/<str:token>/", NoLettersView.as_view(), name="no-review-letters"),
    path("returns/", include("shop.returns.urls")),
    path("dashboard/returns/", include("shop.returns.desk_urls")),
    path("contact/", include("shop.contact.urls")),
    path("privacy/", Privacy.as_view(), name="privacy"),
    path("terms/", Terms.as_view(), name="terms"),
    path("stripe/", include("shop.stripe_checkout.urls")),
    path("staff/", include("shop.staff.urls")),
    path("admin/", admin.site.urls),
    path("styleguide/", include("shop.styleguide.urls")),
    path("sitemap.xml", index, {"sections": SITEMAPS}, name="sitemap-index"),
    path("sitemap-<str:section>.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("feeds/google.xml", google, name="google-feed"),
    path("robots.txt", TemplateView.as_view(template_name="robots.txt", content_type="text/plain"), name="robots"),
    path("site.webmanifest", manifest, name="manifest"),
    path("favicon.ico", favicon),
    path("policy-reports/", policy_reports.receive, name="policy-reports"),
    path("healthz/", health.alive, name="healthz"),
    path("readyz/", health.ready, name="readyz"),
    # nginx answers for media before a request reaches us; without it the pictures still show.
    path("media/<path:path>", media),
    path("", include(apps.get_app_config("oscar").urls[0])),
]

if apps.is_installed("shop.stripe_sandbox"):
    urlpatterns.insert(0, path("stripe-sandbox/", include("shop.stripe_sandbox.urls")))
