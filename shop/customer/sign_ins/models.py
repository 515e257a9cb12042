from django.conf import settings
from django.db import models
from django.utils import timezone


class SignIn(models.Model):
    """A session of an account, and where it is (shop.customer.sign_ins.places)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    session_key = models.CharField(max_length=40, unique=True)
    browser = models.CharField(max_length=60)
    network = models.CharField(max_length=50)
    since = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "staff_signin"  # of when only staff had such a list; a running shop knows it by this name
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.browser} at {self.network}"
