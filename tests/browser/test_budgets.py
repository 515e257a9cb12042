"""What a first visit brings over the wire, from the shop under production settings and gunicorn."""

from collections import Counter
from collections.abc import Callable

import pytest

from tests.bench.server import environment, gunicorn
from tests.deployed import collect_static_files, load_demo, manage

pytestmark = pytest.mark.looks

# The window of Lighthouse's mobile preset.
PHONE = {"viewport": {"width": 412, "height": 823}, "device_scale_factor": 1.75, "is_mobile": True, "has_touch": True}
GUIDE = "/blog/understanding-pockmarks/"
PRODUCT = "/catalogue/renewal-retinol-serum_1/"


@pytest.fixture(scope="module")
def bytes_of(browser, tmp_path_factory) -> Callable[[str], Counter]:
    """Bytes of a first visit to a path, headers included, by what they are for: "Document", "Stylesheet", "Image" …"""
    folder = tmp_path_factory.mktemp("budgets")
    shop = environment(f"sqlite:///{folder}/shop.sqlite3", str(folder))
    manage(shop, "migrate", "--verbosity", "0")
    load_demo(shop)
    collect_static_files(shop)
    seen: dict[str, Counter] = {}

    def visit(path: str) -> Counter:
        if path not in seen:
            seen[path] = _first_visit(browser, f"http://127.0.0.1:{port}{path}")
        return seen[path]

    with gunicorn(workers=1, **shop) as port:
        yield visit


def _first_visit(browser, url: str) -> Counter:
    """TLS ends at a proxy in front of the shop; the header says so in its place."""
    context = browser.new_context(**PHONE, extra_http_headers={"X-Forwarded-Proto": "https"})
    page = context.new_page()
    network = context.new_cdp_session(page)
    kinds, sizes = {}, Counter()
    network.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    network.on(
        "Network.loadingFinished",
        lambda event: sizes.update({kinds[event["requestId"]]: int(event["encodedDataLength"])}),
    )
    network.send("Network.enable")
    assert page.goto(url).ok, url
    page.wait_for_load_state("networkidle")
    context.close()
    return sizes


@pytest.mark.parametrize(("path", "kilobytes"), [(GUIDE, 170), (PRODUCT, 200)])
def test_all_of_a_page(bytes_of, path, kilobytes):
    brought = bytes_of(path)
    assert brought.total() <= kilobytes * 1000, dict(brought)


@pytest.mark.parametrize("path", [GUIDE, PRODUCT])
@pytest.mark.parametrize(("kind", "kilobytes"), [("Stylesheet", 20), ("Script", 10), ("Font", 60)])
def test_what_dresses_a_page(bytes_of, path, kind, kilobytes):
    assert bytes_of(path)[kind] <= kilobytes * 1000


@pytest.mark.parametrize("kind", ["Document", "Stylesheet", "Script", "Font", "Image"])
def test_each_kind_is_measured(bytes_of, kind):
    assert bytes_of(GUIDE)[kind] > 0
