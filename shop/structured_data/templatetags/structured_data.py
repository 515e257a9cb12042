"""What a page tells machines: `{% shop_data as shop %}{% page_data name as page %}{% structured_data page shop %}`."""

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from shop.identity.templatetags.identity import canonical_address
from shop.promises.templatetags.promises import promise
from shop.structured_data import graph, organization, places, products
from shop.structured_data.graph import Node

register = template.Library()


@register.simple_tag
def structured_data(*parts: Node | list[Node]) -> SafeString:
    """The page's one graph, of nodes and lists of nodes; a node that came twice stands in it once."""
    nodes = [node for part in parts for node in (part if isinstance(part, list) else [part])]
    return graph.script({node["@id"]: node for node in nodes}.values())


@register.simple_tag(takes_context=True)
def breadcrumb_data(
    context: Context, current: str, *, trail: Any = (), parent_name: str = "", parent_url: str = ""
) -> Node:
    """The breadcrumbs; it takes what components/breadcrumbs.html takes."""
    above = [(parent_name, parent_url)] if parent_url else []
    above += [(step.name, step.get_absolute_url()) for step in trail or ()]
    return places.breadcrumb_list(canonical_address(context), current=current, above=above)


@register.simple_tag(takes_context=True)
def shop_data(context: Context, *, with_policies: bool = False) -> list[Node]:
    """The site and who runs it; with policies, what holds for returns and delivery too."""
    if not with_policies:
        return [organization.website(), organization.organization()]
    countries = organization.delivery_countries()
    shop = organization.organization_with_policies(returns=promise(context, "returns"), countries=countries)
    return [organization.website(), *shop]


@register.simple_tag(takes_context=True)
def page_data(context: Context, name: str) -> Node:
    """A page with a text of its own."""
    return places.web_page(canonical_address(context), name=name)


@register.simple_tag(takes_context=True)
def collection_data(context: Context, name: str, listed: Any) -> Node:
    """A page that lists records."""
    return places.collection(canonical_address(context), name=name, listed=listed)


@register.simple_tag(takes_context=True)
def product_data(context: Context, product: Any) -> list[Node]:
    """A product with its sizes and offers, priced for whoever looks at it."""
    return products.product_graph(
        product,
        strategy=context["request"].strategy,
        returns=promise(context, "returns"),
        countries=organization.delivery_countries(),
    )
