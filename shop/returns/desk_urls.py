from django.urls import path

from shop.returns import desk

app_name = "returns-desk"

urlpatterns = [
    path("", desk.QueueView.as_view(), name="queue"),
    path("<str:number>/", desk.CaseView.as_view(), name="case"),
]
