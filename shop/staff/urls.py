from django.urls import path

from shop.staff import views

app_name = "staff"

urlpatterns = [
    path("second-factor/", views.SecondFactorView.as_view(), name="second-factor"),
    path("second-factor/set-up/", views.SetUpView.as_view(), name="set-up"),
    path("second-factor/set-up/code.svg", views.QrCodeView.as_view(), name="qr-code"),
    path("second-factor/backup-codes/", views.BackupCodesView.as_view(), name="backup-codes"),
    path("second-factor/key/", views.ShowKeyView.as_view(), name="show-key"),
    path("second-factor/yours/", views.YoursView.as_view(), name="yours"),
    path("second-factor/keys/add/", views.AddKeyView.as_view(), name="add-key"),
    path("second-factor/keys/<int:pk>/remove/", views.RemoveKeyView.as_view(), name="remove-key"),
    path("password/", views.PasswordAgainView.as_view(), name="password-again"),
]
