"""What the worker does for the search."""

from django.apps import apps
from django_tasks import task

from shop.search import index


@task()
def read(label: str, pk: int) -> None:
    """Read what was saved into the index; what is gone meanwhile cannot be read."""
    thing = apps.get_model(label)._default_manager.filter(pk=pk).first()
    if thing is not None:
        index.read(thing)


@task()
def rebuild() -> None:
    """Read everything anew: what changed behind our back, such as the name of a category, is found again too."""
    index.rebuild()
