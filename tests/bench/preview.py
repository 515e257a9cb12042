"""How soon an editor sees what he typed: the preview beside the form, in a real browser.

The pockmark guide is opened in the admin of the shop under gunicorn, 20 letters are typed into its title, each after
the one before has shown, and the same once more with a block of text at its end that holds 20,000 words. Measured is
the time from the key to the letter on the page in the preview, with the pause that the script makes in it.
"""

import os
import statistics
import sys
import tempfile
from collections.abc import Iterator

import django
from playwright.sync_api import Page, sync_playwright

from tests.bench.report import progress, report
from tests.bench.server import environment, gunicorn, manage
from tests.bench.table import Table
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.deployed import fresh_database

LETTERS = 20
LONG_TEXT = "<p>" + "</p><p>".join(["A sentence that says something. " * 20] * 200) + "</p>"
DEVELOPMENT = "shop.settings.dev"  # without TLS, which the browser would ask for

SHOWN = """([title, began]) => new Promise(done => {
  const frame = document.querySelector("[data-preview-page]");
  const look = () => {
    if (frame.contentDocument?.querySelector("h1")?.textContent === title) done(performance.now() - began);
    else requestAnimationFrame(look);
  };
  look();
})"""


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        fresh_database("shop_bench") as database,
        report("Preview", command="make bench PART=preview", record="--record" in sys.argv) as say,
        sync_playwright() as playwright,
    ):
        shop = environment(database, folder) | {"DJANGO_SETTINGS_MODULE": DEVELOPMENT, "SITE_URL": ""}
        manage("migrate", "--verbosity", "0", **shop)
        manage("load_demo", **shop)
        # Playwright keeps an event loop in this thread.
        os.environ.update(shop | {"DJANGO_ALLOW_ASYNC_UNSAFE": "true"})
        django.setup()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        table = Table("preview, from the key to the page", "median ms", "95 % ms", "most ms")
        with gunicorn(workers=2) as port:
            for name, path in _guides():
                progress(f"Typing into {name}")
                page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
                took = list(_type(page, f"http://127.0.0.1:{port}{path}"))
                table.add(name, statistics.median(took), statistics.quantiles(took, n=20)[-1], max(took))
        browser.close()
        say(table)


def _guides() -> Iterator[tuple[str, str]]:
    """Each form to type in: what it is, and its path."""
    # Django's models can be imported only after django.setup().
    from django.urls import reverse

    from blog.models import Post, RichText

    guide = Post.objects.get(slug="understanding-pockmarks")
    path = reverse("admin:blog_post_change", args=[guide.pk])
    yield "the pockmark guide", path
    RichText.objects.create(parent=guide, ordering=10_000, text=LONG_TEXT)
    yield "with 20,000 words more", path


def _type(page: Page, address: str) -> Iterator[float]:
    """Type letters into the title. Gives the milliseconds from each key until the page shows it."""
    from django.conf import settings

    page.goto(address)
    page.get_by_label("Username").fill(settings.DEMO_STAFF["email"])
    page.get_by_label("Password").fill(settings.DEMO_STAFF["password"])
    page.get_by_role("button", name="Log in").click()
    page.wait_for_selector("[data-preview][data-shown]")
    title = page.locator("#id_title")
    title.fill("A title")
    page.evaluate(SHOWN, ["A title", 0])
    for number in range(LETTERS):
        typed = "A title" + "x" * (number + 1)
        began = page.evaluate("() => performance.now()")
        title.press("End")
        page.keyboard.press("x")
        yield page.evaluate(SHOWN, [typed, began])


if __name__ == "__main__":
    main()
