"""The demo shop for one run: served on a free port as the tests have it, with a database in a folder of its own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from tests.deployed import STARTING_SECONDS, Program, answers, comes_true, free_port, manage


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of the shop. Django is set up in this process too, on the same database."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        "DJANGO_SETTINGS_MODULE": "shop.settings.test",
        "ALLOWED_HOSTS": "127.0.0.1,testserver",  # the latter is what Django's test client asks for
        "SITE_URL": url,
        "DATABASE_URL": f"sqlite:///{folder}/shop.sqlite3",
    }
    manage(environment, "migrate", "--verbosity", "0")
    manage(environment, "load_demo")
    runserver = ["python", "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
    with Program(runserver, environment, folder / "web.log"):
        assert comes_true(STARTING_SECONDS, lambda: answers(port)), "The shop does not start."
        os.environ.update(environment)
        django.setup()
        yield url
