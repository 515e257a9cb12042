"""What browsers and password managers may fill into a form: https://html.spec.whatwg.org/multipage/#autofill."""

from typing import Any, ClassVar

ADDRESS = {
    "first_name": "given-name",
    "last_name": "family-name",
    "line1": "address-line1",
    "line2": "address-line2",
    "line3": "address-line3",
    "line4": "address-level2",
    "state": "address-level1",
    "postcode": "postal-code",
    "country": "country",
    "phone_number": "tel",
}
"""The tokens of an address, by the names that Oscar gives to its fields."""


class AutofillMixin:
    """For forms: `autofill` says for each field what it holds, or "off" where a browser would guess wrong."""

    autofill: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.autofill.keys() & self.fields.keys():  # type: ignore[attr-defined]
            self.fields[name].widget.attrs["autocomplete"] = self.autofill[name]  # type: ignore[attr-defined]
