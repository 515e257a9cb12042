"""Which part may know which: the contracts of pyproject.toml, and what import-linter cannot see."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
COMPOSITION_ROOTS = [ROOT / "shop" / "settings", ROOT / "shop" / "urls.py"]


def sources(package: str) -> list[Path]:
    """Python and template files of a package, apart from those that put the parts together."""
    files = [path for path in sorted((ROOT / package).rglob("*")) if path.suffix in {".py", ".html", ".txt"}]
    return [path for path in files if not any(path.is_relative_to(root) for root in COMPOSITION_ROOTS)]


def lines_with(pattern: str, package: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sources(package)
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(pattern, line, re.IGNORECASE)
    ]


def test_import_contracts_are_kept():
    linted = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert linted.returncode == 0, linted.stdout


def test_shop_does_not_name_the_blog():
    assert lines_with("blog", "shop") == []


@pytest.mark.parametrize("app", ["checkout", "payment", "stripe_checkout", "stripe_sandbox"])
def test_blog_does_not_load_checkout_or_payment_by_name(app):
    assert lines_with(rf"get_(class|classes|model)\(\s*[\"']{app}\b", "blog") == []
