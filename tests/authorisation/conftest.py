"""The shop with one of each thing, and those who knock at its doors."""

import logging

import pytest
from django.test import Client

from tests.authorisation.knocking import House
from tests.authorisation.matrix import ANONYMOUS, CUSTOMER, CUSTOMER_B, GROUPS, NO_GROUP
from tests.authorisation.things import Things
from tests.staff import make_staff, signed_in


@pytest.fixture(scope="module")
def forms() -> dict:
    """Filled in for the first visitor who is to be refused, and sent by all others too."""
    return {}


@pytest.fixture
def house(db, forms, caplog) -> House:
    caplog.set_level(logging.CRITICAL, logger="django.request")  # it would write down each refusal, with its traceback
    b = make_staff("b", is_staff=False)
    browsers = {
        ANONYMOUS: Client(),
        CUSTOMER: signed_in(make_staff("a", is_staff=False), verified=False),
        CUSTOMER_B: signed_in(b, verified=False),
        NO_GROUP: signed_in(make_staff("none")),
        **{group: signed_in(make_staff(group, groups=(group,))) for group in GROUPS},
    }
    for browser in browsers.values():
        browser.raise_request_exception = False
        browser.get("/")  # a first visit leaves an empty basket
    return House(browsers, Things(b), forms)
