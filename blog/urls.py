from django.urls import path, re_path

from blog import feeds, views

app_name = "blog"

urlpatterns = [
    path("", views.Index.as_view(), name="index"),
    path("feed/", feeds.Guides(), name="feed"),
    path("archive/", views.Archive.as_view(), name="archive"),
    re_path(r"^archive/(?P<year>[0-9]{4})/$", views.ArchiveOfYear.as_view(), name="archive-year"),
    path("topics/<slug:slug>/", views.TopicPage.as_view(), name="topic"),
    path("authors/<slug:slug>/", views.AuthorPage.as_view(), name="author"),
    path("preview/<str:token>/", views.Preview.as_view(), name="preview"),
    path("<slug:slug>/routine/", views.Routine.as_view(), name="routine"),
    path("<slug:slug>/", views.Detail.as_view(), name="post"),
]
