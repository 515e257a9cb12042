from django.urls import path

from blog import feeds, views

app_name = "blog"

urlpatterns = [
    path("", views.Index.as_view(), name="index"),
    path("feed/", feeds.Guides(), name="feed"),
    path("<slug:slug>/", views.Detail.as_view(), name="post"),
]
