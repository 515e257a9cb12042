"""Changes that Oscar makes as soon as a link is followed, made only when a button is pressed."""

from abc import ABC, abstractmethod
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect


class ChangesByPost(ABC):
    """For views of Oscar's whose `get` changes something.

    Browsers and mail programs follow links before anybody has asked them to, and other sites can link here. So a link
    only leads to `way_back`, the page that has the button.
    """

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(self.way_back())

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().get(request, *args, **kwargs)

    @abstractmethod
    def way_back(self) -> Any:
        """Whatever Django's `redirect` takes: the name of a URL, a path, a model."""
