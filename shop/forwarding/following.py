"""Redirects that make themselves: when the slug of a record changes, and when the record goes."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_save

from shop.forwarding import addresses

Rule = Callable[[Any], bool]
WAS_AT = "_was_at"  # on a record that is being saved: the path that readers may know


def follow(model: type[Model], *, is_out: Rule, was_out: Rule) -> None:
    """From now on, forward the addresses of its records, whose last part is their `slug`.

    `is_out` says whether the page of a record answers now, `was_out` whether it ever did: nobody knows the address of
    another, and it is forgotten.
    """

    def remember(instance: Any, raw: bool, update_fields: Any, **kwargs: Any) -> None:
        if raw or instance._state.adding or (update_fields is not None and "slug" not in update_fields):
            return
        stored = model._default_manager.filter(pk=instance.pk).first()
        if stored is not None and was_out(stored):
            setattr(instance, WAS_AT, stored.get_absolute_url())  # type: ignore[attr-defined]

    def forward(instance: Any, raw: bool, update_fields: Any, **kwargs: Any) -> None:
        if raw or (update_fields is not None and "slug" not in update_fields):
            return
        old = instance.__dict__.pop(WAS_AT, None)
        if old is None and not is_out(instance):
            return
        new = instance.get_absolute_url()
        if old is not None and old != new:
            addresses.move(old=old, new=new)
        elif is_out(instance):
            addresses.return_to(new)

    def close(instance: Any, **kwargs: Any) -> None:
        if was_out(instance):
            addresses.close(instance.get_absolute_url())

    for signal, receiver in ((pre_save, remember), (post_save, forward), (post_delete, close)):
        uid = f"forwarding of {model._meta.label}, {receiver.__name__}"
        signal.connect(receiver, sender=model, weak=False, dispatch_uid=uid)
