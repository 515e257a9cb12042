"""Who carries parcels, what their tracking numbers look like, and where they say how far a parcel has come.

A new carrier is a new entry of CARRIERS. Patterns are wide on purpose: they are to catch a number of another carrier
and a slip of the finger, not to know every service of a carrier.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

OTHER = "other"
"""A carrier without an entry: staff type its name, and the link if there is one."""


@dataclass(frozen=True)
class Carrier:
    code: str
    name: str
    pattern: str
    """What a whole number looks like, in capitals and without blanks."""
    link: str
    """Where a parcel is followed; `{number}` stands for its number."""
    example: str

    def accepts(self, number: str) -> bool:
        return re.fullmatch(self.pattern, number, re.ASCII) is not None

    def tracking_link(self, number: str) -> str:
        return self.link.format(number=quote(number, safe=""))


CARRIERS = {
    carrier.code: carrier
    for carrier in (
        # usps.com/faqs, "What does a tracking number look like"; the last one is of letters to and from abroad.
        Carrier(
            code="usps",
            name="USPS",
            pattern=r"\d{20,22}|\d{26}|\d{30}|\d{34}|[A-Z]{2}\d{9}[A-Z]{2}",
            link="https://tools.usps.com/go/TrackConfirmAction?tLabels={number}",
            example="9400111899223100001234",
        ),
        # ups.com/us/en/support/tracking-support, "Tracking number formats"
        Carrier(
            code="ups",
            name="UPS",
            pattern=r"1Z[0-9A-Z]{16}|T\d{10}|\d{9}|\d{12}|\d{18}|\d{26}",
            link="https://www.ups.com/track?tracknum={number}",
            example="1Z999AA10123456784",
        ),
        # fedex.com, "Tracking number": 12 digits, 15 for Ground, 20 to 34 where the post takes part
        Carrier(
            code="fedex",
            name="FedEx",
            pattern=r"\d{12}|\d{14,15}|\d{20}|\d{22}|\d{34}",
            link="https://www.fedex.com/fedextrack/?trknbr={number}",
            example="449044304137821",
        ),
        # dhl.com, "Tracking": 10 or 11 digits, or letters and digits of its parts for parcels and freight
        Carrier(
            code="dhl",
            name="DHL",
            pattern=r"\d{10,11}|[A-Z]{2,5}\d{8,20}|\d{18,22}|[A-Z]{2}\d{9}[A-Z]{2}",
            link="https://www.dhl.com/us-en/home/tracking.html?tracking-id={number}",
            example="1234567890",
        ),
    )
}
CHOICES = [*((carrier.code, carrier.name) for carrier in CARRIERS.values()), (OTHER, "Another carrier")]


def as_carriers_write_it(typed: str) -> str:
    """A tracking number that somebody typed or scanned: in capitals, without the blanks and hyphens between groups."""
    return re.sub(r"[\s-]", "", typed).upper()
