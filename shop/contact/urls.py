from django.urls import path

from shop.contact.views import Contact, Sent

app_name = "contact"

urlpatterns = [
    path("", Contact.as_view(), name="form"),
    path("sent/", Sent.as_view(), name="sent"),
]
