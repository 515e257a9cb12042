"""What every page leads to: `{% menu as categories %}` for its header, and `{% site_footer %}`."""

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from shop.frame import Entry, frame_of

register = template.Library()


@register.simple_tag(takes_context=True)
def menu(context: Context) -> list[Entry]:
    """The categories of the first level, in the order of the tree, without those that stand in no menu."""
    return frame_of(getattr(context, "request", None)).menu


@register.simple_tag(takes_context=True)
def site_footer(context: Context) -> SafeString:
    """The end of every page."""
    return frame_of(getattr(context, "request", None)).write("components/site_footer.html")
