"""Oscar's product form, saved as a whole."""

from django.db import transaction
from django.forms import Form
from django.http import HttpResponse
from oscar.apps.dashboard.catalogue import views


class ProductCreateUpdateView(views.ProductCreateUpdateView):
    @transaction.atomic
    def process_all_forms(self, form: Form) -> HttpResponse:
        """Oscar saves the product, then its shelves, prices and pictures. Whoever reads it meanwhile, such as the
        worker that keeps the search in step, must not see one half."""
        return super().process_all_forms(form)

    form_valid = form_invalid = process_all_forms
