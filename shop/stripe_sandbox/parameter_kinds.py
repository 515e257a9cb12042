"""How one parameter is read from a decoded request, and what Stripe says when it cannot be."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from .currencies import CURRENCIES, LARGEST_AMOUNT
from .errors import InvalidParameter

LARGEST_INTEGER = 2**63 - 1


@dataclass(frozen=True, kw_only=True)
class Kind(ABC):
    """A parameter that Stripe takes. `required` holds within the object that the parameter stands in."""

    required: bool = False

    @abstractmethod
    def read(self, raw: Any, *, name: str) -> Any:
        """The value of the parameter `name`, `raw` being a string or, for something nested, a dict.

        Raises:
            InvalidParameter: it cannot be read.
        """


@dataclass(frozen=True, kw_only=True)
class Text(Kind):
    at_most: int = 5000

    def read(self, raw: Any, *, name: str) -> str:
        if not isinstance(raw, str):
            raise InvalidParameter(f"Invalid string: {raw}", param=name)
        if not raw:
            raise InvalidParameter(
                f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset a "
                f"parameter; however '{name}' cannot be unset. You should remove '{name}' from your request or "
                "supply a non-empty value.",
                param=name,
                code="parameter_invalid_empty",
            )
        if len(raw) > self.at_most:
            raise InvalidParameter(
                f"Invalid string: {raw[:10]}…{raw[-10:]}; must be at most {self.at_most} characters", param=name
            )
        return raw


@dataclass(frozen=True, kw_only=True)
class Url(Text):
    def read(self, raw: Any, *, name: str) -> str:
        url = super().read(raw, name=name)
        try:
            parts = urlsplit(url)
        except ValueError as error:
            raise InvalidParameter("Not a valid URL", param=name, code="url_invalid") from error
        if not parts.scheme:
            raise InvalidParameter(
                "Invalid URL: An explicit scheme (such as https) must be provided.", param=name, code="url_invalid"
            )
        if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", url):
            raise InvalidParameter("Not a valid URL", param=name, code="url_invalid")
        return url


@dataclass(frozen=True, kw_only=True)
class Email(Text):
    at_most: int = 800

    def read(self, raw: Any, *, name: str) -> str:
        email = super().read(raw, name=name)
        try:
            validate_email(email)
        except ValidationError as error:
            raise InvalidParameter(f"Invalid email address: {email}", param=name, code="email_invalid") from error
        return email


@dataclass(frozen=True, kw_only=True)
class Choice(Text):
    options: tuple[str, ...]

    def read(self, raw: Any, *, name: str) -> str:
        value = super().read(raw, name=name)
        if value not in self.options:
            raise InvalidParameter(f"Invalid {name}: must be one of {_either(self.options)}", param=name)
        return value


@dataclass(frozen=True, kw_only=True)
class CurrencyCode(Text):
    def read(self, raw: Any, *, name: str) -> str:
        value = super().read(raw, name=name).lower()
        if value not in CURRENCIES:
            raise InvalidParameter(
                f"Invalid currency: {value}. Stripe currently supports these currencies: {', '.join(CURRENCIES)}",
                param=name,
            )
        return value


@dataclass(frozen=True, kw_only=True)
class Flag(Text):
    def read(self, raw: Any, *, name: str) -> bool:
        value = super().read(raw, name=name)
        if value not in ("true", "false"):
            raise InvalidParameter(f"Invalid boolean: {value}", param=name)
        return value == "true"


@dataclass(frozen=True, kw_only=True)
class Integer(Text):
    at_least: int = 0
    at_most: int = LARGEST_INTEGER

    def read(self, raw: Any, *, name: str) -> int:
        if isinstance(raw, str) and raw and not re.fullmatch(r"[+-]?[0-9]{1,19}", raw):
            raise InvalidParameter(f"Invalid integer: {raw[:40]}", param=name, code="parameter_invalid_integer")
        value = int(Text().read(raw, name=name))
        if value < self.at_least:
            raise InvalidParameter(
                f"This value must be greater than or equal to {self.at_least}.",
                param=name,
                code="parameter_invalid_integer",
            )
        if value > self.at_most:
            raise InvalidParameter(
                f"This value must be less than or equal to {self.at_most} (it currently is '{value}').",
                param=name,
                code="parameter_invalid_integer",
            )
        return value


@dataclass(frozen=True, kw_only=True)
class Amount(Integer):
    """Money in minor units."""

    def read(self, raw: Any, *, name: str) -> int:
        if isinstance(raw, str) and raw.startswith("-"):
            raise InvalidParameter("Invalid non-negative integer", param=name, code="parameter_invalid_integer")
        value = super().read(raw, name=name)
        if value > LARGEST_AMOUNT:
            raise InvalidParameter("Amount must be no more than $999,999.99", param=name, code="amount_too_large")
        return value


@dataclass(frozen=True, kw_only=True)
class DecimalAmount(Text):
    """Money in minor units with up to twelve decimals, kept as the string that was sent."""

    at_most: int = 40

    def read(self, raw: Any, *, name: str) -> str:
        value = super().read(raw, name=name)
        try:
            amount = Decimal(value)
        except InvalidOperation as error:
            raise InvalidParameter(f"Invalid decimal: {value}", param=name) from error
        if not amount.is_finite() or amount < 0:
            raise InvalidParameter("Invalid non-negative decimal", param=name)
        if amount > LARGEST_AMOUNT:
            raise InvalidParameter("Amount must be no more than $999,999.99", param=name, code="amount_too_large")
        if amount != round(amount, 12):
            raise InvalidParameter(f"Invalid decimal: {value}; must contain at most 12 decimal places", param=name)
        return value


@dataclass(frozen=True, kw_only=True)
class Hash(Kind):
    fields: Mapping[str, Kind]

    def read(self, raw: Any, *, name: str = "") -> dict[str, Any]:
        if not isinstance(raw, dict):
            raise InvalidParameter("Invalid object", param=name)
        unknown = [_within(name, key) for key in raw if key not in self.fields]
        if unknown:
            raise InvalidParameter(
                f"Received unknown parameter{'s' if len(unknown) > 1 else ''}: {', '.join(unknown)}",
                param=unknown[0],
                code="parameter_unknown",
            )
        for key, kind in self.fields.items():
            if kind.required and key not in raw:
                raise required(_within(name, key))
        return {key: kind.read(raw[key], name=_within(name, key)) for key, kind in self.fields.items() if key in raw}


@dataclass(frozen=True, kw_only=True)
class Array(Kind):
    of: Kind
    at_most: int

    def read(self, raw: Any, *, name: str) -> list[Any]:
        if not isinstance(raw, dict) or not all(re.fullmatch(r"[0-9]{1,9}", key) for key in raw):
            raise InvalidParameter("Invalid array", param=name)
        if len(raw) > self.at_most:
            raise InvalidParameter(f"Array {name} exceeded maximum {self.at_most} allowed elements.", param=name)
        return [self.of.read(raw[key], name=_within(name, key)) for key in sorted(raw, key=int)]


@dataclass(frozen=True, kw_only=True)
class Metadata(Kind):
    """Up to 50 keys of 40 characters, with values of 500: https://docs.stripe.com/api/metadata"""

    def read(self, raw: Any, *, name: str) -> dict[str, str]:
        if raw == "":
            return {}
        if not isinstance(raw, dict):
            raise InvalidParameter("Invalid object", param=name)
        if len(raw) > 50:
            raise InvalidParameter(f"Metadata can have up to 50 keys, but you passed in {len(raw)}.", param=name)
        for key, value in raw.items():
            if not isinstance(value, str):
                raise InvalidParameter(f"Invalid string: {value}", param=_within(name, key))
            if len(key) > 40:
                raise InvalidParameter(
                    "Metadata keys can have up to 40 characters, but you passed in a key that is "
                    f"{len(key)} characters. Invalid key: {key}",
                    param=name,
                )
            if len(value) > 500:
                raise InvalidParameter(
                    "Metadata values can have up to 500 characters, but you passed in a value that is "
                    f"{len(value)} characters. Invalid value: {value}",
                    param=_within(name, key),
                )
        return {key: value for key, value in raw.items() if value}


@dataclass(frozen=True, kw_only=True)
class Moment(Kind):
    """A time in seconds, or a range of them: https://docs.stripe.com/api/checkout/sessions/list"""

    def read(self, raw: Any, *, name: str) -> dict[str, int]:
        if isinstance(raw, dict):
            bound = Integer(at_most=LARGEST_MOMENT)
            return Hash(fields=dict.fromkeys(("gt", "gte", "lt", "lte"), bound)).read(raw, name=name)
        second = Integer(at_most=LARGEST_MOMENT).read(raw, name=name)
        return {"gte": second, "lte": second}


@dataclass(frozen=True, kw_only=True)
class NotSimulated(Kind):
    """Stripe takes it, the stand-in does not: better refused than silently ignored."""

    def read(self, raw: Any, *, name: str) -> Any:
        raise InvalidParameter(f"The Stripe stand-in does not simulate the parameter {name}.", param=name)


LARGEST_MOMENT = 253_370_764_800  # the year 9999: what a datetime can hold


def required(name: str) -> InvalidParameter:
    """The refusal for the missing parameter `name`."""
    return InvalidParameter(f"Missing required param: {name}.", param=name, code="parameter_missing")


def _within(name: str, key: str) -> str:
    return f"{name}[{key}]" if name else key


def _either(options: tuple[str, ...]) -> str:
    *first, last = options
    if not first:
        return last
    return f"{', '.join(first)}{',' if len(first) > 1 else ''} or {last}"
