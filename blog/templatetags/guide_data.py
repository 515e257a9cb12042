"""What pages of the guide tell machines, for `{% structured_data %}`."""

from collections.abc import Sequence

from django import template

from blog import structured_data
from blog.body import Body
from blog.cards import card_of
from blog.models import Author, Post, Topic
from shop.structured_data.graph import Node

register = template.Library()


@register.simple_tag
def card_address(post: Post) -> str:
    """The path of the picture that stands beside a link to it; empty until it is drawn."""
    return card_of(post)


@register.simple_tag
def guide_data(post: Post, body: Body, topics: Sequence[Topic]) -> list[Node]:
    return structured_data.guide_nodes(post, body=body, topics=topics)


@register.simple_tag
def author_data(author: Author) -> list[Node]:
    return structured_data.author_page(author)
