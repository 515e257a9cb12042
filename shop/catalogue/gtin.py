"""Numbers that trade goods have all over the world (https://www.gs1.org/services/how-calculate-check-digit-manually)."""

LENGTHS = (8, 12, 13, 14)


def gtin(upc: str | None) -> str | None:
    """`upc` where it is such a number, with the right check digit; None for a number of the shop's own."""
    if not upc or not upc.isascii() or not upc.isdigit() or len(upc) not in LENGTHS:
        return None
    *digits, check = map(int, upc)
    weighed = sum(digit * (1 if position % 2 else 3) for position, digit in enumerate(reversed(digits)))
    return upc if (weighed + check) % 10 == 0 else None
