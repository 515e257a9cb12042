"""Whose addresses are forwarded when they change, and said to be gone once the page is."""

from blog.models import Author, Post, Topic
from shop.forwarding.following import follow


def follow_all() -> None:
    follow(Post, is_out=lambda post: post.is_public, was_out=lambda post: post.was_out)
    for model in (Author, Topic):
        follow(model, is_out=lambda page: True, was_out=lambda page: True)
