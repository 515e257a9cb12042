"""The README is short, and what it names exists."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import Resolver404, resolve

from shop.stripe_checkout.webhooks import HANDLERS

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
DOCUMENTS = {path.name: path.read_text() for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]}
EVERY_DOCUMENT = pytest.mark.parametrize("document", DOCUMENTS)

FOLDERS = ("shop/", "blog/", "tests/", "templates/", "static/", "docs/", "deploy/")


def test_readme_is_under_200_lines():
    assert len(README.splitlines()) < 200


@EVERY_DOCUMENT
def test_make_targets_exist(document):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)(?=[`\s]*(?:#|`|$))", DOCUMENTS[document], re.MULTILINE)) <= targets


@EVERY_DOCUMENT
def test_management_commands_exist(document):
    assert set(re.findall(r"manage\.py (\w+)", DOCUMENTS[document])) <= set(get_commands())


@EVERY_DOCUMENT
def test_files_and_folders_exist(document):
    named = re.findall(r"`([\w./]+)`", DOCUMENTS[document]) + re.findall(r"\]\(([\w./]+)\)", DOCUMENTS[document])
    assert [path for path in named if path.startswith(FOLDERS) and not (ROOT / path).exists()] == []


@EVERY_DOCUMENT
def test_urls_resolve(document):
    dead = []
    for path in re.findall(r"`(/[\w/]+/)`", DOCUMENTS[document]):
        try:
            resolve(path)
        except Resolver404:
            dead.append(path)
    assert dead == []


@EVERY_DOCUMENT
def test_services_exist_in_compose(document):
    services = set(re.findall(r"^  (\w+):$", (ROOT / "docker-compose.yml").read_text(), re.MULTILINE))
    assert set(re.findall(r"docker compose exec (?:-T )?(\w+)", DOCUMENTS[document])) <= services


def test_stripe_events_that_it_names_are_the_ones_handled():
    assert set(re.findall(r"`((?:checkout|charge|refund|review)\.[\w.]+)`", README)) == set(HANDLERS)
