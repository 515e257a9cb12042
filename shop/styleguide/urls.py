from django.urls import path

from shop.styleguide import letters, views

app_name = "styleguide"

urlpatterns = [
    path("", views.index, name="index"),
    path("frame/<slug:name>/<int:number>/", views.frame, name="frame"),
    path("letters/<slug:code>/", letters.letter, name="letter"),
    path("letters/<slug:code>.txt", letters.letter_text, name="letter-text"),
]
