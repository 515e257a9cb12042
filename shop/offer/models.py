"""Oscar's offers, which can be told at once what they would otherwise ask about each line of a basket."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.utils.functional import cached_property
from django.utils.html import escape
from django.utils.safestring import SafeString
from oscar.apps.offer.abstract_models import (
    AbstractBenefit,
    AbstractCondition,
    AbstractConditionalOffer,
    AbstractRange,
)

_classes: dict[type, dict[str, type]] = {}


class Range(AbstractRange):
    """Oscar's range. Of the products in `told`, by their keys, it knows whether it holds them."""

    told: dict[int, bool]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.told = {}

    def contains_product(self, product: Any) -> bool:
        if (told := self.told.get(product.pk)) is not None:
            return told
        return super().contains_product(product)

    def invalidate_cached_queryset(self) -> None:
        super().invalidate_cached_queryset()
        self.told = {}


class OfAType:
    """A condition or a benefit. What Oscar makes of it by its type has the range that this one has read already."""

    @property
    def proxy_map(self: Any) -> dict[str, type]:
        """The classes of all types; Oscar looks for each of them whenever it is asked."""
        if type(self) not in _classes:
            _classes[type(self)] = super().proxy_map
        return _classes[type(self)]

    def proxy(self: Any) -> Any:
        proxy = super().proxy()
        if self._meta.get_field("range").is_cached(self):
            proxy.range = self.range
        return proxy

    @property
    def description(self: Any) -> SafeString:
        """As the dashboard writes it, unescaped: Oscar's may hold the name of a range as it was typed in."""
        return escape(self.name)

    def clean(self: Any) -> None:
        """Raises ValidationError for one of no type, or of a class that there is not: nobody could read it again."""
        if not self.type and not self.proxy_class:
            raise ValidationError("Choose a type, or name a class of your own.")
        try:
            self.proxy()
        except (ImproperlyConfigured, TypeError, ValueError) as error:
            raise ValidationError("There is no class of that name.") from error
        super().clean()


class Condition(OfAType, AbstractCondition):
    pass


class Benefit(OfAType, AbstractBenefit):
    pass


class ConditionalOffer(AbstractConditionalOffer):
    """Oscar's offer. Of the users in `told_uses`, by their keys, it knows how often they have used it."""

    told_uses: dict[int, int]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.told_uses = {}

    def get_num_user_applications(self, user: Any) -> int:
        if (told := self.told_uses.get(user.pk)) is not None:
            return told
        return super().get_num_user_applications(user)

    @cached_property
    def combined_offers(self) -> Any:
        """With which offers it may lower the price of one thing, itself among them."""
        if {"combinations", "in_combination"} <= {*getattr(self, "_prefetched_objects_cache", ())}:
            return [self, *self.combinations.all(), *self.in_combination.all()]
        return super().combined_offers


from oscar.apps.offer.models import *  # noqa: E402, F403  (Oscar registers the models that are not ours)
