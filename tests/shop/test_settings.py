"""The settings as a fresh process sees them: each test starts one, with an environment of its own."""

import json
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]

GOOD = {
    "SECRET_KEY": secrets.token_urlsafe(50),
    "ALLOWED_HOSTS": "shop.example",
    "STRIPE_SECRET_KEY": "sk_test_1",
    "STRIPE_WEBHOOK_SECRET": "whsec_1",
}
WEAK_KEY = "SECRET_KEY is weak: use at least 50 random characters."
NO_HOSTS = "ALLOWED_HOSTS is empty: name the hosts that the shop answers for."
LIVE_KEY = "STRIPE_API_BASE is set together with a live key: live payments go to Stripe and nowhere else."
ELSEWHERE = "http://127.0.0.1:9"


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Start Python here with this environment and nothing of ours."""
    inherited = {"PATH": os.environ["PATH"], "PYTHONWARNINGS": "error"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=inherited | environment, capture_output=True, text=True
    )


def setting(name: str, module: str = "production", **environment: str):
    """What a setting is in this environment."""
    program = f"import json; from shop.settings.{module} import {name} as it; print(json.dumps(it))"
    started = run("-c", program, **environment)
    assert started.returncode == 0, started.stderr
    return json.loads(started.stdout)


def faults(**environment: str) -> list[str]:
    """The sentences with which production refuses this environment."""
    started = run("-c", "import shop.settings.production", **environment)
    assert started.returncode == 1, "production started"
    return re.findall(r"^- (.+)$", started.stderr, re.MULTILINE)


def without(name: str) -> dict[str, str]:
    return {key: value for key, value in GOOD.items() if key != name}


def test_production_starts_with_good_values():
    assert setting("DEBUG", **GOOD) is False


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        (without("SECRET_KEY"), "SECRET_KEY is missing."),
        (GOOD | {"SECRET_KEY": "short"}, WEAK_KEY),
        (GOOD | {"SECRET_KEY": "ab" * 40}, WEAK_KEY),
        (GOOD | {"SECRET_KEY": "django-insecure-" + secrets.token_urlsafe(50)}, WEAK_KEY),
        (without("ALLOWED_HOSTS"), NO_HOSTS),
        (GOOD | {"ALLOWED_HOSTS": " , "}, NO_HOSTS),
        (GOOD | {"ALLOWED_HOSTS": "*"}, "SITE_URL is missing: ALLOWED_HOSTS begins with *, which is no address."),
        (GOOD | {"SITE_URL": "shop.example"}, "SITE_URL is not an address: begin it with https://."),
        (without("STRIPE_SECRET_KEY"), "STRIPE_SECRET_KEY is missing."),
        (without("STRIPE_WEBHOOK_SECRET"), "STRIPE_WEBHOOK_SECRET is missing."),
        (GOOD | {"DEBUG": "true"}, "DEBUG is on: production never shows its insides."),
        (GOOD | {"STRIPE_SECRET_KEY": "sk_live_1", "STRIPE_API_BASE": ELSEWHERE}, LIVE_KEY),
        (GOOD | {"STRIPE_SECRET_KEY": "rk_live_1", "STRIPE_API_BASE": ELSEWHERE}, LIVE_KEY),
    ],
)
def test_production_refuses_with_one_sentence(environment, sentence):
    assert faults(**environment) == [sentence]


def test_production_names_every_fault_at_once():
    assert [fault.split()[0] for fault in faults(DEBUG="1")] == [
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "STRIPE_SECRET_KEY",
        "STRIPE_WEBHOOK_SECRET",
        "DEBUG",
    ]


def test_deploy_check_is_clean_in_production():
    environment = GOOD | {"DJANGO_SETTINGS_MODULE": "shop.settings.production"}
    checked = run("-W", "default", "manage.py", "check", "--deploy", "--fail-level", "WARNING", **environment)
    assert checked.returncode == 0, checked.stderr


def test_site_url_of_production_falls_back_to_the_first_allowed_host():
    assert setting("SITE_URL", **GOOD | {"ALLOWED_HOSTS": ".shop.example, other.example"}) == "https://shop.example"


def test_health_checks_from_inside_are_an_allowed_host_in_production():
    assert setting("ALLOWED_HOSTS", **GOOD) == ["shop.example", "127.0.0.1"]


@pytest.mark.parametrize("key", ["$" + "kd93jf0q" * 8, "kd93" + r"\$" + "jf0q" * 16, "$$" + "kd93jf0q" * 8])
def test_secret_key_with_a_dollar_sign_stays_itself(key):
    assert setting("SECRET_KEY", **GOOD | {"SECRET_KEY": key}) == key


def test_database_password_with_signs_stays_itself():
    databases = setting("DATABASES", **GOOD, DATABASE_URL="postgres://shop:$a%24%40b@db.example/shop")
    assert databases["default"]["PASSWORD"] == "$a$@b"


def test_webhook_secrets_are_a_list_while_one_is_rotated():
    rotated = GOOD | {"STRIPE_WEBHOOK_SECRET": "whsec_new, whsec_old"}
    assert setting("STRIPE_WEBHOOK_SECRETS", **rotated) == ["whsec_new", "whsec_old"]


def test_development_talks_to_the_stand_in():
    assert setting("STRIPE_API_BASE", module="dev") == "http://127.0.0.1:8000/stripe-sandbox"


def test_development_talks_to_stripe_once_it_has_a_key():
    assert setting("STRIPE_API_BASE", module="dev", STRIPE_SECRET_KEY="sk_test_1") == ""


def test_database_is_sqlite_when_nothing_is_said():
    assert setting("DATABASES", module="dev")["default"]["ENGINE"] == "django.db.backends.sqlite3"


@pytest.mark.parametrize("name", ["DATABASE_URL", "CACHE_URL", "EMAIL_URL", "PROXIES", "MEDIA_ROOT"])
def test_empty_value_is_none(name):
    """As Compose hands on a variable that nobody has set."""
    read = {"DATABASE_URL": "DATABASES", "CACHE_URL": "CACHES", "EMAIL_URL": "EMAIL_BACKEND"}.get(name, name)
    assert setting(read, module="dev", **{name: ""}) == setting(read, module="dev")


def test_database_url_selects_postgresql():
    database = setting("DATABASES", **GOOD, DATABASE_URL="postgres://shop:word@db.example:5433/goods")["default"]
    assert {key: database[key] for key in ("ENGINE", "USER", "PASSWORD", "HOST", "PORT", "NAME")} == {
        "ENGINE": "django.db.backends.postgresql",
        "USER": "shop",
        "PASSWORD": "word",
        "HOST": "db.example",
        "PORT": 5433,
        "NAME": "goods",
    }


@pytest.mark.parametrize("environment", [{}, {"CACHE_URL": "locmem://"}])
def test_cache_is_local_memory_when_nothing_else_is_said(environment):
    cache = setting("CACHES", module="dev", **environment)["default"]
    assert cache["BACKEND"] == "shop.telemetry.cache.LocMemCache"


def test_cache_url_selects_redis():
    cache = setting("CACHES", **GOOD, CACHE_URL="redis://cache.example:6380/1")["default"]
    assert (cache["BACKEND"], cache["LOCATION"]) == (
        "shop.telemetry.cache.RedisCache",
        "redis://cache.example:6380/1",
    )


def test_cache_that_does_not_answer_holds_nobody_up():
    cache = setting("CACHES", **GOOD, CACHE_URL="redis://cache.example:6379")["default"]
    assert cache["OPTIONS"] == {"socket_connect_timeout": 2, "socket_timeout": 2}  # seconds; redis-py waits for ever


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("foreign_keys", 1),
        ("busy_timeout", 20_000),  # milliseconds; Django's `timeout` is in seconds
        ("synchronous", 1),  # NORMAL, which WAL makes safe
    ],
)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="these tests run on another database")
@pytest.mark.django_db
def test_sqlite_pragma_is_in_force(pragma, value):
    with connection.cursor() as cursor:
        assert cursor.execute(f"PRAGMA {pragma}").fetchone() == (value,)


MADE_THERE = {"PROMETHEUS_MULTIPROC_DIR"}
"""By gunicorn.conf.py itself, for its processes."""


def test_readme_lists_the_variables_that_base_reads():
    base = (ROOT / "shop/settings/base.py").read_text()
    read = set(re.findall(r"\benv(?:\.\w+|_words)\(\s*\"([A-Z_]+)\"", base)) | {"DJANGO_SETTINGS_MODULE"}
    read |= set(re.findall(r"environ\.get\(\"([A-Z_]+)\"", (ROOT / "gunicorn.conf.py").read_text())) - MADE_THERE
    listed = set(re.findall(r"^\| `([A-Z_]+)` ", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert listed == read


def test_only_base_reads_the_environment():
    sources = [ROOT / "manage.py", *(ROOT / "shop").rglob("*.py"), *(ROOT / "blog").rglob("*.py")]
    readers = {
        str(path.relative_to(ROOT))
        for path in sources
        if re.search(r"\benviron\b(?!\.setdefault\(\"DJANGO_SETTINGS_MODULE\")|\bgetenv\b|\benv\.", path.read_text())
    }
    assert readers == {"shop/settings/base.py"}


def test_index_is_in_the_database_unless_a_server_is_named():
    assert setting("MODELSEARCH_BACKENDS", **GOOD)["default"]["BACKEND"] == "modelsearch.backends.database"
    elsewhere = setting("MODELSEARCH_BACKENDS", **GOOD, SEARCH_URL="opensearch3+https://u:p@search.example:9200")
    assert elsewhere["default"] == {
        "BACKEND": "modelsearch.backends.opensearch3",
        "URLS": ["https://u:p@search.example:9200"],
    }
