"""Backup codes that lie in the database as they are become hashes. They go on working.

The code before it takes none of them, for the minutes in which both run; one's phone works all the while.
"""

from base64 import urlsafe_b64encode

from django.db import migrations
from django.db.models.functions import Length
from django.utils.crypto import salted_hmac

AS_IT_IS = 8  # signs; a hash has sixteen


def hash_codes(apps, schema_editor):
    codes = apps.get_model("otp_static", "StaticToken").objects.using(schema_editor.connection.alias)
    for code in codes.annotate(length=Length("token")).filter(length=AS_IT_IS):
        digest = salted_hmac("shop.staff.backup_codes", code.token, algorithm="sha256").digest()
        code.token = urlsafe_b64encode(digest[:12]).decode()
        code.save(update_fields=["token"])


class Migration(migrations.Migration):
    dependencies = [("staff", "0002_append_only"), ("otp_static", "0003_add_timestamps")]
    operations = [migrations.RunPython(hash_codes, migrations.RunPython.noop)]
