# ruff: noqa: SIM905  (lists of words are read as words)
"""A language to fill a shop with and to search it in: few words are said often, most of them seldom."""

import random
from itertools import accumulate


class Language:
    """Words and how often each is said: the second half as often as the first, the third a third as often."""

    ADJECTIVES = "Renewal Barrier Daily Night Gentle Clear Plain Deep Calm Bright Mineral Velvet Cooling Rich".split()
    INGREDIENTS = """
        Retinol Niacinamide Silicone Salicylic Glycolic Ceramide Squalane Zinc Panthenol Allantoin Bakuchiol Peptide
        Azelaic Lactic Mandelic Caffeine Charcoal Oat Cedar Vetiver Bergamot Sandalwood Menthol Aloe Jojoba Argan
    """.split()
    FORMS = """
        Serum Gel Cream Wash Toner Balm Oil Lotion Mask Patch Stick Scrub Soap Shampoo Sunscreen Moisturizer Razor
    """.split()
    SYLLABLES = (
        "ba be bi co cu da de di fa fe go ha hi ka ke la li lo ma me mi na ne no pa po ra re ri sa se si".split()
    )

    def __init__(self) -> None:
        self.dice = random.Random(5)  # noqa: S311  (chance that is the same each time)
        made = {"".join(self.dice.choices(self.SYLLABLES, k=self.dice.randint(2, 5))) for _ in range(30_000)}
        self.words = [*map(str.lower, [*self.FORMS, *self.INGREDIENTS, *self.ADJECTIVES]), *sorted(made)]
        self.weights = list(accumulate(1 / (place + 5) for place in range(len(self.words))))

    def text(self, length: int) -> str:
        return " ".join(self.dice.choices(self.words, cum_weights=self.weights, k=length)).capitalize() + "."

    def name(self) -> str:
        """Of a product: as shops call them, with one word of its maker's own."""
        own = self.dice.choice(self.words).capitalize()
        parts = (
            own,
            self.dice.choice(self.ADJECTIVES),
            self.dice.choice(self.INGREDIENTS),
            self.dice.choice(self.FORMS),
        )
        return " ".join(parts)

    def seldom(self, count: int) -> list[str]:
        return self.dice.sample(self.words[2_000:], count)


def searches(language: Language) -> dict[str, list[dict[str, str]]]:
    """What is searched for, by what it is called in the table."""
    dice = language.dice
    seldom = language.seldom(60)
    return {
        "a seldom word": [{"q": word} for word in seldom],
        "two words of a name": [
            {"q": f"{dice.choice(language.INGREDIENTS)} {dice.choice(language.FORMS)}"} for _ in range(60)
        ],
        "a name": [{"q": " ".join(language.name().split()[1:])} for _ in range(60)],
        "a word that thousands hold": [{"q": word} for word in [*language.FORMS, *language.INGREDIENTS]],
        "a synonym": [{"q": query} for query in ("spf", "sunblock", "face wash", "moisturiser", "pimple")],
        "filtered and sorted": [
            {"q": word, "concern": "dry-skin", "in_stock": "1", "price_to": "40", "sort": "price"}
            for word in language.INGREDIENTS
        ],
        "a typing error": [
            {"q": word[:3] + word[4:]} for word in map(str.lower, language.INGREDIENTS) if len(word) > 5
        ],
        "nothing": [{"q": f"{word}xq zzyzx"} for word in seldom],
        "ten words": [{"q": language.text(10)} for _ in range(60)],
    }


def beginnings(language: Language) -> dict[str, list[dict[str, str]]]:
    names = [language.name().lower() for _ in range(60)]
    return {
        "two letters": [{"q": name.split()[2][:2]} for name in names],
        "four letters": [{"q": name.split()[2][:4]} for name in names],
        "one word and a half": [{"q": " ".join(name.split()[2:])[:-2]} for name in names],
        "a typing error": [
            {"q": word[:3] + word[4:]} for word in map(str.lower, language.INGREDIENTS) if len(word) > 5
        ],
    }
