from django.urls import path

from shop.staff import views

app_name = "staff"

urlpatterns = [
    path("second-factor/", views.SecondFactorView.as_view(), name="second-factor"),
    path("second-factor/set-up/", views.SetUpView.as_view(), name="set-up"),
    path("second-factor/set-up/code.svg", views.QrCodeView.as_view(), name="qr-code"),
    path("second-factor/backup-codes/", views.BackupCodesView.as_view(), name="backup-codes"),
    path("password/", views.PasswordAgainView.as_view(), name="password-again"),
]
