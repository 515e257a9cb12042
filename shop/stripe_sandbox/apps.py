"""Where the stand-in may run."""

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SETTINGS_MODULES = ("shop.settings.dev", "shop.settings.test")


class StripeSandboxConfig(AppConfig):
    name = "shop.stripe_sandbox"
    label = "stripe_sandbox"
    verbose_name = "Stripe stand-in"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Refuse every settings module but development's and the tests': a shop that takes real orders must never
        believe payments in which no money moves.

        Raises:
            ImproperlyConfigured: the settings are others, or hold a live key.
        """
        if settings.SETTINGS_MODULE not in SETTINGS_MODULES:
            raise ImproperlyConfigured(
                f"shop.stripe_sandbox is installed under {settings.SETTINGS_MODULE}: it runs under "
                f"{' and '.join(SETTINGS_MODULES)} only."
            )
        if settings.STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_")):
            raise ImproperlyConfigured("shop.stripe_sandbox is installed together with a live Stripe key.")
