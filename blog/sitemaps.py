from datetime import datetime

from django.db.models import Max, Prefetch, QuerySet
from django.db.models.functions import Greatest

from blog.models import Author, Figure, Post, Topic
from shop.sitemaps import Sitemap


class PostSitemap(Sitemap):
    def items(self) -> QuerySet[Post]:
        pictures = Figure.objects.exclude(image="")
        return Post.objects.published().prefetch_related(Prefetch("figure_set", pictures, "pictures"))

    def lastmod(self, item: Post) -> datetime:
        return item.changed_at

    def get_latest_lastmod(self) -> datetime | None:
        latest: datetime | None = Post.objects.published().aggregate(last=Max(Greatest("publish_at", "updated_at")))[
            "last"
        ]
        return latest

    def images(self, item: Post) -> list[str]:
        hero = [item.hero.url] if item.hero else []
        return [*hero, *(figure.image.url for figure in item.pictures)]


class TopicSitemap(Sitemap):
    def items(self) -> QuerySet[Topic]:
        return Topic.objects.published()


class AuthorSitemap(Sitemap):
    def items(self) -> QuerySet[Author]:
        return Author.objects.published()
