"""The style guide in a browser. What axe says of it and its frames, test_every_page.py knows."""

import pytest

pytestmark = pytest.mark.looks


def test_a_chosen_scheme_holds_whatever_the_device_has(shop, page, admin_client):
    session = admin_client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": shop}])
    assert page.goto(f"{shop}/styleguide/?scheme=dark").ok
    page.emulate_media(color_scheme="light")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(29, 32, 36)"
