"""The stand-in cannot be reached, nor switched on by accident, where orders are real."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]

ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "shop.settings.production",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP",
    "ALLOWED_HOSTS": "shop.example",
    "SITE_URL": "https://shop.example",
    "STRIPE_SECRET_KEY": "sk_test_1",
    "STRIPE_WEBHOOK_SECRET": "whsec_1",
}


LOOK = """
import importlib, json, django
from django.urls import Resolver404, resolve
django.setup()
from django.apps import apps

def error(action, *args):
    try:
        action(*args)
    except Exception as caught:
        return f"{type(caught).__name__}: {caught}"

paths = ["/stripe-sandbox/", "/stripe-sandbox/pay/cs_test_1/", "/stripe-sandbox/v1/refunds"]
modules = ["urls", "api", "pages", "models"]
print(json.dumps({
    "labels": list(apps.app_configs),
    "paths": {path: error(resolve, path) for path in paths},
    "modules": {name: error(importlib.import_module, f"shop.stripe_sandbox.{name}") for name in modules},
}))
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run Python in a process of its own, under production settings unless told otherwise."""
    folder = tmp_path_factory.mktemp("production")
    careless = "from shop.settings.production import *\nINSTALLED_APPS = [*INSTALLED_APPS, 'shop.stripe_sandbox']\n"
    (folder / "careless.py").write_text(careless)
    own = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'shop.sqlite3'}",
        "MEDIA_ROOT": str(folder / "media"),
    }

    def run(code: str, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=own | ENVIRONMENT | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture(scope="module")
def production(run):
    """What a shop under production settings has of the stand-in."""
    outcome = run(LOOK)
    assert outcome.returncode == 0, outcome.stderr
    return json.loads(outcome.stdout)


def test_production_does_not_install_it(production):
    assert "stripe_checkout" in production["labels"]  # the shop itself has started
    assert "stripe_sandbox" not in production["labels"]


def test_production_does_not_resolve_its_addresses(production):
    assert all(error and error.startswith("Resolver404") for error in production["paths"].values())


def test_its_modules_refuse_to_be_imported_in_production(production):
    assert all("isn't in an application in INSTALLED_APPS" in error for error in production["modules"].values())


def test_installing_it_in_production_stops_the_shop(run):
    outcome = run("import django; django.setup()", DJANGO_SETTINGS_MODULE="careless")
    assert "ImproperlyConfigured: shop.stripe_sandbox is installed under careless" in outcome.stderr


def test_a_live_key_in_development_stops_the_shop(run):
    outcome = run(
        "import django; django.setup()", DJANGO_SETTINGS_MODULE="shop.settings.dev", STRIPE_SECRET_KEY="sk_live_1"
    )
    assert "ImproperlyConfigured: shop.stripe_sandbox is installed together with a live Stripe key" in outcome.stderr
