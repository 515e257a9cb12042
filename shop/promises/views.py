"""The pages behind the badges."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import DetailView

from .models import CHECKOUT, Promise
from .secure_checkout import statements


class PromiseView(DetailView):
    """What holds today."""

    template_name = "promises/detail.html"

    def get_queryset(self) -> QuerySet[Promise]:
        return Promise.objects.in_force()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        enforced = statements() if self.object.slug == CHECKOUT else ()
        return super().get_context_data(statements=enforced, **kwargs)


class VersionView(DetailView):
    """What held when somebody ordered; today's has its own page."""

    template_name = "promises/version.html"

    def get_object(self, queryset: QuerySet[Promise] | None = None) -> Promise:
        begun = Promise.objects.filter(in_force_from__lte=timezone.now(), version=self.kwargs["version"])
        promise: Promise = super().get_object(begun)
        return promise

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        promise: Promise = context["promise"]
        if promise.ends_at is None or promise.ends_at > timezone.now():
            return redirect(promise)
        return super().render_to_response(context, **kwargs)
