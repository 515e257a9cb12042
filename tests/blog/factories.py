"""Guides for tests, made through the models with the least that makes sense."""

from datetime import timedelta
from itertools import count

from django.contrib.auth.models import Permission, User
from django.utils import timezone

from blog.body import compose
from blog.companions import Companions, companions_of
from blog.models import Author, Post

numbers = count(1)


def make_post(**fields) -> Post:
    """A guide that came out yesterday, without a word in it, unless `fields` say otherwise."""
    number = next(numbers)
    author, _created = Author.objects.get_or_create(slug="editors", defaults={"name": "The editors"})
    yesterday = timezone.now() - timedelta(days=1)
    defaults = {
        "title": f"Guide {number}",
        "slug": f"guide-{number}",
        "summary": "What it says in two sentences.",
        "author": author,
        "status": Post.Status.PUBLISHED,
        "publish_at": yesterday,
        "updated_at": yesterday,
    }
    return Post.objects.create(**defaults | fields)


def add(post: Post, kind: type, **fields):
    """A block of that kind at the end of the guide."""
    return kind.objects.create(parent=post, ordering=10 * next(numbers), **fields)


def companions(post: Post) -> Companions:
    """The guides to which the page of this one leads."""
    products = [pick.product for pick in compose(post.blocks()).shelf]
    return companions_of(post, topics=list(post.topics.all()), products=products)


def make_staff(*permissions: str) -> User:
    """A member of staff who may do just that: "blog.view_post"."""
    user = User.objects.create_user(f"staff-{next(numbers)}", password="plain-care", is_staff=True)
    for permission in permissions:
        app, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return user
