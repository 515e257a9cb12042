"""HTML that staff write holds nothing but text, in the database and on every page, whatever somebody put in."""

import re
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.flatpages.models import FlatPage
from django.contrib.sites.models import Site
from django.urls import reverse
from oscar.core.loading import get_model

from blog.models import Question, RichText
from blog.prose import ARTICLE
from shop import prose
from shop.promises.models import Promise
from tests.blog.factories import add, make_post
from tests.factories import make_product

Benefit = get_model("offer", "Benefit")
Category = get_model("catalogue", "Category")
Condition = get_model("offer", "Condition")
ConditionalOffer = get_model("offer", "ConditionalOffer")
Notification = get_model("communication", "Notification")
Product = get_model("catalogue", "Product")
Range = get_model("offer", "Range")
User = get_user_model()

ROOT = Path(__file__).resolve().parents[2]

EVIL = {
    "script": "<script>alert(1)</script>",
    "handler": '<p onclick="alert(1)">A</p>',
    "picture": '<img src=x onerror="alert(1)">',
    "javascript": '<a href="javascript:alert(1)">A</a>',
    "hidden javascript": '<a href="java\tscript:alert(1)">A</a>',
    "data": '<a href="data:text/html,<script>alert(1)</script>">A</a>',
    "frame": '<iframe src="https://evil.example/"></iframe>',
    "form": '<form action="https://evil.example/"><input name="password"><button>Go</button></form>',
    "style": '<style>*{display:none}</style><p style="position:fixed">A</p>',
    "base": '<base href="https://evil.example/">',
    "refresh": '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
    "drawing": "<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg>",
    "mathematics": "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext>",
    "object": '<object data="https://evil.example/a.swf"></object><embed src="https://evil.example/">',
    "pixel": '<img src="https://evil.example/pixel.gif">',
    "pixel without scheme": '<img src="//evil.example/pixel.gif">',
    "pixel with a backslash": '<img src="/\\evil.example/pixel.gif">',
    "id": '<p id="main" class="button" name="q">A</p>',
    "comment": "<!--><script>alert(1)</script>-->",
    "broken": '<p title="<script>alert(1)</script>',
}
DANGER = re.compile(
    r"""<(script|iframe|form|input|button|style|base|meta|svg|math|object|embed)|<[^>]*(\son\w+=|\sid=|\sstyle=|\sname=)"""
    r"""|javascript:|data:|(src)="[^"]*evil""",
    re.IGNORECASE,
)
GOOD = [
    '<h2>Care</h2><p>With <strong>much</strong> <em>water</em>,<br>twice a day.</p>',
    '<ul><li>One</li></ul><ol start="3"><li>Three</li></ol><ol class="takeaways"><li>Four</li></ol>',
    '<table><thead><tr><th scope="col">A</th></tr></thead><tbody><tr><td colspan="2">B</td></tr></tbody></table>',
    '<p><a href="https://example.com/?a=1&amp;b=2" rel="noopener noreferrer">There</a></p>',
    '<p><a href="/returns/">Here</a> <a href="#source-1" rel="noopener noreferrer">1</a></p>',
    '<img src="/media/a.jpg" alt="A bottle" width="10" height="10">',
    "<p>5 &lt; 6 &amp; “so on”</p>",
]  # fmt: skip


@pytest.mark.parametrize("html", EVIL.values(), ids=EVIL)
def test_nothing_dangerous_is_left(html):
    assert not DANGER.search(prose.clean(html)), prose.clean(html)


@pytest.mark.parametrize("html", GOOD, ids=lambda html: html[:20])
def test_what_editors_write_stays(html):
    assert prose.clean(html) == html


@pytest.mark.parametrize("html", [*GOOD, *EVIL.values()], ids=lambda html: html[:20])
def test_cleaning_twice_changes_nothing(html):
    assert prose.clean(prose.clean(html)) == prose.clean(html)


@pytest.mark.parametrize("html", [*GOOD, *EVIL.values()], ids=lambda html: html[:20])
def test_what_a_guide_may_hold_is_a_part_of_what_any_text_may(html):
    kept = RichText._meta.get_field("text").sanitize(html)
    assert prose.clean(kept) == kept
    assert ARTICLE.keys() == RichText._meta.get_field("text").config["extensions"].keys()


# On save

ALL = "".join(html for name, html in EVIL.items() if name != "broken") + "<p>Fine.</p>"


@pytest.fixture
def written(db):
    """One record of each model whose fields hold HTML, by the label of the model; with none of it cleaned yet."""
    everything = Range.objects.create(name="Everything", slug="everything", includes_all_products=True, is_public=True)
    page = FlatPage.objects.create(url="/sample-page/", title="A page")
    page.sites.add(Site.objects.get_current())
    return {
        "catalogue.Category": Category.add_root(name="Care", slug="care"),
        "catalogue.Product": make_product(title="Plain Soap"),
        "communication.Notification": Notification.objects.create(
            recipient=User.objects.create_user("alex", "alex@example.com", "plain-care"), subject="It is back"
        ),
        "flatpages.FlatPage": page,
        "offer.ConditionalOffer": ConditionalOffer.objects.create(
            name="Ten off",
            offer_type=ConditionalOffer.SITE,
            condition=Condition.objects.create(range=everything, type=Condition.COUNT, value=1),
            benefit=Benefit.objects.create(range=everything, type=Benefit.PERCENTAGE, value=10),
        ),
        "offer.Range": everything,
    }


FIELDS = [(label, field) for label, fields in prose.WRITTEN.items() for field in fields]


@pytest.mark.parametrize(("label", "field"), FIELDS)
def test_field_is_cleaned_whoever_saves_it(written, label, field):
    record = written[label]
    setattr(record, field, ALL)
    record.save()
    record.refresh_from_db()
    assert not DANGER.search(getattr(record, field))
    assert "<p>Fine.</p>" in getattr(record, field)


def test_every_field_of_ours_that_an_editor_fills_is_cleaned(promises):
    promise = Promise.objects.first()
    promise.text = ALL
    promise.save()
    guide = make_post()
    blocks = [add(guide, RichText, text=ALL), add(guide, Question, question="Why?", answer=ALL)]
    texts = [promise.text, blocks[0].text, blocks[1].answer]
    assert [text for text in texts if DANGER.search(text) or "Fine." not in text] == []


# On output: what came past every form


def put(record, **fields: str) -> None:
    type(record)._base_manager.filter(pk=record.pk).update(**fields)


PAGES = {
    "product": ("catalogue.Product", "description"),
    "offer": ("offer.ConditionalOffer", "description"),
    "offers": ("offer.ConditionalOffer", "description"),
    "range": ("offer.Range", "description"),
    "flat page": ("flatpages.FlatPage", "content"),
    "notification": ("communication.Notification", "body"),
    "category": ("catalogue.Category", "description"),
}


@pytest.mark.parametrize("page", PAGES)
def test_page_cleans_what_the_database_holds(client, written, page):
    label, field = PAGES[page]
    record = written[label]
    put(record, **{field: ALL + EVIL["script"].replace("1", "'planted'")})
    if page == "notification":
        client.force_login(record.recipient)
        path = f"/accounts/notifications/{record.pk}/"
    else:
        path = "/offers/" if page == "offers" else record.get_absolute_url()
    html = client.get(path).content.decode()
    assert "Fine." in html
    assert "<script>alert" not in html
    assert "onerror=" not in html
    assert 'href="javascript' not in html


def test_guide_and_feed_clean_what_the_database_holds(client, db):
    guide = make_post()
    put(add(guide, RichText, text="<p>A</p>"), text=ALL)
    put(add(guide, Question, question="Why?", answer="<p>A</p>"), answer=ALL)
    for path in (guide.get_absolute_url(), reverse("blog:feed")):
        html = client.get(path).content.decode()
        assert "Fine." in html
        assert not re.search(r"(<|&lt;)script&?.{0,5}alert", html), path
        assert "onerror=" not in html


def test_promise_cleans_what_the_database_holds(client, promises):
    promise = Promise.objects.in_force().first()
    put(promise, text=ALL)
    html = client.get(promise.get_absolute_url()).content.decode()
    assert "Fine." in html
    assert "<script>alert" not in html


def test_name_of_a_range_is_no_markup_where_the_dashboard_describes_an_offer(written):
    put(written["offer.Range"], name="<img src=x onerror=alert(1)>")
    offer = ConditionalOffer.objects.get()
    for part in (offer.benefit, offer.condition):
        assert "&lt;img src=x onerror=alert(1)&gt;" in part.description
        assert "<img" not in part.description + part.proxy().description


# In the code: who may switch escaping off

UNESCAPED = re.compile(r"\|safe\b|\|safeseq\b|autoescape off|mark_safe\(|SafeString\(")
ALLOWED = {
    "templates/components/field.html": "help texts stand in the code of forms",
    "shop/prose.py": "what cleans",
    "blog/prose.py": "cleaned there, and what is added is escaped or fixed",
    "shop/communication/templatetags/letters.py": "the output of a template, which escaped it",
    "shop/form_inputs.py": "each piece is escaped there",
    "shop/identity/templatetags/identity.py": "the output of a template, with its quotes escaped",
    "shop/shared_pages/templatetags/shared_pages.py": "a constant around the output of a template",
    "shop/structured_data/graph.py": "JSON whose signs of markup are escaped there",
}
PLAIN_TEXT = ("_subject.html", ".txt")
"""What is sent as plain text, where an entity would be read as it stands."""


def test_nothing_else_switches_escaping_off():
    files = [
        file
        for folder in ("shop", "blog", "templates")
        for file in (ROOT / folder).rglob("*")
        if file.suffix in (".py", ".html", ".txt", ".xml", ".js")
        and not file.name.endswith(PLAIN_TEXT)
        and "migrations" not in file.parts
    ]
    found = {str(file.relative_to(ROOT)) for file in files if UNESCAPED.search(file.read_text())}
    assert found == ALLOWED.keys()
