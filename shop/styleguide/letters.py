"""Letters at the style guide: each as a mail program gets it, in HTML and as text."""

from django.http import Http404, HttpRequest, HttpResponse

from shop.communication.previews import previews
from shop.styleguide.access import for_the_house


@for_the_house
def letter(request: HttpRequest, code: str) -> HttpResponse:
    return HttpResponse(_messages(code)["html"])


@for_the_house
def letter_text(request: HttpRequest, code: str) -> HttpResponse:
    return HttpResponse(_messages(code)["body"], content_type="text/plain; charset=utf-8")


def _messages(code: str) -> dict[str, str]:
    letter = previews().get(code)
    if letter is None:
        raise Http404
    return letter.messages()
