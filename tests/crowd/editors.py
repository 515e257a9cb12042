"""Staff who write on a guide each, and put a new picture into it now and then."""

from contextlib import suppress
from io import BytesIO
from typing import Any

import html5lib
from PIL import Image

from tests.crowd.meter import Failed, Meter
from tests.crowd.shoppers import TIMEOUT, Browser
from tests.deployed import manage, query
from tests.soak.actors import Actor

PASSWORD = "plain-care-crowd"
PUBLISHED = "SELECT id FROM blog_post WHERE status = 'published' ORDER BY id"


class Editor(Actor):
    def __init__(self, name: str, *, number: int, meter: Meter, **options: Any) -> None:
        super().__init__(name, **options)
        self.email = f"{name}@example.com"
        login = {"DJANGO_SUPERUSER_USERNAME": name, "DJANGO_SUPERUSER_EMAIL": self.email}
        password = {"DJANGO_SUPERUSER_PASSWORD": PASSWORD}
        manage(self.shop.web.environment | login | password, "createsuperuser", "--noinput")
        posts = [post for (post,) in query(self.shop.database, PUBLISHED)]
        self.path = f"/admin/blog/post/{posts[number % len(posts)]}/change/"
        self.browser = Browser(self.shop.url, f"10.255.0.{number}", meter)
        self.saved = 0
        login_page = "/accounts/login/"
        fields = {"login-username": self.email, "login-password": PASSWORD, "login_submit": "Log In"}
        self.browser.send(
            "sign in", login_page, **_values(self.browser.open("sign in", login_page), "login_submit") | fields
        )

    def act(self) -> None:
        self.pause(8, 16)
        with suppress(Failed):
            self._write()

    def _write(self) -> None:
        page = self.browser.open("editor", self.path)
        self.pause(4, 8)
        if self.stop.is_set():
            return
        typed = _values(page, "_save")
        typed["summary"] = f"{typed['summary'].split(' (')[0]} ({self.saved})"
        with_picture = self.chance(0.3)
        kind = "save with a picture" if with_picture else "save"
        files = {"hero": ("crowd.jpg", _picture(self.random.randrange(256)), "image/jpeg")} if with_picture else {}
        with self.browser.meter.asking(kind):
            answer = self.browser.session.post(
                self.browser.url + self.path,
                typed | {"_save": "Save"},
                files=files or {"hero": ("", b"", "application/octet-stream")},
                headers={"Origin": self.browser.url, "Referer": self.browser.url + self.path},
                timeout=TIMEOUT,
                allow_redirects=False,
            )
            answer.raise_for_status()
            assert answer.status_code == 302, "not saved"
        self.saved += 1
        self.did(kind)


def _values(page: str, button: str) -> dict[str, Any]:
    """What the form with that button holds: text, what is ticked, what is chosen."""
    document = html5lib.parse(page, namespaceHTMLElements=False)
    form = next(form for form in document.iter("form") if any(e.get("name") == button for e in form.iter()))
    values: dict[str, Any] = {}
    for field in form.iter():
        name = field.get("name")
        if not name or field.tag not in {"input", "textarea", "select"}:
            continue
        if field.tag == "textarea":
            values[name] = (field.text or "").removeprefix("\n")
        elif field.tag == "select":
            chosen = [option.get("value") for option in field.iter("option") if option.get("selected") is not None]
            if chosen:
                values[name] = chosen
        elif field.get("type") in {"checkbox", "radio"}:
            if field.get("checked") is not None:
                values[name] = field.get("value", "on")
        elif field.get("type") not in {"submit", "file", "button"}:
            values[name] = field.get("value", "")
    return values


def _picture(shade: int) -> bytes:
    file = BytesIO()
    Image.new("RGB", (1600, 900), (shade, 120, 90)).save(file, "JPEG")
    return file.getvalue()
