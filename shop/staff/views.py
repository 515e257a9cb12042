"""The pages of the second factor. Only keys need a script; to a shopper, there is no such page."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import RedirectURLMixin, redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, View

from shop.customer.asking_again import AsksForPassword
from shop.customer.forms import ConfirmPasswordForm
from shop.staff import audit, backup_codes, password_again, second_factor, security_keys
from shop.staff.forms import CodeForm, KeyForm


@method_decorator(never_cache, name="dispatch")
class ForStaff(RedirectURLMixin, View):
    """A page for those who work here, signed in; `next` says where they were going."""

    next_page = "dashboard:index"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("customer:login"))
        if not second_factor.works_here(request.user):
            raise Http404("Only for staff.")
        return self.elsewhere() or super().dispatch(request, *args, **kwargs)

    def elsewhere(self) -> HttpResponse | None:
        """Where the reader is led instead, if this page is not for him now."""
        return None

    def lead_to(self, name: str) -> HttpResponse:
        return redirect(f"{reverse(name)}?{urlencode({'next': self.get_success_url()})}")


class SecondFactorView(ForStaff, FormView):
    form_class = CodeForm
    template_name = "staff/second_factor.html"

    def elsewhere(self) -> HttpResponse | None:
        if self.request.user.is_verified():
            return redirect(self.get_success_url())
        return None if second_factor.is_set_up(self.request.user) else self.lead_to("staff:set-up")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        key_options = security_keys.options_to_show(self.request)
        return super().get_context_data(key_options=key_options, way_on=self.get_success_url(), **kwargs)

    def form_valid(self, form: CodeForm) -> HttpResponse:
        if not second_factor.verify(self.request, form.cleaned_data["code"]):
            return _refused(self, form)
        return redirect(self.get_success_url())


class ShowKeyView(ForStaff):
    """Where the browser sends what a security key answered, in place of a code."""

    def post(self, request: HttpRequest) -> HttpResponse:
        if security_keys.verify(request, request.POST.get("answer", "")):
            return redirect(self.get_success_url())
        messages.error(request, _("This key does not open the door. Try again, or type a code instead."))
        return self.lead_to("staff:second-factor")


class SetUpView(ForStaff, FormView):
    """Only for who has none yet: whoever has one shows it first, or has it reset by an owner."""

    form_class = CodeForm
    template_name = "staff/set_up.html"

    def elsewhere(self) -> HttpResponse | None:
        return self.lead_to("staff:second-factor") if second_factor.is_set_up(self.request.user) else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        device = second_factor.pending_device(self.request.user)
        return super().get_context_data(key=second_factor.key_to_type(device), **kwargs)

    def form_valid(self, form: CodeForm) -> HttpResponse:
        device = second_factor.pending_device(self.request.user)
        codes = second_factor.confirm(self.request, device, form.cleaned_data["code"])
        if codes is None:
            return _refused(self, form)
        return _codes_page(self.request, codes, way_on=self.get_success_url())


class QrCodeView(ForStaff):
    def get(self, request: HttpRequest) -> HttpResponse:
        if second_factor.is_set_up(request.user):
            raise Http404("It is shown once only: while the app is set up.")
        picture = second_factor.qr_code(second_factor.pending_device(request.user))
        return HttpResponse(picture, content_type="image/svg+xml")


class ForVerified(ForStaff):
    """A page for those who have shown their second factor."""

    def elsewhere(self) -> HttpResponse | None:
        return None if self.request.user.is_verified() else second_factor.ask(self.request)


class YoursView(ForVerified):
    def get(self, request: HttpRequest) -> HttpResponse:
        context = {"keys": security_keys.keys_of(request.user), "codes": backup_codes.left(request.user)}
        return render(request, "staff/yours.html", context)


class AddKeyView(ForVerified, FormView):
    form_class = KeyForm
    template_name = "staff/add_key.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(options=security_keys.options_to_add(self.request), **kwargs)

    def form_valid(self, form: KeyForm) -> HttpResponse:
        if not security_keys.add(self.request, **form.cleaned_data):
            form.add_error(None, _("This key could not be added. Try again, or try another one."))
            return self.form_invalid(form)
        messages.success(self.request, _("The key is yours: it opens the door in place of a code."))
        return redirect("staff:yours")


class RemoveKeyView(ForVerified):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        security_keys.remove(get_object_or_404(security_keys.keys_of(request.user), pk=pk))
        messages.success(request, _("The key is removed, and opens nothing any more."))
        return redirect("staff:yours")


class BackupCodesView(ForVerified):
    def get(self, request: HttpRequest) -> HttpResponse:
        left = backup_codes.left(request.user)
        return render(request, "staff/backup_codes.html", {"left": left})

    def post(self, request: HttpRequest) -> HttpResponse:
        return _codes_page(request, backup_codes.make(request.user), way_on=self.get_success_url())


class PasswordAgainView(ForStaff, AsksForPassword):
    """Before what is sensitive (shop.staff.password_again). What was posted goes on from here, if a form waits."""

    form_class = ConfirmPasswordForm
    template_name = "staff/password_again.html"

    def form_valid(self, form: ConfirmPasswordForm) -> HttpResponse:
        password_again.note(self.request)
        audit.record(audit.What.CONFIRMED, about=self.request.user, who=self.request.user.get_username())
        way_on = self.get_success_url()
        if fields := password_again.take_waiting(self.request, way_on):
            return render(self.request, self.template_name, {"fields": fields, "way_on": way_on})
        return redirect(way_on)


def _refused(view: FormView, form: CodeForm) -> HttpResponse:
    says = _(
        "This code does not fit, or was used before. Wait for the next one: each wrong one makes you wait longer."
    )
    form.add_error("code", says)
    return view.form_invalid(form)


def _codes_page(request: HttpRequest, codes: list[str], *, way_on: str) -> HttpResponse:
    return render(request, "staff/backup_codes.html", {"codes": codes, "way_on": way_on})
