from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django_otp.models import Device


class Entry(models.Model):
    """One act of somebody who works here. It is written once, and names people and records by value: it outlives both.

    Neither cards nor passwords, keys or codes are in it. On PostgreSQL triggers refuse to change an entry at all, to
    delete one that is not old enough, and to empty the table (migrations 0002 and 0004).
    """

    class What(models.TextChoices):
        SIGNED_IN = "signed in"
        SIGN_IN_FAILED = "sign-in failed"
        SECOND_FACTOR_SET_UP = "second factor set up"
        SECOND_FACTOR_RESET = "second factor reset"
        KEY_ADDED = "security key added"
        KEY_REMOVED = "security key removed"
        KEY_REFUSED = "copied security key refused"
        SESSION_ENDED = "session ended"
        LIMITS_LIFTED = "limits lifted"
        CONFIRMED = "password asked again"
        ADDED = "added"
        CHANGED = "changed"
        DELETED = "deleted"
        EXPORTED = "exported"

    at = models.DateTimeField(default=timezone.now, db_index=True, editable=False)
    who = models.CharField(max_length=254, help_text="the login; “command line” for a management command")
    what = models.CharField(max_length=30, choices=What)
    model = models.CharField(max_length=100, blank=True, help_text="order.Order")
    key = models.CharField(max_length=64, blank=True, help_text="the record's primary key")
    name = models.CharField(max_length=254, blank=True, help_text="what the record was called then")
    before = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = "entry of the audit trail"
        verbose_name_plural = "audit trail"
        ordering = ["-at", "-pk"]
        default_permissions = ["view"]
        permissions = [("export_data", "Can take data out of the shop")]

    def __str__(self) -> str:
        return f"{self.who}: {self.what} {self.name}".rstrip()


class PastPassword(models.Model):
    """A password that somebody who works here has chosen, as its hash. The last four are kept: none is taken again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    password = models.CharField(max_length=128)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"A password of {self.user}"


class SecurityKey(Device):
    """A key that somebody who works here has registered (shop.staff.security_keys).

    `confirmed` is False once it answered as a copy does. It then opens nothing any more.
    """

    credential = models.CharField(max_length=1364, unique=True, help_text="its own name, of 1023 bytes at most")
    public_key = models.BinaryField()
    sign_count = models.PositiveBigIntegerField(help_text="how many answers it had given; 0: it does not count")
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        default_permissions = ()
