"""The check: all that is wrong with a guide, before readers see it and every night after."""

import re
from collections.abc import Iterator

from django.db.models import F
from oscar.core.loading import get_model

from blog.care.claims import find_claims
from blog.care.findings import Finding
from blog.care.links import find_broken_links
from blog.care.passages import passages
from blog.models import Block, Figure, Post, ProductPick, Question, RichText, Source

LONGEST_TITLE = 60  # characters; search engines cut off what is wider (about 600 pixels on a desk)
SHORTEST_SUMMARY = 50  # characters: one short sentence
HEALTH = re.compile(
    r"\b(acne|bacteria|chickenpox|clinical|collagen|dermatolog\w*|diagnos\w*|disease|doctor|dose|eczema|infect\w*|"
    r"inflam\w*|medical|medicine|prescri\w*|psoriasis|research\w*|risks?|scars?|scarring|stud(?:y|ies)|symptom\w*|"
    r"therap\w*|treatments?)\b",
    re.IGNORECASE,
)
SAYS_NOTHING = re.compile(
    r"(image|img|photo|picture|screenshot|untitled|dsc|pxl)?[\W\d_]*(jpe?g|png|webp|avif|gif)?", re.IGNORECASE
)


def check(post: Post, blocks: list[Block]) -> list[Finding]:
    """All findings about `post` with these blocks, in their order, whether they are stored or stand in a form: also
    those that readers do not get to see. What stops the guide comes first.
    """
    findings = [
        *_about_title_and_summary(post),
        *_about_pictures(post, blocks),
        *_about_picks(blocks),
        *_about_headings(blocks),
        *find_claims(post, blocks),
        *find_broken_links(post, blocks),
        *_about_sources(blocks),
        *_about_review(post),
    ]
    return sorted(findings, key=lambda finding: not finding.stops)


def check_stored(post: Post) -> list[Finding]:
    """The same of a guide as it is stored."""
    return check(post, post.all_blocks())


def _about_title_and_summary(post: Post) -> Iterator[Finding]:
    if len(post.title) > LONGEST_TITLE:
        yield Finding(
            f"The title has {len(post.title)} characters. Search results cut it off after about {LONGEST_TITLE}.",
            "Move to the front what readers look for, or say it in fewer words.",
            field="title",
        )
    summary = post.summary.strip()
    if not summary:
        yield Finding(
            "There is no summary.",
            "Two or three sentences: they stand under the title, on cards and in search results.",
            stops=True,
            field="summary",
        )
    elif len(summary) < SHORTEST_SUMMARY:
        yield Finding(
            "The summary is very short.", "Say what the reader will know or be able to do afterwards.", field="summary"
        )


def _about_pictures(post: Post, blocks: list[Block]) -> Iterator[Finding]:
    if not post.hero:
        yield Finding("There is no picture at the top.", "Cards and shared links look better with one.", field="hero")
    else:
        yield from _about_words(post.hero_alt, None, "hero_alt")
    for block in blocks:
        if isinstance(block, Figure) and block.image:
            yield from _about_words(block.alt, block, "alt")


def _about_words(words: str, block: Block | None, field: str) -> Iterator[Finding]:
    if not words.strip():
        yield Finding(
            "A picture has no words for readers who cannot see it.",
            "Say in one sentence what one would see.",
            stops=True,
            block=block,
            field=field,
        )
    elif SAYS_NOTHING.fullmatch(words.strip()):
        yield Finding(
            f"“{words}” tells nobody what the picture shows.",
            "Say in one sentence what one would see.",
            block=block,
            field=field,
        )


def _about_picks(blocks: list[Block]) -> Iterator[Finding]:
    picks = [block for block in blocks if isinstance(block, ProductPick)]
    products = get_model("catalogue", "Product").objects.filter(pk__in={pick.product_id for pick in picks})
    offers = {
        product.pk: product
        for product in products.with_offer()
        .annotate(price=F("lowest_price"), in_stock=F("is_in_stock"))
        .select_related("parent")
    }
    for pick in picks:
        product = offers.get(pick.product_id)
        if product is None:
            yield Finding(
                "The product that was picked here is gone.",
                "Pick another one, or remove the block.",
                stops=True,
                block=pick,
                field="product",
            )
        elif not product.is_public or (product.parent and not product.parent.is_public):
            yield Finding(
                f"“{product.get_title()}” is hidden: readers would see nothing here.",
                "Have it made public in the dashboard, or pick another one.",
                stops=True,
                block=pick,
                field="product",
            )
        elif product.price is None:
            yield Finding(
                f"“{product.get_title()}” has no price, so nobody can buy it.",
                "Have a price set in the dashboard, or pick another one.",
                stops=True,
                block=pick,
                field="product",
            )
        elif not product.in_stock:
            yield Finding(
                f"“{product.get_title()}” is sold out.",
                "Readers see what you named instead, or the next best of its category.",
                block=pick,
                field="product",
            )


def _about_headings(blocks: list[Block]) -> Iterator[Finding]:
    level = 1  # the title's
    for block in blocks:
        for passage in passages(block.text) if isinstance(block, RichText) else []:
            if not passage.level:
                continue
            if not passage.text:
                yield Finding("A heading is empty.", "Give it words, or make it a paragraph.", stops=True, block=block)
            elif passage.level > level + 1:
                yield Finding(
                    f"“{passage.text}” is a small heading, and no large one stands above it.",
                    "Make it a large heading: those who listen to a page find their way by them.",
                    stops=True,
                    block=block,
                )
            level = passage.level


def _about_sources(blocks: list[Block]) -> Iterator[Finding]:
    sources = [block for block in blocks if isinstance(block, Source)]
    bare = list(_sections_without_a_source(blocks))
    if bare and not sources:
        yield Finding(
            "The guide speaks of health and names no source.",
            "Add the pages that you have it from: a public health service, a medical society, a journal.",
            stops=True,
            block=bare[0][0],
        )
    else:
        for block, heading, word in bare:
            where = f"“{heading}”" if heading else "The beginning"
            yield Finding(
                f"{where} speaks of health (“{word}”) and points at no source.",
                "Link a number to the source that says it: 1 to #source-1.",
                block=block,
            )
    unread = [source for source in sources if source.read_on is None]
    if unread:
        titles = ", ".join(f"“{source.title}”" for source in unread)
        yield Finding(
            f"Nobody has noted when these sources were read: {titles}.",
            "Open each page, see that it says what we say it says, and enter today’s date.",
            block=unread[0],
            field="read_on",
        )


def _sections_without_a_source(blocks: list[Block]) -> Iterator[tuple[Block, str, str]]:
    """The first block of each section that speaks of health and points at no source, its heading, and the word."""
    start: Block | None = None
    heading, word, has_source = "", "", False
    for block in blocks:
        if isinstance(block, Question):
            continue
        for passage in passages(block.text) if isinstance(block, RichText) else []:
            if passage.level == 2:
                if start and word and not has_source:
                    yield start, heading, word
                start, heading, word, has_source = block, passage.text, "", False
                continue
            start = start or block
            found = None if passage.level else HEALTH.search(passage.text)
            word = word or (found[0] if found else "")
            has_source = has_source or any(link.startswith("#source-") for link in passage.links)
    if start and word and not has_source:
        yield start, heading, word


def _about_review(post: Post) -> Iterator[Finding]:
    if post.next_review_on is None:
        yield Finding("No next review is planned.", "Choose a day on which we read it again.", field="next_review_on")
    elif post.is_review_due:
        yield Finding(
            "The day of its review has come.",
            "Read it again with its sources, mend what has changed, and choose the next day.",
            field="next_review_on",
        )
