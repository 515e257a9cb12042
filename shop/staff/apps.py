from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class StaffConfig(AppConfig):
    name = "shop.staff"
    label = "staff"
    verbose_name = "Staff"
    default_auto_field = "django.db.models.BigAutoField"

    # What looks as if it were about customers, and is not (shop.customer.personal_data).
    not_of_customers = {"staff.Entry": "What staff did and when; forgotten after two years (shop.staff.audit)."}

    def ready(self) -> None:
        from shop.staff import audit, sessions  # noqa: F401  (the second hears of sign-ins)
        from shop.staff.groups import make_groups

        audit.watch()
        # After the last app, Django has made the permissions of all.
        last = [app for app in apps.get_app_configs() if app.models_module][-1]
        post_migrate.connect(make_groups, sender=last, dispatch_uid="shop.staff")
