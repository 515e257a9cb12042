"""The pages behind the badges."""

from django.views.generic import DetailView

from .models import Promise


class PromiseView(DetailView):
    model = Promise
    template_name = "promises/detail.html"
