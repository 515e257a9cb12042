from django.urls import path

from shop.stripe_checkout.webhooks import webhook

app_name = "stripe_checkout"
urlpatterns = [path("webhook/", webhook, name="webhook")]
