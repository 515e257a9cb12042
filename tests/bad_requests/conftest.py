"""The shop with one of each thing, those who send it bad requests, and what they could ask."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from django.test.utils import override_settings

from tests.bad_requests.site import Site, explore
from tests.conftest import write_promises
from tests.looks.records import furnish

FRONT_DOORS = {
    "guest": ["/", "/search/?q=gel", "/accounts/login/?next=/basket/", "/accounts/order-status/", "/returns/"],
    "member": ["/", "/basket/", "/checkout/", "/accounts/", "/accounts/profile/", "/accounts/wishlists/", "/returns/"],
    "staff": ["/dashboard/", "/dashboard/returns/", "/admin/", "/styleguide/"],
}


@dataclass(frozen=True)
class Attacked:
    """`clients` are signed in by the names that requests call their senders; `site` is what they found.

    The guest holds nobody's link, and the member is not the one whose orders, addresses and returns lie there.
    """

    clients: dict[str, Client]
    member: int
    site: Site


@pytest.fixture(scope="module")
def attacked(django_db_setup, django_db_blocker, live_server, tmp_path_factory) -> Iterator[Attacked]:
    stripe = f"{live_server.url}/stripe-sandbox"
    media = tmp_path_factory.mktemp("media")
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=media, SITE_URL=live_server.url, STRIPE_API_BASE=stripe),
    ):
        try:
            write_promises()
            call_command("load_demo", verbosity=0)
            shop = furnish(live_server.url)
            owner = Client()
            owner.force_login(get_user_model().objects.create_superuser("owner", "owner@example.com", "plain-care"))
            clients = {
                "guest": shop.clients["guest"],
                "member": shop.clients["newcomer"],
                "staff": shop.clients["staff"],
                "owner": owner,
            }
            shopping = shop.clients["full basket"]  # its forms are those that a guest has once he put something in
            doors = [
                (clients["guest"], FRONT_DOORS["guest"]),
                (shopping, FRONT_DOORS["member"]),
                (clients["member"], FRONT_DOORS["member"]),
                (owner, FRONT_DOORS["staff"]),
            ]
            # What Stripe's stand-in shows is no page of the shop; while it is away, a payment fails at once.
            with override_settings(STRIPE_API_BASE="http://127.0.0.1:9"):
                yield Attacked(clients, get_user_model().objects.get(username="sam").pk, explore(doors))
        finally:
            call_command("flush", interactive=False, verbosity=0)
