from django.apps import AppConfig
from django.conf import settings


class TelemetryConfig(AppConfig):
    name = "shop.telemetry"
    label = "telemetry"
    verbose_name = "Telemetry"

    def ready(self) -> None:
        from shop.telemetry import queries  # noqa: F401  (it listens)

        if settings.SENTRY_DSN:
            from shop.telemetry.errors import report_to

            report_to(settings.SENTRY_DSN)
