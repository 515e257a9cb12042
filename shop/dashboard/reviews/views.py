"""Reviews in the dashboard. Where staff list and read them, they see which come from buyers."""

from oscar.apps.dashboard.reviews import views


class ReviewListView(views.ReviewListView):
    def get_queryset(self):
        return super().get_queryset().with_buyers()


class ReviewUpdateView(views.ReviewUpdateView):
    def get_queryset(self):
        return super().get_queryset().with_buyers()
