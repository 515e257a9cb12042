from typing import Any

from django.core.signing import BadSignature, SignatureExpired
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic import DetailView, ListView
from oscar.core.utils import is_ajax

from blog import sharing
from blog.body import compose
from blog.companions import companions_of
from blog.models import Author, Post, Topic, may_view_drafts, works_on_guides
from shop.basket.additions import add_one_of_each, count_for_sale
from shop.basket.views import mini_basket
from shop.forwarding.answers import gone
from shop.staff import second_factor

CARDS_A_PAGE = 12  # six rows of two
ROWS_A_PAGE = 50


class Index(ListView[Post]):
    template_name = "blog/index.html"
    context_object_name = "posts"
    paginate_by = 13  # one in front, then six rows of two

    def get_queryset(self) -> QuerySet[Post]:
        return Post.objects.published().featured_first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(topics=Topic.objects.published(), **kwargs)


class PostPage(DetailView[Post]):
    template_name = "blog/post.html"
    context_object_name = "post"

    def get_queryset(self) -> QuerySet[Post]:
        return Post.objects.visible_to(self.request.user).select_related("author", "reviewed_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        body, topics = compose(self.object.blocks()), list(self.object.topics.all())
        products = [pick.product for pick in body.shelf]
        return super().get_context_data(
            body=body,
            has_routine=count_for_sale(body.routine, request=self.request) > 1,
            companions=companions_of(self.object, topics=topics, products=products),
            topics=topics,
            is_editor=may_view_drafts(self.request.user),
            **kwargs,
        )


class Detail(PostPage):
    """A guide; or, in place of one that was taken down, that it is gone. Staff show who they are before a draft."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().get(request, *args, **kwargs)
        except Http404:
            if works_on_guides(request.user) and second_factor.is_missing(request.user):
                return second_factor.ask(request)
            if Post.objects.taken_down().filter(slug=self.kwargs["slug"]).exists():
                return gone(request)
            raise


class Routine(View):
    """Puts what a guide recommends into the basket, all but what its editor left out."""

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        post = get_object_or_404(Post.objects.visible_to(request.user), slug=slug)
        add_one_of_each(compose(post.blocks()).routine, request=request)
        return mini_basket(request) if is_ajax(request) else redirect(f"{post.get_absolute_url()}#shelf")


class AuthorPage(ListView[Post]):
    template_name = "blog/author.html"
    context_object_name = "posts"
    paginate_by = CARDS_A_PAGE

    def get_queryset(self) -> QuerySet[Post]:
        self.author = get_object_or_404(Author.objects.visible_to(self.request.user), slug=self.kwargs["slug"])
        return Post.objects.published().signed_by(self.author)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(author=self.author, **kwargs)


class TopicPage(ListView[Post]):
    template_name = "blog/topic.html"
    context_object_name = "posts"
    paginate_by = CARDS_A_PAGE

    def get_queryset(self) -> QuerySet[Post]:
        self.topic = get_object_or_404(Topic.objects.visible_to(self.request.user), slug=self.kwargs["slug"])
        return Post.objects.published().filter(topics=self.topic)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(topic=self.topic, **kwargs)


class Archive(ListView[Post]):
    """Every guide by date, a line each."""

    template_name = "blog/archive.html"
    context_object_name = "posts"
    paginate_by = ROWS_A_PAGE
    year: int | None = None

    def get_queryset(self) -> QuerySet[Post]:
        posts = Post.objects.published()
        self.years = posts.years()
        return posts.with_year()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(years=self.years, year=self.year, **kwargs)


class ArchiveOfYear(Archive):
    def get_queryset(self) -> QuerySet[Post]:
        posts = super().get_queryset()
        self.year = int(self.kwargs["year"])
        # An address can name years that no date has; those of the guides are some that a date can have.
        if self.year not in dict(self.years):
            raise Http404
        return posts.filter(publish_at__year=self.year)


@method_decorator(never_cache, name="dispatch")
class Preview(PostPage):
    """A guide that is not out, for whoever has its link; once it is out, the way to it."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().get(request, *args, **kwargs)
        except SignatureExpired:
            response = render(request, "blog/preview_ended.html", status=410)
        except BadSignature as error:
            raise Http404 from error
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def get_object(self, queryset: QuerySet[Post] | None = None) -> Post:
        posts = Post.objects.select_related("author", "reviewed_by")
        return get_object_or_404(posts, pk=sharing.post_of(self.kwargs["token"]))

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        if self.object.is_public:
            return redirect(self.object)
        return super().render_to_response(context | {"shared_until": sharing.end_of(self.kwargs["token"])}, **kwargs)
