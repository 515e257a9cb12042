from oscar.apps.customer import apps

# A guest's order behind a signed number that never expires: not shown, whoever has the link.
UNMOUNTED = {"anon-order", "anon-order-form"}


class CustomerConfig(apps.CustomerConfig):
    name = "shop.customer"

    def get_urls(self) -> list:
        return [url for url in super().get_urls() if url.name not in UNMOUNTED]
