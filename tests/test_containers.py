"""Dockerfile, docker-compose.yml and deploy/nginx.conf, read against the code that they run."""

import json
import re
import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import html5lib
import pytest
from django.conf import settings
from django.core.management import get_commands
from django.urls import resolve, reverse

from shop.pictures.uploads import MOST_BYTES
from shop.stripe_checkout import gateway
from tests.containers import COMPOSE, DOCKERFILE, NGINX, ROOT, SERVICES, command

OURS = [name for name, service in SERVICES.items() if "build" in service]
WITH_HEALTH_URL = [name for name, service in SERVICES.items() if "http://" in str(service.get("healthcheck"))]


def gunicorn_port() -> int:
    arguments = command("web")
    return int(arguments[arguments.index("--bind") + 1].rsplit(":", 1)[1])


def health_url(service: str) -> str:
    return re.search(r"http://[^'\s]+", " ".join(SERVICES[service]["healthcheck"]["test"]))[0]


def documented_variables() -> set[str]:
    return set(re.findall(r"^\| `([A-Z_]+)` ", (ROOT / "README.md").read_text(), re.MULTILINE))


def test_services_are_the_ones_the_shop_needs():
    assert set(SERVICES) == {"migrate", "web", "worker", "postgres", "redis", "nginx"}


@pytest.mark.parametrize("service", OURS)
def test_command_is_a_program_that_exists(service):
    assert Path(sys.executable).with_name(command(service)[0]).exists()


@pytest.mark.parametrize("service", [name for name in OURS if "manage.py" in command(name)])
def test_management_command_exists(service):
    assert command(service)[2] in get_commands()


def test_gunicorn_serves_a_module_that_exists():
    assert find_spec(command("web")[1])


def test_image_starts_gunicorn_as_compose_does():
    assert json.loads(re.search(r"^CMD (.+)$", DOCKERFILE, re.MULTILINE)[1]) == command("web")


def test_image_does_not_run_as_root():
    assert re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)[-1] == "shop"


def test_image_leaves_the_building_behind():
    last_stage = DOCKERFILE.rsplit("FROM ", 1)[1]
    assert not re.search(r"apt-get|pip wheel|gcc|build-essential", last_stage)


def test_image_copies_what_exists_and_the_build_context_holds():
    let_in = set(re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    copied = set(re.findall(r"^COPY (\S+) \S+$", DOCKERFILE, re.MULTILINE))
    assert copied == let_in
    assert all((ROOT / path).exists() for path in copied)


def test_image_holds_every_folder_that_the_settings_name(settings):
    """Django takes a missing folder of templates, static files or words without a complaint."""
    folders = [*settings.TEMPLATES[0]["DIRS"], *settings.STATICFILES_DIRS, *settings.LOCALE_PATHS]
    copied = set(re.findall(r"^COPY (\S+) \S+$", DOCKERFILE, re.MULTILINE))
    assert {str(folder.relative_to(ROOT)) for folder in folders} <= copied


def test_values_of_the_build_do_not_stay_in_the_image():
    kept = " ".join(re.findall(r"^ENV (.+)$", DOCKERFILE, re.MULTILINE))
    assert not re.search(r"SECRET|KEY|ALLOWED_HOSTS", kept)


@pytest.mark.parametrize("service", WITH_HEALTH_URL)
def test_health_url_is_one_of_ours(service):
    assert resolve(urlsplit(health_url(service)).path).url_name in {"healthz", "readyz"}


def test_health_check_of_the_web_calls_the_port_that_gunicorn_binds():
    assert urlsplit(health_url("web")).port == gunicorn_port()


def test_health_check_of_nginx_calls_the_port_that_it_listens_on():
    assert urlsplit(health_url("nginx")).port == int(re.search(r"listen (\d+)", NGINX)[1])


def test_nginx_passes_requests_to_the_port_that_gunicorn_binds():
    servers = re.findall(r"upstream (\w+) \{[^}]*server (\S+) resolve max_fails=0;", NGINX)
    assert servers == [(name, f"web:{gunicorn_port()}") for name in ("shop", "shop_reading")]
    assert set(re.findall(r"proxy_pass (\S+);", NGINX)) == {"http://$upstream"}


def test_nginx_closes_kept_connections_before_gunicorn_does():
    kept = int(re.search(r"keepalive_timeout (\d+)s", NGINX)[1])
    assert kept < int(re.search(r"^keepalive = (\d+)$", (ROOT / "gunicorn.conf.py").read_text(), re.MULTILINE)[1])


def test_two_web_containers_run_unless_somebody_says_otherwise():
    assert SERVICES["web"]["deploy"] == {"replicas": "${WEB_REPLICAS:-2}"}
    assert SERVICES["worker"]["deploy"] == {"replicas": "${WORKERS:-1}"}


def test_worker_has_minutes_to_end_its_task():
    assert SERVICES["worker"]["stop_grace_period"] == "10m"


@pytest.mark.parametrize(
    "line",
    [
        "proxy_set_header Host $http_host;",  # Django builds addresses from it
        "proxy_set_header X-Forwarded-Proto $shoppers_scheme;",  # and trusts this one
        "client_max_body_size 10m;",
    ],
)
def test_nginx_says(line):
    assert line in NGINX


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("customer:anon-order", ["34679-CDFGH", "secret"]),
        ("password-reset-confirm", ["MQ", "secret"]),
        ("customer:register-finish", ["secret"]),
        ("customer:email-change", ["secret"]),
        ("blog:preview", ["secret"]),
        ("returns:detail", ["R-100001", "secret"]),
        ("returns:order", ["100001", "secret"]),
        ("returns:claim", ["100001", "secret"]),
        ("returns:slip", ["100001", "secret"]),
        ("no-review-letters", ["secret"]),
        ("guest-review", ["100001", 1, "secret"]),
        ("customer:alerts-confirm", ["secret"]),
        ("wishlists:detail", ["secret"]),
    ],
)
def test_log_of_nginx_leaves_out_what_opens_a_link(name, args):
    masked = re.search(r'"~(\S+)" "\$\{place\}-";', NGINX)[1]
    found = re.search(masked, reverse(name, args=args))
    assert found
    assert "secret" not in found["place"]
    assert "access_log /dev/stdout shop;" in NGINX


def test_media_is_the_same_folder_for_image_compose_and_nginx():
    folder = re.search(r"MEDIA_ROOT=(\S+)", DOCKERFILE)[1]
    assert {name: f"media:{folder}" in SERVICES[name]["volumes"] for name in OURS} == dict.fromkeys(OURS, True)
    assert f"media:{folder}:ro" in SERVICES["nginx"]["volumes"]
    assert re.search(r"location /media/ \{\s+alias (\S+)/;", NGINX)[1] == folder


def test_nginx_configuration_is_mounted_from_where_it_lies():
    assert "./deploy/nginx.conf:/etc/nginx/nginx.conf:ro" in SERVICES["nginx"]["volumes"]


def test_only_nginx_publishes_a_port():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]


def test_volumes_are_declared():
    named = {mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])}
    assert {name for name in named if not name.startswith(".")} == set(COMPOSE["volumes"])


@pytest.mark.parametrize("service", OURS)
def test_variables_of_our_containers_are_documented(service):
    assert set(SERVICES[service]["environment"]) <= documented_variables()


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "EMAIL_URL", "ALLOWED_HOSTS"]
)
def test_secret_has_no_default(name):
    assert SERVICES["web"]["environment"][name] == f"${{{name}:?}}"


def test_database_password_has_no_default():
    assert SERVICES["postgres"]["environment"]["POSTGRES_PASSWORD"] == "${POSTGRES_PASSWORD:?}"
    assert ":${POSTGRES_PASSWORD:?}@postgres:" in SERVICES["web"]["environment"]["DATABASE_URL"]


@pytest.mark.parametrize("variable", ["DATABASE_URL", "CACHE_URL"])
def test_our_containers_name_hosts_that_are_services(variable):
    url = re.sub(r"\$\{\w+:\?\}", "word", SERVICES["web"]["environment"][variable])
    assert urlsplit(url).hostname in SERVICES


@pytest.mark.parametrize("service", [name for name in SERVICES if name != "migrate"])
def test_service_comes_back_after_a_fall(service):
    assert SERVICES[service]["restart"] == "unless-stopped"


@pytest.mark.parametrize("service", ["web", "postgres", "redis", "nginx"])
def test_service_has_a_health_check(service):
    assert SERVICES[service]["healthcheck"]["test"]


@pytest.mark.parametrize("service", ["web", "worker"])
def test_migrations_are_applied_before(service):
    assert SERVICES[service]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_images_are_pinned_to_a_minor_version():
    images = [service["image"] for service in SERVICES.values() if "build" not in service]
    images += re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert [image for image in images if not re.search(r":\d+\.\d+", image)] == []


def test_a_stripe_that_hangs_is_waited_for_to_the_end():
    """Row 17: the shopper is told, and the stock given back, by a worker that nobody kills before."""
    waits = gateway.LATE_ANSWERS * gateway.TIMEOUT_SECONDS
    kills = int(re.search(r"^timeout = .*?(\d+)$", (ROOT / "gunicorn.conf.py").read_text(), re.MULTILINE)[1])
    assert 2 * waits < kills < int(re.search(r"proxy_read_timeout (\d+)s", NGINX)[1])
    assert kills < int(SERVICES["web"]["stop_grace_period"].removesuffix("s"))  # also while it is being replaced


# While the shop is away

ERROR_PAGE = (ROOT / "deploy/error.html").read_text()
OF_ERROR_PAGES = r"~ ^/error\.(?:html|txt)$"


def location(name: str) -> str:
    """What nginx is told to do for that location."""
    return re.search(rf"location {re.escape(name)} \{{\n(.*?)\n        \}}", NGINX, re.DOTALL)[1]


def test_form_of_a_guide_with_pictures_gets_through():
    megabytes = int(re.search(r"client_max_body_size (\d+)m;", location("/admin/"))[1])
    assert megabytes * 1_000_000 > 4 * MOST_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert "if (-f /srv/deploy/closed)" in location("/admin/")


def test_fallen_shop_is_answered_for_with_a_page_of_nginx():
    codes = re.search(r"error_page ([\d ]+)=503 \$error_page;", NGINX)[1]
    assert codes.split() == ["502", "503", "504"]
    folder = re.search(r"root (\S+);", location(OF_ERROR_PAGES))[1]
    assert f"./deploy:{folder}:ro" in SERVICES["nginx"]["volumes"]


def test_error_page_is_kept_by_nobody():
    assert "add_header Cache-Control no-store always;" in location(OF_ERROR_PAGES)


def test_operator_closes_the_shop_with_a_file_that_the_handbook_names():
    flag = re.search(r"if \(-f (\S+)\) \{\s+return 503;", location("/"))[1]
    file = flag.replace("/srv/deploy/", "deploy/")
    assert f"touch {file} " in (ROOT / "docs/operating.md").read_text()
    assert f"/{file}" in (ROOT / ".gitignore").read_text().splitlines()


def test_health_checks_are_answered_while_the_shop_is_closed():
    assert "proxy_pass" in location("~ ^/(healthz|readyz)/$")
    assert "return 503" not in location("~ ^/(healthz|readyz)/$")


def test_what_the_shop_itself_answers_is_passed_on():
    """A webhook's 503, and what `/readyz/` says: not the error page."""
    assert "proxy_intercept_errors" not in NGINX


def test_error_page_is_valid_html():
    parser = html5lib.HTMLParser()
    parser.parse(ERROR_PAGE)
    assert parser.errors == []


def test_error_page_needs_nothing_of_the_shop():
    assert not re.search(r"<(link|script|img)|url\(|@import|(href|src)=\"[^\"]", ERROR_PAGE)


def test_error_page_wears_the_colors_of_the_house():
    colors = re.findall(r"light-dark\([^)]+\)", ERROR_PAGE)
    tokens = (ROOT / "static/css/tokens.css").read_text()
    assert colors
    assert [color for color in colors if color not in tokens] == []


def test_error_page_bears_the_word_mark():
    mark = (ROOT / "static/pictures/word-mark.svg").read_text()
    assert re.search(r' d="([^"]+)"', mark)[1] in ERROR_PAGE
