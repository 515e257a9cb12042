from django.urls import path

from .views import PromiseView

app_name = "promises"

urlpatterns = [path("<slug:slug>/", PromiseView.as_view(), name="detail")]
