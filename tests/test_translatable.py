"""Every word that shoppers and readers see can be put into another language, and the English stays ours."""

from datetime import date

import html5lib
import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, ngettext, npgettext, override, pgettext

from tests.factories import make_product
from tests.translation import TEMPLATES, messages, shopper_templates, untranslated

EVERY_TEMPLATE = pytest.mark.parametrize("name", shopper_templates())


@EVERY_TEMPLATE
def test_nothing_stays_english(name):
    found = untranslated((TEMPLATES / name).read_text(), html=name.endswith(".html"))
    assert not found, "\n" + "\n".join(f"templates/{name}:{line}: {text}" for line, text in found)


@EVERY_TEMPLATE
def test_english_reads_as_it_is_written(name):
    """Oscar and Django translate into English too: a text that is also theirs could come out in their words."""
    with override("en-us"):
        reworded = [text for message in messages((TEMPLATES / name).read_text()) if (text := english(*message))]
    assert not reworded


def english(context: str | None, texts: tuple[str, ...]) -> list[str]:
    """What a message reads as where that is not how it is written."""
    if len(texts) == 1:
        read = [pgettext(context, *texts) if context else gettext(*texts)]
    else:
        read = [npgettext(context, *texts, n) if context else ngettext(*texts, n) for n in (1, 2)]
    return [text for text, written in zip(read, texts, strict=True) if text != written]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>Read this.</p>", "Read this."),
        ('<img alt="A shelf" src="shelf.webp">', "A shelf"),
        ('<nav aria-label="Pages of {{ title }}">', "Pages of"),
        ('<meta name="description" content="{% block description %}Plain care.{% endblock %}">', "Plain care."),
        ("{% block title %}Guides{% endblock %}", "Guides"),
        ("<b>{{ count }} item{{ count|pluralize }}</b>", "items"),
        ('<b>{{ label|default:"Total" }}</b>', "Total"),
        ('<time datetime="2026-01-02">{{ day|date:"F j, Y" }}</time>', "F j, Y"),
        ('{% include "components/empty.html" with title="Nothing here" only %}', "Nothing here"),
        ('{% include "components/pick.html" with note=size|default:"any size" only %}', "any size"),
        ('{% with "Move to "|add:list.name as text %}{{ text }}{% endwith %}', "Move to"),
        ('{% render_field field placeholder="Your name" %}', "Your name"),
        ("{% translate 'One' %} and {% translate 'two' %}", "and"),
        ("{% comment %}\n{% endcomment %}\n<script>const text = 1;</script>Done", "Done"),
    ],
)
def test_what_stays_english_is_found(source, text):
    assert [found for _line, found in untranslated(source)] == [text]


def test_what_stays_english_is_found_in_a_letter():
    assert untranslated("{% translate 'Hello' %}\n\nYou < we", html=False) == [(3, "You < we")]


def test_the_line_of_what_stays_english_is_known():
    assert untranslated("{# {{ x }} #}\n{% blocktranslate %}\n{% endblocktranslate %}\n<p>\n  Read.</p>") == [
        (5, "Read.")
    ]


@pytest.mark.parametrize(
    "source",
    [
        '<img alt="{% translate "A shelf" %}" class="wide">',
        "<p>{% blocktranslate trimmed count n=picks %}One pick{% plural %}{{ n }} picks{% endblocktranslate %}</p>",
        '{% include "components/empty.html" with title=_("Nothing here") heading="h2" only %}',
        '<title>{{ label|default:_("Total") }} – The&nbsp;Modern Gentlemen</title>',
        '{% with day=post.publish_at|date:"Y-m-d" %}{{ day }}: {{ day|date:"DATE_FORMAT" }}{% endwith %}',
        '{% if order.status == "Pending payment" %}<a href="{% url "home" %}">{{ order }}</a>{% endif %}',
        "<{{ heading|default:'h2' }} class='title'>{{ title }}</{{ heading|default:'h2' }}>",
        "{# Inputs: title. #}<style>p { color: red }</style>",
    ],
)
def test_what_is_translated_is_not_found(source):
    assert untranslated(source) == []


# --- In another language -------------------------------------------------------------------------------------------


def root_of(html: str):
    return html5lib.parse(html, namespaceHTMLElements=False)


def test_pages_stand_in_a_language_from_right_to_left(demo_shop, arabic, client):
    product = make_product()
    client.post(reverse("basket:add", args=[product.pk]), {"quantity": 2})
    pages = ["/", "/blog/", "/blog/understanding-pockmarks/", product.get_absolute_url(), "/basket/", "/checkout/"]
    answers = {path: client.get(path) for path in pages}
    roots = {path: root_of(answer.content.decode()) for path, answer in answers.items() if answer.status_code == 200}
    assert {path: (root.get("lang"), root.get("dir")) for path, root in roots.items()} == dict.fromkeys(
        pages, ("ar", "rtl")
    )


@pytest.mark.parametrize("name", ["400", "403_csrf", "429", "500", "503"])
def test_error_pages_speak_the_language_without_a_request(arabic, name):
    root = root_of(render_to_string(f"{name}.html"))
    assert root.get("dir") == "rtl"
    assert root.find(".//h1").text.endswith("كلام⟧")


def test_dates_are_written_as_the_language_writes_them(demo_shop, arabic, client):
    day = root_of(client.get("/blog/understanding-pockmarks/").content.decode()).find(".//time")
    assert "،" in day.text  # the Arabic comma
    assert day.get("datetime").isascii()


def test_dates_are_written_out_in_english(demo_shop, client):
    shown = root_of(client.get("/blog/understanding-pockmarks/").content.decode()).find(".//time")
    day = date.fromisoformat(shown.get("datetime"))
    assert shown.text == f"{day:%B} {day.day}, {day.year}"
