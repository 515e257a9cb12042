"""Every component of templates/components/ in every state, as data: what its own partial is rendered with."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template import Context
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString

from shop.customer.forms import AnonymousOrderForm
from shop.search.forms import SearchForm
from shop.styleguide import records
from shop.styleguide.records import ARABIC_NAME, LONG_TITLE, LONG_WORD, Filters, Guide, Place, Product, Promise

ANSWERS = "Pass over it, or reach it with Tab, to see how it answers."


@dataclass(frozen=True)
class State:
    """One state of a component: its name, and the inputs that make it."""

    name: str
    inputs: dict[str, Any]


@dataclass(frozen=True)
class Component:
    """A file of templates/components/ and all its states."""

    name: str
    title: str
    states: list[State]
    note: str = ""
    # What stands around it, for a component that is a part: an element with these classes.
    holder: str = ""
    holder_element: Literal["div", "ul"] = "div"
    # The width it has on a page: a tile's or an icon's, or that of the column.
    width: Literal["", "tile", "icon"] = ""
    # A landmark of one name, and what takes the focus, may stand on a page only once. Each state is a page of its own
    # then, in a frame as tall as this says.
    frame: Literal["", "short", "middle", "tall"] = ""
    takes_focus: bool = False
    # Where that page has it: in the column, from edge to edge, or at the top or bottom of all pages.
    place: Literal["column", "main", "header", "footer"] = "column"

    @property
    def template(self) -> str:
        return f"components/{self.name}.html"

    def specimens(self) -> list[tuple[State, SafeString | None]]:
        """Every state with its HTML; without, where a frame shows it."""
        return [(state, None if self.frame else self.render(state)) for state in self.states]

    def render(self, state: State) -> SafeString:
        """The component itself, with nothing but its inputs, as a page includes it."""
        context = Context(state.inputs)
        context.request = state.inputs.get("request")  # where {% querystring %} looks for it
        return get_template(self.template).template.render(context)


def groups(request: HttpRequest) -> list[tuple[str, list[Component]]]:
    """All components under the headings of the style guide; `request` gives forms their token and links their path."""
    request = records.seen_by(request)
    live = {"request": request, "csrf_token": get_token(request)}
    pictures = records.pictures()
    return [
        ("Marks and pictures", _marks(pictures)),
        ("Around a text", _around_a_text(live)),
        ("In a guide", _in_a_guide(pictures, live)),
        ("Products", _products(pictures, live)),
        ("Lists of products", _lists(pictures, live)),
        ("Orders", _orders(pictures)),
        ("Forms", _forms(live)),
        ("News", _news()),
        ("Ways on", _ways_on()),
        ("The shell", _shell(request)),
    ]


def _marks(pictures: list[Any]) -> list[Component]:
    sprite = get_template("components/icon_sprite.html").render()
    symbols = re.findall(r'id="icon-([\w-]+)"', sprite)
    picture = {"image": pictures[0], "alt": "", "sizes": "16rem"}
    return [
        Component(
            "icon",
            "Icon",
            [
                *(State(name, {"name": name}) for name in symbols),
                State("large", {"name": "badge-check", "modifier": "large"}),
            ],
            width="icon",
        ),
        Component("icon_sprite", "Icon sprite", [], note="Once a page and not seen itself: it holds the icons above."),
        Component(
            "social_card",
            "Social card",
            [],
            note="In the head of a page: the picture beside a shared link.",
        ),
        Component(
            "picture",
            "Picture",
            [
                State("Tile, 4:5", picture),
                State("Square", picture | {"modifier": "square"}),
                State("Scene", picture | {"modifier": "scene"}),
                State("Wide", picture | {"modifier": "wide"}),
                State("First of a page", picture | {"eager": True}),
                State("Missing", {"image": None, "alt": ""}),
            ],
            width="tile",
        ),
    ]


def _around_a_text(live: dict[str, Any]) -> list[Component]:
    treat = Place("Treat")
    return [
        Component(
            "page_head",
            "Page head",
            [
                State("Title", {"title": "Your basket"}),
                State("With a line of help", {"title": "Treat", "lead": "For texture, marks and newer scars."}),
                State("With a line above it", {"title": "A. Reviewer", "line": "MD", "lead": "Reads what we write."}),
                State("First on a page", {"title": "Guides", "lead": "Read before you buy.", "modifier": "first"}),
                State("Alone", {"title": "There is no page at this address.", "modifier": "alone"}),
                State("300 characters", {"title": LONG_TITLE, "lead": LONG_TITLE}),
                State("One long word", {"title": LONG_WORD}),
            ],
        ),
        Component(
            "breadcrumbs",
            "Breadcrumbs",
            [
                State("One step", {"current": "Basket"}),
                State("A page above", {"current": "Addresses", "parent_name": "Account", "parent_url": treat.url}),
                State("A trail", {"current": "Renewal Retinol Serum", "trail": [treat, Place("Serums")]}),
                State("300 characters", {"current": LONG_TITLE, "trail": [treat]}),
            ],
            frame="short",
        ),
        Component(
            "pagination",
            "Pagination",
            [
                State("First of two", live | {"page_obj": records.page_of(2, 1)}),
                State("In the middle of many", live | {"page_obj": records.page_of(40, 20)}),
                State("Last", live | {"page_obj": records.page_of(40, 40)}),
            ],
            note="A list of one page has none. " + ANSWERS,
            frame="short",
        ),
        Component(
            "prev_next",
            "Previous and next",
            [
                State("Both", _neighbors("More guides", Guide("Hands Off"), Guide("Sunscreen and Scars"))),
                State("Only a previous one", _neighbors("More guides, at the end", Guide("Hands Off"), None)),
                State("Only a next one", _neighbors("More guides, at the beginning", None, Guide("Hands Off"))),
                State("Long titles", _neighbors("More guides, long", Guide(LONG_TITLE), Guide(LONG_WORD))),
            ],
            note=ANSWERS,
        ),
    ]


def _neighbors(label: str, previous: Guide | None, following: Guide | None) -> dict[str, Any]:
    names = {"label": label, "previous_label": "Previous guide", "next_label": "Next guide"}
    return names | {"previous": previous, "next": following}


def _in_a_guide(pictures: list[Any], live: dict[str, Any]) -> list[Component]:
    guide = Guide("Understanding Pockmarks", hero=pictures[0], summary="What they are, what helps, and what does not.")
    one = records.page_of(1, 1)
    headings = [{"id": "what", "text": "What they are"}, {"id": "helps", "text": "What helps"}]
    facts = [
        {"pk": 1, "term": "What they are", "fact": "Dented scars, left when skin repairs itself with too little."},
        {"pk": 2, "term": "Best of all", "fact": "Calm acne early, leave spots alone, wear sunscreen."},
    ]
    long_facts = [{"pk": 3, "term": LONG_WORD, "fact": LONG_TITLE}]
    questions = [
        {"question": "May I use everything at once?", "answer": "<p>Please don’t. Give each two weeks.</p>"},
        {"question": "When should I see a dermatologist?", "answer": "<p>When a mark changes.</p>"},
        {"question": LONG_TITLE, "answer": f"<p>{LONG_WORD}</p>"},
    ]
    source = {"publisher": "An institute", "title": "A page about scars", "url": reverse("home")}
    pick = {
        "pk": 1,
        "product": _serum(pictures),
        "why": "It goes on at night, and it is gentle enough to stay with.",
        "not_for": "It does not fill a dent. Nothing in a bottle does.",
    }
    stand_in = {"product": _gel(pictures), "is_named": True}
    shelf = [{"product": _serum(pictures)}, {"product": _patches(pictures), "stand_in": stand_in}]
    return [
        Component(
            "byline",
            "Byline",
            [
                State("Published", {"post": guide}),
                State("Updated", {"post": replace(guide, is_updated=True)}),
                State("Reviewed, and to be reviewed again", {"post": _reviewed(guide, "A. Reviewer", "MD")}),
                State("Long credentials", {"post": _reviewed(guide, ARABIC_NAME, LONG_TITLE[:150])}),
                State("Still to come", {"post": replace(guide, is_public=False, reading_minutes=1)}),
                State("Without a date", {"post": replace(guide, publish_at=None)}),
                State("A name in Arabic", {"post": replace(guide, author=records.Author(ARABIC_NAME))}),
            ],
            width="tile",
        ),
        Component(
            "contents",
            "Contents list",
            [
                State("Two headings", {"headings": headings, "title": "In this guide"}),
                State(
                    "Long headings",
                    {
                        "headings": [{"id": "1", "text": LONG_TITLE}, {"id": "2", "text": LONG_WORD}],
                        "title": "In this guide",
                    },
                ),
            ],
            note="Folded on a phone, in sight on a desk; the part that is being read is marked.",
            frame="middle",
        ),
        Component(
            "key_facts",
            "Key facts",
            [State("Two facts", {"facts": facts}), State("Long words", {"facts": long_facts})],
            frame="middle",
        ),
        Component(
            "pick",
            "Product pick",
            [
                State("A product", live | {"pick": pick}),
                State("With sizes", live | {"pick": pick | {"pk": 2, "product": _gel(pictures)}}),
                State("Sold out", live | {"pick": pick | {"pk": 3, "product": _patches(pictures)}}),
                State(
                    "Sold out, and what to take instead",
                    live | {"pick": pick | {"pk": 5, "product": _patches(pictures), "stand_in": stand_in}},
                ),
                State(
                    "300 characters, no picture, no “not for”",
                    live | {"pick": {"pk": 4, "product": _long(), "why": LONG_TITLE}},
                ),
            ],
            note=ANSWERS,
        ),
        Component("disclosure", "Disclosure", [State("On a guide that sells", {})], frame="short"),
        Component(
            "stand_in",
            "What to take instead",
            [
                State("Chosen by an editor", live | {"product": _patches(pictures), "stand_in": stand_in}),
                State(
                    "Next best, with a button",
                    live
                    | {
                        "product": _patches(pictures),
                        "stand_in": {"product": _serum(pictures)},
                        "with_button": True,
                    },
                ),
                State("300 characters", live | {"product": _patches(pictures), "stand_in": {"product": _long()}}),
            ],
            note="Only while the product is sold out.",
        ),
        Component(
            "shelf",
            "Shelf of a guide",
            [
                State(
                    "Two, and a button for both",
                    live | {"picks": shelf, "routine_url": reverse("home"), "heading": "h2"},
                ),
                State(
                    "A set stays apart",
                    live | {"picks": shelf, "routine_url": reverse("home"), "heading": "h2", "apart": [LONG_TITLE]},
                ),
            ],
            note=ANSWERS,
            frame="tall",
        ),
        Component(
            "figure",
            "Figure",
            [
                State(
                    "Drawing with a caption", {"figure": {"drawing": "how-a-pockmark-forms", "caption": LONG_TITLE}}
                ),
                *(State(name, {"figure": figure}) for name, figure in _photographs(pictures)),
            ],
        ),
        Component("folds", "Folds", [State("The first one open", {"questions": questions})], note=ANSWERS),
        Component(
            "does_list",
            "What to expect",
            [
                State("It does", _expectation("It does", "check")),
                State("It does not", _expectation("It does not", "minus")),
                State("Long lines", {"title": LONG_WORD, "lines": [LONG_TITLE, LONG_WORD], "icon": "check"}),
            ],
        ),
        Component(
            "sources",
            "Sources",
            [
                State(
                    "Two", {"sources": [source | {"number": 1, "read_on": guide.publish_at}, source | {"number": 2}]}
                ),
                State("Long, further down a guide", {"sources": [source | {"number": 12, "title": LONG_TITLE}]}),
                State("With ways back to the text", {"sources": [source | {"number": 20, "marks": ["a", "b", "c"]}]}),
                State("As staff see it", {"sources": [source | {"number": 30}], "is_editor": True}),
            ],
        ),
        Component(
            "topic_list",
            "Topics",
            [
                State("Two", {"topics": [records.Topic("Sun"), records.Topic("Habits")], "label": "Topics"}),
                State("Long words", {"topics": [records.Topic(LONG_WORD)] * 3, "label": "Topics, long"}),
            ],
            frame="short",
        ),
        Component(
            "guide_rows",
            "Guides by date",
            [
                State("Under their year", {"posts": [guide, Guide(LONG_TITLE)]}),
                State("Of one year", {"posts": [guide, Guide(LONG_WORD)], "is_one_year": True}),
            ],
            frame="middle",
        ),
        Component(
            "guide_list",
            "Guide list",
            [
                State("Three guides", live | {"posts": [guide, Guide(LONG_TITLE), Guide(LONG_WORD)], "page_obj": one}),
                State("None", live | {"posts": [], "page_obj": one}),
            ],
        ),
        Component(
            "guide_card",
            "Guide card",
            [
                State("Default", {"post": guide}),
                State("Lead", {"post": replace(guide, is_updated=True), "modifier": "lead"}),
                State("Row", {"post": guide, "modifier": "row"}),
                State("With a line of its own", {"post": guide, "line": "For marks that stayed."}),
                State("Found by a search", {"post": guide, "modifier": "row", "stems": ["pockmark", "scar"]}),
                State("Without a picture", {"post": replace(guide, hero=None)}),
                State("300 characters", {"post": Guide(LONG_TITLE, LONG_TITLE, hero=pictures[1])}),
                State("One long word", {"post": Guide(LONG_WORD), "modifier": "row"}),
            ],
            note=ANSWERS,
        ),
    ]


def _reviewed(guide: Guide, name: str, credentials: str) -> Guide:
    reviewer = records.Author(name, credentials)
    return replace(guide, is_updated=True, reviewed_by=reviewer, next_review_ahead=guide.publish_at.date())


def _photographs(pictures: list[Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (
            "Photograph",
            {"image": picture, "alt": "", "image_width": picture.width, "image_height": picture.height},
        )
        for picture in pictures[:1]
        if picture
    ]


def _expectation(title: str, icon: str) -> dict[str, Any]:
    return {"title": title, "lines": ["Smooth how skin looks, over weeks", "Go on at night"], "icon": icon}


def _serum(pictures: list[Any]) -> Product:
    line = "A nighttime retinol for a smoother look"
    return Product(900001, "Renewal Retinol Serum", line=line, size="30 ml", image=pictures[0])


def _gel(pictures: list[Any]) -> Product:
    line = "A thin, dry film for newer scars"
    return Product(
        900002,
        "Silicone Scar Gel",
        line=line,
        size="20 g or 60 g",
        price=Decimal("18.00"),
        is_parent=True,
        image=pictures[1],
    )


def _patches(pictures: list[Any]) -> Product:
    line = "Cover a spot and keep fingers off it"
    return Product(900003, "Spot Patches", line=line, price=Decimal("12.00"), is_sold_out=True, image=pictures[2])


def _long() -> Product:
    return Product(900004, LONG_TITLE, line=LONG_TITLE, size=LONG_WORD, price=Decimal("12345.67"))


def _products(pictures: list[Any], live: dict[str, Any]) -> list[Component]:
    serum, gel, patches, long = _serum(pictures), _gel(pictures), _patches(pictures), _long()
    no_price = Product(900005, "Daily Shield SPF 50", line="Not on the shelf yet", price=None, image=pictures[3])
    word = Product(900006, LONG_WORD, line=LONG_WORD)
    shown = {
        "A price": serum,
        "From a price": gel,
        "Sold out": patches,
        "Without a price": no_price,
        "300 characters, no picture": long,
        "One long word": word,
    }
    return [
        Component(
            "price",
            "Price",
            [
                *(State(name, live | {"product": product}) for name, product in list(shown.items())[:4]),
                State("Large", live | {"product": serum, "large": True, "note": "30 ml"}),
                State("Large, from", live | {"product": gel, "large": True, "note": "two sizes"}),
                State("Beside a button that says “Sold out”", live | {"product": patches, "with_button": True}),
                State("A long note", live | {"product": long, "note": LONG_WORD}),
            ],
            width="tile",
        ),
        Component(
            "add_to_basket",
            "Add to basket",
            [
                State("Default", live | {"product": serum}),
                State("One of several", live | {"product": serum, "named": True, "modifier": "button--small"}),
                State("With sizes", live | {"product": gel}),
                State("Sold out", live | {"product": patches}),
            ],
            note=ANSWERS,
            width="tile",
        ),
        Component(
            "product_card",
            "Product card",
            [
                *(State(name, live | {"product": product}) for name, product in shown.items()),
                *(
                    State(f"{name}, with a button", live | {"product": product, "action": True})
                    for name, product in list(shown.items())[:5]
                ),
                State(
                    "Found by a search", live | {"product": next(iter(shown.values())), "stems": ["retinol", "look"]}
                ),
            ],
            note=ANSWERS,
            width="tile",
        ),
        Component(
            "tiles",
            "Tiles",
            [
                State("Four across", live | {"products": [serum, gel, patches, long]}),
                State("Three across", live | {"products": [serum, gel, patches], "modifier": "three"}),
                State("Without pictures", live | {"products": [replace(serum, image=None), word, long]}),
            ],
            note="Two across on a phone.",
        ),
        Component(
            "badges",
            "Badges",
            [
                State("On a page", {"promises": _promises()}),
                State("In the footer", {"promises": _promises(), "compact": True}),
                State("Long words", {"promises": [Promise(LONG_TITLE, LONG_WORD, "lock"), *_promises()[1:]]}),
            ],
            note=ANSWERS,
        ),
    ]


def _promises() -> list[Promise]:
    return [
        Promise("Money Back Guarantee", "Sixty days to decide, opened or not.", "badge-check"),
        Promise("Hassle-Free Returns", "A prepaid label and no questionnaire.", "package"),
        Promise("Secure Checkout", "Paid at Stripe. We never see your card.", "lock"),
    ]


def _lists(pictures: list[Any], live: dict[str, Any]) -> list[Component]:
    products = [_serum(pictures), _gel(pictures), _patches(pictures)]
    page = records.page_of(1, 1)
    states = {
        "Nothing to choose from": Filters(count=1, are_offered=False),
        "Filters folded": Filters(count=3),
        "Two filters on": Filters(count=1, chosen=("Rough texture", "In stock")),
        "Filters of one long word": Filters(count=3, labels=(LONG_WORD, "Dry skin"), chosen=(LONG_WORD,)),
    }
    shelf = {"products": products, "page_obj": page, "modifier": "three"} | live
    return [
        Component(
            "filters",
            "Filters",
            [State(name, {"filters": filters}) for name, filters in states.items()],
            note=ANSWERS,
            frame="middle",
        ),
        Component(
            "product_list",
            "Product list",
            [
                State("Three products", shelf | {"filters": Filters(count=3), "heading": "h2"}),
                State("Nothing fits", shelf | {"products": [], "filters": Filters(count=0, chosen=("Dry skin",))}),
            ],
            frame="tall",
        ),
    ]


def _orders(pictures: list[Any]) -> list[Component]:
    serum = _serum(pictures)
    line = {"product": serum, "title": serum.title, "quantity": 1, "price": Decimal("38.00"), "currency": "USD"}
    rows = {
        "currency": "USD",
        "items": Decimal("38.00"),
        "delivery_name": "Standard",
        "delivery": Decimal("5.00"),
        "tax": Decimal("0.00"),
        "total": Decimal("43.00"),
    }
    discounted = {"items": Decimal("80.00"), "discount": Decimal("12.00"), "total": Decimal("73.00")}
    large = {"items": Decimal("1234567.89"), "total": Decimal("1234572.89"), "delivery_name": LONG_WORD}
    return [
        Component(
            "basket_line_small",
            "Order line",
            [
                State("One", line),
                State("Several", line | {"quantity": 12, "price": Decimal("456.00")}),
                State("No longer in the catalogue", line | {"product": None, "title": "Beard Oil"}),
                State("300 characters, no picture", line | {"product": _long(), "title": LONG_TITLE}),
                State("One long word", line | {"title": LONG_WORD, "price": Decimal("12345.67")}),
            ],
            holder="basket-lines",
            holder_element="ul",
        ),
        Component(
            "summary_rows",
            "Sum of an order",
            [
                State("Default", rows),
                State("Discounted", rows | discounted),
                State("Paid", rows | {"total_label": "Paid"}),
                State("Partly refunded", rows | {"total_label": "Paid", "refunded": Decimal("18.00")}),
                State("Large sums, a long word", rows | large),
            ],
        ),
    ]


def _forms(live: dict[str, Any]) -> list[Component]:
    opened, refused = records.filled("opened"), records.refused("refused")
    link = {"action": reverse("basket:summary"), "csrf_token": live["csrf_token"]}
    guest = {"csrf_token": live["csrf_token"]}
    misspelled = SearchForm({"q": "beard oil"})
    too_long = SearchForm({"q": LONG_TITLE})
    return [
        Component(
            "field",
            "Field",
            [
                State("Filled in, a name in Arabic", {"field": opened["name"]}),
                State("With a hint", {"field": opened["email"]}),
                State("Optional", {"field": opened["phone"]}),
                State("Half as wide", {"field": opened["zip_code"], "modifier": "half"}),
                State("A third as wide", {"field": opened["password"], "modifier": "third"}),
                State("Disabled", {"field": opened["country"]}),
                State("Choice", {"field": opened["state"]}),
                State("Several lines", {"field": opened["note"]}),
                State("Tick", {"field": opened["agrees"]}),
                State("Several ticks", {"field": opened["texture"]}),
                State("One of several", {"field": opened["delivery"]}),
                State("Long words", {"field": opened["anything"]}),
                State("Left out", {"field": refused["name"]}),
                State("Wrong, with a hint", {"field": refused["email"]}),
                State("Wrong", {"field": refused["zip_code"]}),
                State("No choice made", {"field": refused["state"]}),
                State("None of several", {"field": refused["delivery"]}),
            ],
            note=ANSWERS,
            holder="fields",
        ),
        Component(
            "field_errors",
            "Errors of a field",
            [
                State("One error", {"field": records.refused("alone")["zip_code"]}),
                State("None: nothing", {"field": opened["name"]}),
            ],
        ),
        Component(
            "form_errors",
            "Errors of a form",
            [State("Takes the focus", {"form": refused})],
            frame="tall",
            takes_focus=True,
        ),
        Component(
            "which_order",
            "Which order",
            [
                State("Empty", guest | {"form": AnonymousOrderForm(), "button": "Send me the link"}),
                State("Refused", guest | {"form": AnonymousOrderForm({"email": "alex"}), "button": "Go on"}),
            ],
            note=ANSWERS,
            frame="tall",
            takes_focus=True,
        ),
        Component(
            "search_form",
            "Search",
            [
                State("Empty", {"form": SearchForm()}),
                State("After a search", {"form": misspelled}),
                State("Too long", {"form": too_long}),
                State("While one types", {"form": SearchForm({"q": "sc"}), "suggestions": records.suggestions()}),
            ],
            note=ANSWERS,
            frame="middle",
        ),
        Component(
            "link_button",
            "Button among links",
            [
                State("Default", link | {"text": "Sign out"}),
                State(
                    "With more for screen readers", link | {"text": "Cancel", "about": " the alert for Spot Patches"}
                ),
                State("300 characters", link | {"text": LONG_TITLE}),
            ],
            note=ANSWERS,
        ),
    ]


def _news() -> list[Component]:
    news = [
        records.message("success", "Silicone Scar Gel is in your basket."),
        records.message("info", "Your basket is now worth $18.00.", "noicon"),
    ]
    trouble = [records.message("error", "We cannot reach the payment page just now. Nothing was charged.")]
    return [
        Component(
            "message",
            "Message",
            [
                State("News", {"text": "The price of Daily Shield SPF 50 went from $22.00 to $24.00."}),
                State("Good", {"text": "Your address is saved.", "modifier": "good"}),
                State("Error", {"text": "This code has expired.", "modifier": "error"}),
                State("Long words", {"text": f"{LONG_WORD} {LONG_TITLE}"}),
            ],
        ),
        Component(
            "messages",
            "Messages of the last request",
            [
                State("Success, and a line that adds to it", {"messages": news}),
                State("Information", {"messages": [records.message("info", "Your basket is empty.")]}),
                State("Warning", {"messages": [records.message("warning", "One of them sold out meanwhile.")]}),
                State("Error", {"messages": trouble}),
                State("Long words", {"messages": [records.message("success", f"{LONG_WORD} {LONG_TITLE}")]}),
            ],
            note="With a script they can be closed.",
            frame="short",
            place="main",
        ),
        Component(
            "empty",
            "Nothing here",
            [
                State("Default", {"title": "No orders yet.", "line": "They will stand here, the newest first."}),
                State(
                    "With a way on",
                    {
                        "title": "Your basket is empty.",
                        "line": "If you are not sure where to begin, a guide is a good place.",
                        "heading": "h3",
                        "link_url": reverse("home"),
                        "link_text": "Go to the home page",
                    },
                ),
                State("Long words", {"title": f"Nothing matches “{LONG_WORD}”.", "line": LONG_TITLE, "heading": "h3"}),
            ],
        ),
    ]


def _ways_on() -> list[Component]:
    way = {"url": reverse("catalogue:index"), "picture": static("pictures/products-480.webp")}
    return [
        Component(
            "way_on",
            "Way on",
            [
                State("Default", way | {"title": "All products", "line": "A few, each with one job"}),
                State("Long words", way | {"title": LONG_WORD, "line": LONG_TITLE}),
            ],
            note=ANSWERS,
        ),
    ]


def _shell(request: HttpRequest) -> list[Component]:
    categories = [Place("Cleanse", 1), Place("Treat", 2), Place("Protect", 3), Place("Sets", 4)]
    head = {"categories": categories}
    guest, member = {"is_authenticated": False}, {"is_authenticated": True}

    def seen(items: int, user: dict[str, bool], path: str = "/") -> HttpRequest:
        return records.seen_by(request, count_basket_items=lambda: items, user=user, path=path)

    foot = {"categories": categories, "promises": _promises(), "shop_name": "The Modern Gentlemen"}
    return [
        Component(
            "site_header",
            "Header",
            [
                State("A guest, nothing in the basket", head | {"request": seen(0, guest)}),
                State("Signed in, three things in the basket", head | {"request": seen(3, member)}),
                State("At a category", head | {"request": seen(1, guest, categories[1].url)}),
                State("Within a category", head | {"request": seen(1, guest), "section": categories[2]}),
                State("128 things, at the basket", head | {"request": seen(128, member, reverse("basket:summary"))}),
                State("A category of one long word", {"categories": [Place(LONG_WORD)], "request": seen(0, guest)}),
            ],
            note=ANSWERS,
            frame="short",
            place="header",
        ),
        Component(
            "mini_basket",
            "Mini basket",
            [],
            note="Part of the header, and empty until something is added: press Add to basket anywhere in the shop.",
        ),
        Component("header_basket", "Basket of the header", [], note="Part of the header, and shown there."),
        Component("site_header_slim", "Header of the checkout", [State("Default", {})], frame="short", place="header"),
        Component(
            "site_footer",
            "Footer",
            [State("Default", foot), State("Without categories", foot | {"categories": []})],
            frame="tall",
            place="footer",
        ),
        Component(
            "site_footer_slim", "Footer of the checkout", [State("Default", foot)], frame="middle", place="footer"
        ),
    ]
