"""Who we are, for templates: `{% shop_facts as facts %}`, and what a page says of itself to machines."""

from email.utils import parseaddr

from django import template
from django.conf import settings
from django.template.base import NodeList, Parser, Token
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, to_locale

from shop.communication.templatetags.full_url import full_url

register = template.Library()


@register.simple_tag
def shop_facts() -> dict[str, str]:
    """Where to write to; and the name and address of whoever owns the shop, empty until the owner gives them."""
    return {
        "email": parseaddr(settings.OSCAR_FROM_EMAIL)[1],
        "legal_name": settings.SHOP_LEGAL_NAME,
        "address": settings.SHOP_ADDRESS,
    }


@register.simple_tag
def locale_name() -> str:
    """The language of this page as Open Graph writes it: en_US."""
    return to_locale(get_language() or settings.LANGUAGE_CODE)


@register.simple_tag(takes_context=True)
def canonical_address(context: template.Context) -> str:
    """The one address of this page: with the number of a later page of a list, without filters and order.

    A filtered list points to the whole one, whose pages are cut differently.
    """
    page, filters = context.get("page_obj"), context.get("filters")
    is_later = page is not None and page.number > 1 and (filters is None or filters.is_plain)
    request = context.get("request")  # some error pages are made without one
    return full_url(request.path if request else "") + (f"?page={page.number}" if is_later else "")


@register.tag
def remember(parser: Parser, token: Token) -> template.Node:
    """`{% remember name %}{% block … %}…{% endblock %}{% endremember %}`: a block to be shown more than once.

    It is kept as it comes out, without the space around it, and is good in an attribute too.
    """
    try:
        _tag, name = token.split_contents()
    except ValueError as error:
        raise template.TemplateSyntaxError("remember takes one name.") from error
    nodelist = parser.parse(("endremember",))
    parser.delete_first_token()
    return RememberNode(name, nodelist)


class RememberNode(template.Node):
    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name = name
        self.nodelist = nodelist

    def render(self, context: template.Context) -> str:
        # What a block writes itself is not escaped: a quotation mark in it would end the attribute.
        context[self.name] = mark_safe(self.nodelist.render(context).strip().replace('"', "&quot;"))  # noqa: S308
        return ""
