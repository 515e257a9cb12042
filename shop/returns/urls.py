from django.urls import path

from shop.returns import views

app_name = "returns"

urlpatterns = [
    path("", views.StartView.as_view(), name="start"),
    path("sent/", views.SentView.as_view(), name="sent"),
    path("orders/<str:number>/", views.OrderView.as_view(), name="order"),
    path("orders/<str:number>/<str:key>/", views.OrderView.as_view(), name="order"),
    path("claims/<str:number>/", views.ClaimView.as_view(), name="claim"),
    path("claims/<str:number>/<str:key>/", views.ClaimView.as_view(), name="claim"),
    path("slips/<str:number>/", views.SlipView.as_view(), name="slip"),
    path("slips/<str:number>/<str:key>/", views.SlipView.as_view(), name="slip"),
    path("<str:number>/", views.CaseView.as_view(), name="detail"),
    path("<str:number>/<str:key>/", views.CaseView.as_view(), name="detail"),
]
