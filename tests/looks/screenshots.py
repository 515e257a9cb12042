"""Pictures of every page that a shopper sees, on a phone, a tablet and a desk, in light and in dark.

`python -m tests.looks.screenshots` writes them to test-results/screenshots/, with an index.html that shows them all;
`--only basket` takes only the pages whose names match. The next browser test empties test-results/.
"""

import argparse
import os
import re
import shutil
import sys
import tempfile
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS
from tests.looks.shop import served

if TYPE_CHECKING:  # what follows from models can be imported only after django.setup()
    from tests.looks.sights import Answer, Sight
    from tests.looks.window import Window

FOLDER = Path("test-results/screenshots")
WIDTHS = {1440: 900, 768: 1024, 360: 740}
SCHEMES = ("light", "dark")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", metavar="PATTERN", default="", help="pages whose names match this expression")
    only = re.compile(parser.parse_args().only, re.IGNORECASE)
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as url, sync_playwright() as playwright:
        from tests.looks.records import furnish
        from tests.looks.sights import look_at, sights
        from tests.looks.window import Window

        shop = furnish(url)
        chosen = [sight for sight in sights(shop) if only.search(sight.name) or sight.is_part]
        answers = look_at(chosen, shop.clients)
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(reduced_motion="reduce")
        pictured = [answer for answer in answers if not answer.sight.is_part]
        _photograph(Window(page, url, answers), pictured)
    (FOLDER / "index.html").write_text(_contact_sheet([answer.sight for answer in pictured]))
    sys.stdout.write(f"{len(pictured)} pages in {len(WIDTHS) * len(SCHEMES)} forms: {FOLDER / 'index.html'}\n")


def _photograph(window: "Window", answers: "list[Answer]") -> None:
    widest, tall = next(iter(WIDTHS.items()))
    for answer in answers:
        window.page.set_viewport_size({"width": widest, "height": tall})  # so that all pictures are large enough
        page = window.show(answer)
        # A full page shows what a reader would have scrolled to.
        page.evaluate("document.querySelectorAll('[loading=lazy]').forEach(late => { late.loading = 'eager' })")
        page.wait_for_function("[...document.images].every(image => image.complete)")
        page.evaluate("Promise.allSettled([...document.images].map(image => image.decode()))")  # or it stays bare
        page.wait_for_load_state("networkidle")
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=FOLDER / f"{answer.sight.file_name}-{width}-{scheme}.png", full_page=True)


def _contact_sheet(sights: "list[Sight]") -> str:
    rows = "".join(
        f'<h2 id="{sight.file_name}">{escape(sight.name)}</h2><p>'
        + "".join(
            f'<a href="{name}"><img src="{name}" alt="{width} pixels, {scheme}" loading="lazy"></a>'
            for width in WIDTHS
            for scheme in SCHEMES
            for name in [f"{sight.file_name}-{width}-{scheme}.png"]
        )
        + "</p>"
        for sight in sights
    )
    return (
        '<!doctype html><html lang="en-US"><meta charset="utf-8"><title>Every page</title><style>'
        "body{font:1rem/1.5 system-ui;margin:2rem;background:#888}p{display:flex;gap:1rem;align-items:start}"
        "img{inline-size:100%;max-block-size:40rem;object-fit:cover;object-position:top}a{flex:1}"
        f"</style><h1>Every page</h1>{rows}"
    )


if __name__ == "__main__":
    main()
