"""What Lighthouse says of the shop as deployed: the mobile preset, three times a page, and the median of each figure.

It asks for npx (Node 18 or later) and for Chromium. The exit status is 1 when a page misses what we hold ourselves to.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import django

from tests.bench.report import say
from tests.bench.server import environment, gunicorn, manage
from tests.browser.conftest import CHROMIUM

LIGHTHOUSE = "lighthouse@12.8.2"
TIMES = 3
SCORES = {"performance": "perf.", "accessibility": "access.", "best-practices": "practices", "seo": "SEO"}
FIGURES = {
    "largest-contentful-paint": "LCP s",
    "cumulative-layout-shift": "CLS",
    "total-blocking-time": "TBT ms",
    "total-byte-weight": "KB",
}
MOST = {"largest-contentful-paint": 1300, "cumulative-layout-shift": 0.004, "total-blocking-time": 0}


@dataclass(frozen=True)
class Page:
    """What is judged. Search engines are kept out of results, basket and checkout: SEO says nothing there."""

    name: str
    path: str
    cookies: str = ""
    is_indexed: bool = True


def main() -> None:
    if not shutil.which("npx"):
        raise SystemExit("Lighthouse runs on Node: install it with npm, which brings npx.")
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(environment(f"sqlite:///{folder}/shop.sqlite3", folder))
        manage("migrate", "--verbosity", "0")
        manage("load_demo")
        manage("collectstatic", "--noinput")
        django.setup()
        missed = []
        # A browser's connections end at the proxy, which keeps them open.
        with gunicorn(workers=2, application="tests.looks.behind_tls", GUNICORN_CMD_ARGS="--keep-alive=5") as port:
            say(f"{LIGHTHOUSE}, mobile, median of {TIMES}, {os.cpu_count()} cores\n")
            say(f"{'page':<18}" + "".join(f"{title:>11}" for title in [*SCORES.values(), *FIGURES.values()]))
            for page in _pages():
                url = f"http://127.0.0.1:{port}{page.path}"
                reports = [_report(url, page.cookies, Path(folder)) for _ in range(TIMES)]
                medians = _medians(reports)
                say(f"{page.name:<18}" + "".join(f"{figure:>11}" for figure in _written(medians)))
                missed += [f"{page.name}: {fault}" for fault in _faults(page, medians, reports[-1])]
    say("")
    for fault in missed:
        say(fault)
    sys.exit(bool(missed))


def _pages() -> Iterator[Page]:
    # Django's models can be imported only after django.setup().
    from django.test import Client
    from oscar.core.loading import get_model

    products = get_model("catalogue", "Product").objects
    shopper = Client(SERVER_NAME="127.0.0.1")
    for slug in ("renewal-retinol-serum", "daily-shield-spf-50"):
        shopper.post(f"/basket/add/{products.get(slug=slug).pk}/", {"quantity": 1}, secure=True)
    shopper.get("/basket/", secure=True)  # reads what the two additions had to say
    cookies = shopper.cookies.output(header="", sep=";", attrs=[]).strip()
    category = get_model("catalogue", "Category").objects.get(slug="treat")
    yield Page("home", "/")
    yield Page("guides", "/blog/")
    yield Page("pockmark guide", "/blog/understanding-pockmarks/")
    yield Page("category", category.get_absolute_url())
    yield Page("product", products.get(slug="renewal-retinol-serum").get_absolute_url())
    yield Page("search", "/search/?q=gel", is_indexed=False)
    yield Page("basket, two lines", "/basket/", cookies, is_indexed=False)
    yield Page("checkout", "/checkout/", cookies, is_indexed=False)


def _report(url: str, cookies: str, folder: Path) -> dict:
    output, headers = folder / "report.json", folder / "headers.json"
    headers.write_text(json.dumps({"Cookie": cookies} if cookies else {}))
    flags = "--chrome-flags=--headless=new --no-sandbox --disable-quic --no-first-run --disable-background-networking"
    words = ["npx", "--yes", LIGHTHOUSE, url, flags, f"--extra-headers={headers}", "--quiet"]
    words += [f"--only-categories={','.join(SCORES)}", "--output=json", f"--output-path={output}"]
    for _ in range(TIMES):  # a busy machine may miss the beginning of a trace, and Lighthouse says to run it again
        if subprocess.run(words, env=os.environ | {"CHROME_PATH": CHROMIUM}).returncode == 0:
            return json.loads(output.read_text())
    raise SystemExit(f"Lighthouse cannot judge {url}.")


def _medians(reports: list[dict]) -> dict[str, float]:
    """Every score (0 to 100) and figure (milliseconds, bytes) by Lighthouse's own name."""
    scores = {name: [100 * report["categories"][name]["score"] for report in reports] for name in SCORES}
    figures = {name: [report["audits"][name]["numericValue"] for report in reports] for name in FIGURES}
    return {name: statistics.median(values) for name, values in (scores | figures).items()}


def _written(medians: dict[str, float]) -> list[str]:
    scores = [f"{medians[name]:.0f}" for name in SCORES]
    paint, shift, blocked, size = (medians[name] for name in FIGURES)
    return [*scores, f"{paint / 1000:.2f}", f"{shift:.2f}", f"{blocked:.0f}", f"{size / 1000:.0f}"]


def _faults(page: Page, medians: dict[str, float], report: dict) -> list[str]:
    judged = [name for name in SCORES if page.is_indexed or name != "seo"]
    low = [
        f"{name} is {medians[name]:.0f}, not 100: {', '.join(_failed(report, name))}"
        for name in judged
        if medians[name] < 100
    ]
    high = [f"{name} is {medians[name]:.4g}, more than {most}" for name, most in MOST.items() if medians[name] > most]
    return low + high


def _failed(report: dict, category: str) -> list[str]:
    """What cost that category points, by Lighthouse's own names."""
    weighed = [audit["id"] for audit in report["categories"][category]["auditRefs"] if audit["weight"]]
    return [name for name in weighed if (report["audits"][name]["score"] or 0) < 1]


if __name__ == "__main__":
    main()
