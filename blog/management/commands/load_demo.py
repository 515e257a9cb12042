"""manage.py load_demo: fills an empty shop, and leaves a shop that is already filled as it is."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sites.models import Site
from django.core.management.base import BaseCommand
from django.db import transaction

import blog.demo
import shop.demo
from shop.search import index, lookup


class Command(BaseCommand):
    help = "Load the demo shop: products, guides, and a staff login in development. Running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            shop.demo.load()
        self.stdout.write("Products, categories and delivery countries are in place.")

        with transaction.atomic():
            written = blog.demo.load()
        for post in written:
            self.stdout.write(f"Wrote the guide “{post.title}”.")
        if not written:
            self.stdout.write("The guides are in place.")

        if not lookup.has_entries():
            index.rebuild()
        self.stdout.write("The search has read them.")

        with transaction.atomic():
            self._name_site()
            self._add_staff()

    def _name_site(self) -> None:
        site = Site.objects.get(pk=settings.SITE_ID)
        if site.domain != "example.com":  # Django's placeholder: anything else is somebody's choice
            return
        site.name, site.domain = settings.OSCAR_SHOP_NAME, urlsplit(settings.SITE_URL).netloc
        site.save()
        self.stdout.write(f"Named the site: {site.name}, {site.domain}.")

    def _add_staff(self) -> None:
        login = getattr(settings, "DEMO_STAFF", None)
        if not login:
            return
        users = get_user_model().objects
        if not users.filter(email=login["email"]).exists():
            users.create_superuser(username=login["email"], email=login["email"], password=login["password"])
        self.stdout.write(f"Staff sign in as {login['email']} with the password {login['password']}.")
