"""Where the links of a guide lead: to pages of ours, to a place in the guide itself, or elsewhere."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.flatpages.models import FlatPage
from django.urls import Resolver404, resolve
from oscar.core.loading import get_model

from blog.care.findings import Finding
from blog.care.models import OutgoingLink
from blog.care.passages import passages
from blog.models import Author, Block, Post, Question, RichText, Source, Topic
from blog.prose import Heading, set_in_page
from shop.promises.models import Promise

Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")

DEAD_AT = 3  # nights in a row: a site may have a bad evening

# What must be there for the page to answer. Pages that are not named here need nothing.
NEEDED: dict[str, Callable[..., Any]] = {
    "blog:post": lambda slug: Post.objects.published().filter(slug=slug),
    "blog:topic": lambda slug: Topic.objects.published().filter(slug=slug),
    "blog:author": lambda slug: Author.objects.published().filter(slug=slug),
    "catalogue:detail": lambda pk, **_: Product.objects.public().filter(pk=pk),
    "catalogue:category": lambda pk, **_: Category.objects.browsable().filter(pk=pk),
    "promises:detail": lambda slug: Promise.objects.filter(slug=slug),
}


def find_broken_links(post: Post, blocks: list[Block]) -> list[Finding]:
    """Links to pages of ours that do not answer, to places that the guide lacks, and to what died elsewhere."""
    findings = []
    places = _places(blocks)
    outgoing = {link.url: link for link in OutgoingLink.objects.filter(url__in=addresses_elsewhere(blocks))}
    for block, address in _links(blocks):
        place = _path_of_ours(address)
        if address.startswith("#"):
            if address not in places:
                findings.append(_leads_nowhere(block, address))
        elif place is not None:
            if not (_same_page(place, post) or _answers(place)):
                findings.append(_does_not_answer(block, address))
        elif address in outgoing and outgoing[address].failures >= DEAD_AT:
            findings.append(_died(block, outgoing[address]))
    return findings


def addresses_elsewhere(blocks: list[Block]) -> set[str]:
    """Every address of the web that the blocks lead to, without our own."""
    return {
        address
        for _block, address in _links(blocks)
        if urlsplit(address).scheme in ("http", "https") and _path_of_ours(address) is None
    }


def _links(blocks: list[Block]) -> Iterator[tuple[Block, str]]:
    for block in blocks:
        if isinstance(block, Source):
            yield block, block.url
        elif isinstance(block, RichText | Question):
            html = block.text if isinstance(block, RichText) else block.answer
            yield from ((block, address) for passage in passages(html) for address in passage.links)


def _places(blocks: list[Block]) -> set[str]:
    headings: list[Heading] = []
    for block in blocks:
        if isinstance(block, RichText):
            set_in_page(block.text, headings, {})
    sources = sum(isinstance(block, Source) for block in blocks)
    return {f"#{heading.id}" for heading in headings} | {f"#source-{number + 1}" for number in range(sources)}


def _path_of_ours(address: str) -> str | None:
    """The path of a page of ours; None for an address elsewhere, or one that is none of the web's."""
    parts = urlsplit(address)
    ours = urlsplit(settings.SITE_URL).netloc
    if parts.scheme not in ("", "http", "https") or (parts.netloc and parts.netloc != ours):
        return None
    return unquote(parts.path) or ("/" if parts.netloc else None)


def _same_page(path: str, post: Post) -> bool:
    return bool(post.slug) and path == post.get_absolute_url()


def _answers(path: str) -> bool:
    return _is_page(path) or (not path.endswith("/") and _is_page(f"{path}/"))  # readers are sent on to that


def _is_page(path: str) -> bool:
    if "\0" in path:  # PostgreSQL takes none, and no page has one
        return False
    try:
        match = resolve(path)
    except Resolver404:
        return FlatPage.objects.filter(url=path).exists()
    needed = NEEDED.get(match.view_name)
    return needed is None or bool(needed(**match.kwargs).exists())


def _leads_nowhere(block: Block, address: str) -> Finding:
    if address.startswith("#source-"):
        number = address.removeprefix("#source-")
        return Finding(
            f"The text points at source {number}, and there is no source {number}.",
            "Add the source, or change the number.",
            stops=True,
            block=block,
        )
    return Finding(
        f"A link leads to “{address}”, a place that this guide does not have.",
        "Take the address from the contents list of the preview.",
        stops=True,
        block=block,
    )


def _does_not_answer(block: Block, address: str) -> Finding:
    return Finding(
        f"A link leads to {address}, where readers find nothing.",
        "Open the page you mean and copy its address, or take the link away. A draft answers nobody yet.",
        stops=True,
        block=block,
    )


def _died(block: Block, link: OutgoingLink) -> Finding:
    return Finding(
        f"{link.url} no longer answers: {link.answer}.",
        "Look whether the page has moved, or find another that says the same.",
        block=block,
    )
