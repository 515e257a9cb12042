"""A browser in which the pages of the list are shown as the shop answered them."""

import re
from collections.abc import Iterable

from playwright.sync_api import Page, Route

from tests.looks.sights import Answer


class Window:
    """Shows one answer after another on a page; their styles, scripts and pictures come from the shop at `url`."""

    def __init__(self, page: Page, url: str, answers: Iterable[Answer]) -> None:
        self.page, self.url = page, url
        self.parts = {answer.path: answer.html for answer in answers if answer.sight.is_part}
        page.route(re.compile(rf"^{re.escape(url)}/(?!static/|media/)"), self._answer)

    def show(self, answer: Answer) -> Page:
        self.now = answer
        self.page.goto(self.url + answer.path)
        return self.page

    def _answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(self.url)
        html = self.now.html if path == self.now.path else self.parts.get(path)
        if html is None:
            route.continue_()
        else:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
