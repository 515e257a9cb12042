"""Oscar's root: which of its URLs the shop mounts."""

from django.contrib import admin
from oscar import config
from oscar.core.loading import get_class

from shop.admin_lists import fetch_with_rows
from shop.admin_requests import refuse_bad_requests
from shop.prose import clean_on_save
from shop.selections import refuse_what_is_no_key


class Shop(config.Shop):
    """Oscar's own map without its home page: ours is mounted in shop.urls."""

    def ready(self):
        super().ready()
        fetch_with_rows(admin.site)  # which knows all lists by now: it stands before this app
        refuse_bad_requests(admin.site)
        refuse_what_is_no_key()
        clean_on_save()
        self.set_password_form = get_class("customer.forms", "SetPasswordForm")

    def get_urls(self):
        return [url for url in super().get_urls() if getattr(url, "name", None) != "home"]
