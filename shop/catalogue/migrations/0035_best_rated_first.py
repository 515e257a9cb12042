from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Coalesce

from shop.databases.operations import AddIndexMeanwhile


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("catalogue", "0034_recommended_first")]

    operations = [
        AddIndexMeanwhile(
            model_name="product",
            index=models.Index(
                Coalesce(F("rating"), 0.0).desc(),
                F("priority").desc(),
                F("date_created").desc(),
                F("id").desc(),
                name="product_best_rated",
            ),
        ),
    ]
