"""How soon an editor sees what he typed: the preview beside the form, in a real browser.

The pockmark guide is opened in the admin of the shop under gunicorn, 20 letters are typed into its title, each after
the one before has shown, and the same once more with a block of text at its end that holds 20,000 words. Measured is
the time from the key to the letter on the page in the preview, with the pause that the script makes in it.
"""

import os
import statistics
import tempfile
from collections.abc import Iterator

import django
from playwright.sync_api import Page, sync_playwright

from tests.bench.server import environment, fresh_database, gunicorn, manage, say
from tests.browser.conftest import CHROMIUM, FLAGS

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
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        database = fresh_database(os.environ["DATABASE_URL"]) or f"sqlite:///{folder}/shop.sqlite3"
        os.environ.update(environment(database, folder) | {"DJANGO_SETTINGS_MODULE": DEVELOPMENT, "SITE_URL": ""})
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in this thread
        manage("migrate", "--verbosity", "0", settings=DEVELOPMENT)
        manage("load_demo", settings=DEVELOPMENT)
        django.setup()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with gunicorn(workers=2) as port:
            say(f"\n{'preview, from the key to the page':<34}{'median ms':>12}{'95 % ms':>10}{'most ms':>10}")
            for name, path in _guides():
                page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
                took = list(_type(page, f"http://127.0.0.1:{port}{path}"))
                ninety_fifth = statistics.quantiles(took, n=20)[-1]
                say(f"{name:<34}{statistics.median(took):>12.0f}{ninety_fifth:>10.0f}{max(took):>10.0f}")
        browser.close()


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
