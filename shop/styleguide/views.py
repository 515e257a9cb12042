"""The living style guide: tokens and components as the shop has them at this moment, for those who work on it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin

from shop.communication.previews import previews
from shop.styleguide.access import for_the_house
from shop.styleguide.components import groups
from shop.styleguide.tokens import SCHEMES, read_tokens


@for_the_house
def index(request: HttpRequest) -> HttpResponse:
    """Everything on one page, in the colors of `?scheme=light` or `?scheme=dark`, or in those of the device."""
    tokens = read_tokens()
    context = {
        "groups": groups(request),
        "letters": previews().values(),
        "schemes": SCHEMES,
        "scheme": _scheme(request),
        "colors": tokens.colors["light"],
        "contrasts": list(zip(*(tokens.contrasts(scheme) for scheme in SCHEMES), strict=True)),
        "spaces": tokens.named("--space-", "--gutter", "--gap", "--section"),
        "sizes": tokens.named("--size-"),
        "faces": tokens.named("--serif", "--sans"),
        "weights": tokens.named("--medium", "--bold"),
        "shapes": tokens.named("--radius", "--hairline", "--target"),
        "lengths": tokens.named("--leading", "--measure", "--page", "--quick", "--forward"),
    }
    return render(request, "styleguide/index.html", context)


@for_the_house
@xframe_options_sameorigin
def frame(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """One state of one component on a page of its own, for the frames of the style guide."""
    everything = (component for _title, components in groups(request) for component in components)
    component = next((component for component in everything if component.name == name), None)
    if component is None or number >= len(component.states):
        raise Http404("No such component, or no such state.")
    state = component.states[number]
    context = {
        "component": component,
        "state": state,
        "specimen": component.render(state),
        "scheme": _scheme(request),
    }
    return render(request, "styleguide/frame.html", context)


def _scheme(request: HttpRequest) -> str:
    asked = request.GET.get("scheme", "")
    return asked if asked in SCHEMES else ""
