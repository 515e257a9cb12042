"""Oscar's account views, mended where a link could change something or a wrong address was an error of ours."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model, login, logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView, View
from oscar.apps.customer import views
from oscar.apps.customer.mixins import PageTitleMixin
from oscar.apps.customer.signals import user_registered
from oscar.core.loading import get_class, get_model

from shop.background.queue import enqueue
from shop.customer import email_change, registration
from shop.customer.asking_again import AsksForPassword
from shop.customer.changes import ChangesByPost
from shop.customer.email_change import LinkIsClosed
from shop.customer.forms import (
    ConfirmPasswordForm,
    FirstPasswordForm,
    PasswordChangeForm,
    PersonalDataForm,
    ProfileForm,
    RegistrationForm,
    SignOutElsewhereForm,
    UserAddressForm,
)
from shop.customer.personal_data.erasure import NotYet, erase_account
from shop.customer.personal_data.export import as_json, personal_data
from shop.customer.personal_data.waiting import open_business
from shop.customer.sign_ins import places
from shop.order import links
from shop.order.papers import invoice
from shop.order.sheet import orders, sheet
from shop.parcels.calling_off import TooLate, call_off, what_goes_back, why_not
from shop.staff import audit
from shop.staff.second_factor import works_here
from shop.throttle import Throttle, too_many

User = get_user_model()
Order = get_model("order", "Order")
OrderLine = get_model("order", "Line")


class AccountAuthView(views.AccountAuthView):
    """For signing in alone. Oscar's makes accounts here too, and tells which addresses have one."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.validate_login_form()  # type: ignore[no-any-return]  # Oscar has no types


class AccountRegistrationView(views.AccountRegistrationView):
    form_class = RegistrationForm
    throttle = Throttle("register", most=10)

    def form_valid(self, form: Any) -> HttpResponse:
        if self.throttle.too_many_from(self.request):
            return too_many(self, form, _("You have asked for accounts several times within an hour. Wait a while."))
        enqueue(
            registration.answer,
            email=form.cleaned_data["email"],
            way_on=resolve_url(form.cleaned_data["redirect_url"]),
        )
        return redirect("customer:register-sent")


class RegistrationSentView(TemplateView):
    template_name = "oscar/customer/registration_sent.html"


@method_decorator(never_cache, name="dispatch")
class FinishRegistrationView(FormView):
    """Where a mailbox has said yes, and a password is chosen. Looking makes no account."""

    form_class = FirstPasswordForm
    template_name = "oscar/customer/registration_finish.html"

    def dispatch(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            self.email, self.way_on = registration.asked_for(token)
            return super().dispatch(request)  # type: ignore[return-value]  # none of it is async
        except LinkIsClosed:
            return render(request, self.template_name, status=410)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": User(email=self.email)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(email=self.email, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        user = registration.make_account(self.email, form.cleaned_data["new_password1"])
        user_registered.send_robust(sender=self, request=self.request, user=user)
        get_class("customer.utils", "CustomerDispatcher")().send_registration_email_for_user(user, {"user": user})
        login(self.request, user)
        messages.success(self.request, _("Thanks for registering!"))
        return redirect(self.way_on)


class LogoutView(ChangesByPost, views.LogoutView):
    def way_back(self) -> str:
        return "customer:summary"


class OrderHistoryView(views.OrderHistoryView):
    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("call_off")


class OrderDetailView(views.OrderDetailView):
    def get_object(self, queryset: Any = None) -> Any:
        return get_object_or_404(orders(), user=self.request.user, number=self.kwargs["order_number"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(sheet=sheet(self.object, can_pay=True), **kwargs)


class OrderLineView(views.OrderLineView):
    def get_object(self, queryset: Any = None) -> Any:
        return get_object_or_404(
            OrderLine,
            order__user=self.request.user,
            order__number=self.kwargs["order_number"],
            pk=self.kwargs["line_id"],
        )


class PasswordAgainView(PageTitleMixin, AsksForPassword):
    active_tab = "profile"


class ProfileUpdateView(PasswordAgainView):
    """The name at once; another email address once its mailbox has said yes (shop.customer.email_change)."""

    form_class = ProfileForm
    template_name = "oscar/customer/profile/profile_form.html"
    page_title = _("Edit profile")
    success_url = reverse_lazy("customer:profile-view")

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        form.save()
        messages.success(self.request, _("Profile updated"))
        if address := form.another_email:
            email_change.ask(form.user, address)
            says = _("We have sent a letter to %(address)s. Your address changes once you follow the link in it.")
            messages.info(self.request, says % {"address": address})
        return redirect(self.get_success_url())


@method_decorator(never_cache, name="dispatch")
class EmailChangeView(View):
    """Where the new mailbox says yes. Looking changes nothing: what reads letters for viruses follows links too."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]  # none of it is async
        except LinkIsClosed:
            return self._page(address="", status=410)

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        _user, address = email_change.asked_for(token)
        return self._page(address=address)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        address = email_change.confirm(token)
        messages.success(request, _("Your account now uses %(address)s.") % {"address": address})
        return redirect("customer:profile-view")

    def _page(self, *, address: str, status: int = 200) -> HttpResponse:
        page = "oscar/customer/profile/email_change.html"
        return render(self.request, page, {"new_address": address}, status=status)


@method_decorator(never_cache, name="dispatch")
class PersonalDataView(PasswordAgainView):
    """What the shop holds about an account, to read or to take along (shop.customer.personal_data)."""

    form_class = PersonalDataForm
    template_name = "oscar/customer/profile/personal_data_form.html"
    page_title = _("Your data")

    def form_valid(self, form: Any) -> HttpResponse:
        sections = personal_data(self.request.user)
        if form.cleaned_data["kind"] == form.JSON:
            response: HttpResponse = JsonResponse(
                as_json(sections, shop=settings.OSCAR_SHOP_NAME),
                json_dumps_params={"indent": 2, "ensure_ascii": False},
            )
            name = f"your-data-{timezone.localdate()}.json"
            response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
            return response
        nothing = [section.data.title for section in sections if not section.records]
        context = {"sections": sections, "nothing": nothing, "made_at": timezone.now()}
        page = "oscar/customer/profile/personal_data.html"
        return render(self.request, page, context | {"active_tab": self.active_tab})


@method_decorator(never_cache, name="dispatch")
class SignInsView(PasswordAgainView):
    """Where the account is signed in. One session is ended, or all but this."""

    form_class = SignOutElsewhereForm
    template_name = "oscar/customer/profile/sign_ins.html"
    page_title = _("Where you are signed in")
    success_url = reverse_lazy("customer:sign-ins")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        places.note(request, request.user)
        self.sign_ins = places.of(request.user)
        self.others = [each for each in self.sign_ins if each.session_key != request.session.session_key]
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"others": self.others}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(sign_ins=self.sign_ins, others=self.others, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        places.end(form.cleaned_data["which"])
        if works_here(self.request.user):
            for each in form.cleaned_data["which"]:
                audit.record(audit.What.SESSION_ENDED, about=self.request.user, name=str(each))
        messages.success(self.request, _("Done: whoever sits there has to sign in again."))
        return redirect(self.get_success_url())


class ChangePasswordView(views.ChangePasswordView):
    form_class = PasswordChangeForm


class ProfileDeleteView(PasswordAgainView):
    """The account goes. What goes, what stays and why; or why not yet (shop.customer.personal_data)."""

    form_class = ConfirmPasswordForm
    template_name = "oscar/customer/profile/profile_delete.html"
    page_title = _("Delete my account")
    success_url = settings.OSCAR_HOMEPAGE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"reasons": open_business(self.request.user), "years": settings.ORDER_RETENTION_YEARS} | kwargs
        return super().get_context_data(**context)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            erase_account(user_id=self.request.user.pk)
        except NotYet as refusal:
            return self.render_to_response(self.get_context_data(form=form, reasons=refusal.reasons), status=409)
        logout(self.request)
        messages.success(self.request, _("Your account is deleted. A letter to your email address says what stays."))
        return redirect(self.get_success_url())


class AddressCreateView(views.AddressCreateView):
    form_class = UserAddressForm


class AddressUpdateView(views.AddressUpdateView):
    form_class = UserAddressForm


class AddressChangeStatusView(ChangesByPost, views.AddressChangeStatusView):
    def way_back(self) -> str:
        return "customer:address-list"


@method_decorator(never_cache, name="dispatch")
class InvoiceView(View):
    """The invoice of an order of the account."""

    def get(self, request: HttpRequest, order_number: str) -> HttpResponse:
        sold = orders().filter(status__in=Order.SOLD)
        order = get_object_or_404(sold, user=request.user, number=order_number)
        return render(request, "papers/invoice.html", {"invoice": invoice(order), "order_url": links.path_to(order)})


@method_decorator(never_cache, name="dispatch")
class CancelOrderView(View):
    """Looking changes nothing; a paid order is called off by pressing the button."""

    def dispatch(self, request: HttpRequest, order_number: str) -> HttpResponse:
        self.order = self.find(order_number)
        return super().dispatch(request)

    def find(self, number: str) -> Any:
        """The order, if the reader placed it. Raises Http404 in the same way whether or not there is one."""
        return get_object_or_404(orders(), user=self.request.user, number=number)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(reason=why_not(self.order))

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            call_off(self.order)
        except TooLate as refusal:
            return self._page(reason=str(refusal), status=409)
        messages.success(request, gettext("Your order is cancelled. We have written to you, too."))
        return redirect(self._order_url())

    def _order_url(self) -> str:
        """Of the page of the reader's own, which needs no signature."""
        name = "customer:order" if self.order.user_id is not None else "customer:anon-order"
        return reverse(name, args=[self.order.number])

    def _page(self, *, reason: str, status: int = 200) -> HttpResponse:
        context = {
            "order": self.order,
            "reason": reason,
            "amount": what_goes_back(self.order),
            "order_url": self._order_url(),
        }
        return render(self.request, "oscar/customer/order_cancel.html", context, status=status)
