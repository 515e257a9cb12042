from django.urls import path

from .views import PromiseView, VersionView

app_name = "promises"

urlpatterns = [
    path("<slug:slug>/", PromiseView.as_view(), name="detail"),
    path("<slug:slug>/<int:version>/", VersionView.as_view(), name="version"),
]
