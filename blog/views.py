from typing import Any

from django.db.models import QuerySet
from django.views.generic import DetailView, ListView

from blog.body import compose
from blog.models import Post


class Index(ListView[Post]):
    template_name = "blog/index.html"
    context_object_name = "posts"
    paginate_by = 13  # one in front, then six rows of two

    def get_queryset(self) -> QuerySet[Post]:
        return Post.objects.published().featured_first()


class Detail(DetailView[Post]):
    template_name = "blog/post.html"
    context_object_name = "post"

    def get_queryset(self) -> QuerySet[Post]:
        return Post.objects.visible_to(self.request.user).select_related("author")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        previous_post, next_post = self.object.neighbors()
        return super().get_context_data(
            body=compose(self.object), previous_post=previous_post, next_post=next_post, **kwargs
        )
