from typing import Any

from django.core.management.base import BaseCommand

from shop.search.index import rebuild


class Command(BaseCommand):
    help = "Read all products and guides into the search index anew. Safe at any time: searches go on meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        rebuild()
        self.stdout.write("The search knows everything anew.")
