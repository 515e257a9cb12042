from django.db import migrations


class Migration(migrations.Migration):
    """Customers have such a list too, so it is kept by shop.customer.sign_ins, in the same table."""

    dependencies = [("staff", "0008_limits_lifted")]

    operations = [migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name="SignIn")])]
