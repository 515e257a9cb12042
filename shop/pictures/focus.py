"""Which part of a picture matters: it stays in view where a frame cuts the rest off."""

from django.db.models import TextChoices


class Focus(TextChoices):
    """Nine places, as one points at a photograph. Each is a modifier of components/picture.css."""

    CENTER = "center", "The middle"
    TOP = "top", "Top"
    BOTTOM = "bottom", "Bottom"
    LEFT = "left", "Left"
    RIGHT = "right", "Right"
    TOP_LEFT = "top-left", "Top left"
    TOP_RIGHT = "top-right", "Top right"
    BOTTOM_LEFT = "bottom-left", "Bottom left"
    BOTTOM_RIGHT = "bottom-right", "Bottom right"
