"""Words that make a drug of a cosmetic, where they stand near a product that we sell.

The law looks at what a product is said to do: what is sold to treat or prevent a disease, or to change how the body
works, is a drug (https://www.fda.gov/cosmetics/cosmetics-laws-regulations/it-cosmetic-drug-or-both-or-it-soap). Its
warning letters quote such sentences from shops' blogs as well as from their product pages.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from blog.care.findings import Finding
from blog.care.models import Claim
from blog.care.passages import Passage, passages, sentences
from blog.models import Block, Figure, Post, ProductPick, Question, RichText

NEAR = 2  # passages before and after a product, not beyond a heading: as far as a reader takes them to be about it
BETWEEN = 2  # words between those of a phrase: "heals your old scars"
DENIALS = re.compile(
    r"\b(no|not|never|nothing|none|neither|nor|without|cannot|rather than|instead of)\b|n[’']t\b", re.IGNORECASE
)


def find_claims(post: Post, blocks: list[Block]) -> list[Finding]:
    """A claim in what is said of a product stops the guide. One close by warns, and so does one in the title."""
    claims = list(Claim.objects.all())
    if not claims or not any(isinstance(block, ProductPick) for block in blocks):
        return []
    findings = [
        _finding(claim, sentence, field=field)
        for field in ("title", "summary")
        for claim, sentence in _claims_in([getattr(post, field)], claims)
    ]
    for position, block in enumerate(blocks):
        if isinstance(block, ProductPick):
            findings += [
                _finding(claim, sentence, stops=True, block=block, field="why")
                for claim, sentence in _claims_in([block.why], claims)
            ]
        else:
            near = _words_near_a_product(blocks, position)
            findings += [_finding(claim, sentence, block=block) for claim, sentence in _claims_in(near, claims)]
    return findings


def _finding(
    claim: Claim, sentence: str, *, stops: bool = False, block: Block | None = None, field: str = ""
) -> Finding:
    return Finding(f"“{sentence}” {claim.reason}", claim.suggestion, stops, block, field)


def _claims_in(texts: Iterable[str], claims: list[Claim]) -> Iterator[tuple[Claim, str]]:
    for text in texts:
        for sentence in sentences(text):
            for claim in claims:
                found = _pattern(claim.phrase).search(sentence)
                if found and not DENIALS.search(sentence[: found.start()]):
                    yield claim, sentence


@lru_cache(maxsize=500)
def _pattern(phrase: str) -> re.Pattern[str]:
    """Whole words, a few others between them; a star at the end of a word stands for any ending."""
    words = [re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else "") for word in phrase.split()]
    return re.compile(r"\b" + rf"\W+(?:\w+\W+){{0,{BETWEEN}}}".join(words) + r"(?!\w)", re.IGNORECASE)


def _words_near_a_product(blocks: list[Block], position: int) -> list[str]:
    """What of this block stands within sight of a product that is picked right before or after it."""
    block = blocks[position]
    before, after = blocks[max(position - 1, 0) : position], blocks[position + 1 : position + 2]
    follows, leads = (any(isinstance(other, ProductPick) for other in others) for others in (before, after))
    if not (follows or leads):
        return []
    if isinstance(block, RichText):
        read = passages(block.text)
        chosen = [*(_until_heading(read) if follows else []), *(_until_heading(read[::-1]) if leads else [])]
        return list(dict.fromkeys(passage.text for passage in chosen))
    if isinstance(block, Figure):
        return [block.caption]
    return [block.words] if isinstance(block, Question) else []


def _until_heading(read: list[Passage]) -> list[Passage]:
    near = []
    for passage in read[:NEAR]:
        if passage.level:
            break
        near.append(passage)
    return near
