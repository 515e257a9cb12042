"""Every page and every letter is HTML as the standard has it: the Nu checker finds no fault."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from shop.communication.previews import previews

ON_PAGES = (
    # Safari takes a list without bullets for no list, unless it is told: https://webkit.org/b/170179
    "The “list” role is unnecessary for element “ul”.",
    "The “list” role is unnecessary for element “ol”.",
    # A script counts into it, and takes `hidden` away.
    "Attribute “aria-hidden” is unnecessary for elements that have attribute “hidden”.",
    # The style guide shows titles of pages; on all others test_every_page.py counts them.
    "Consider using the “h1” element as a top-level heading only",
)
IN_LETTERS = (
    # Outlook keeps the room around a button only with the one, Apple Mail our colors in the dark with the other.
    "CSS: “mso-padding-alt”: Property “mso-padding-alt” doesn't exist.",
    "CSS: “supported-color-schemes”: Property “supported-color-schemes” doesn't exist.",
)

pytestmark = [pytest.mark.validator, pytest.mark.looks]


@pytest.fixture
def check(tmp_path):
    """What the checker says of these pages, without what is known and meant."""

    def run(pages: dict[str, str], known: tuple[str, ...], *options: str) -> list[str]:
        files = {tmp_path / f"{number}.html": name for number, name in enumerate(pages)}
        for file, name in files.items():
            file.write_text(pages[name])
        (jar,) = Path(sys.prefix).glob("vnu-*.jar")
        words = ["java", "-jar", jar, "--format", "json", "--stdout", "--exit-zero-always", "--no-langdetect"]
        said = subprocess.run([*words, *options, *files], capture_output=True, text=True, check=True)
        return [
            f"{files[Path(message['url'].removeprefix('file:'))]}: {message['message']} {message.get('extract', '')}"
            for message in json.loads(said.stdout)["messages"]
            if not message["message"].startswith(known)
        ]

    return run


def test_every_page_is_valid(every_page, check):
    found = check({answer.sight.name: answer.html for answer in every_page.answers}, ON_PAGES)
    assert not found, "\n".join(found)


def test_every_letter_is_valid(db, check):
    """As far as mail programs let it be: they need tables for the layout, of which the checker only warns."""
    letters = {code: letter.messages()["html"] for code, letter in previews().items()}
    found = check(letters, IN_LETTERS, "--errors-only")
    assert not found, "\n".join(found)


def test_the_checker_finds_faults(check):
    assert check({"Wrong": "<!doctype html><html lang=en><title>Wrong</title><p><div></div></p>"}, ON_PAGES)
