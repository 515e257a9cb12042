"""Whatever a title holds, what machines read stays whole: the feeds are XML, the structured data is JSON."""

import json
import re
from xml.etree import ElementTree

import pytest
from django.core.management import call_command
from django.urls import reverse
from oscar.core.loading import get_model

from blog.models import Author, Post, RichText, Topic

Product = get_model("catalogue", "Product")

pytestmark = pytest.mark.django_db

HOSTILE = {
    "script": "</script><script>alert(1)</script>",
    "comment": "<!-- <script> -->",
    "CDATA": "]]> <![CDATA[ x",
    "entity": "&amp; &lt; & &nbsp; &#0; <!ENTITY a SYSTEM 'file:///etc/passwd'>",
    "quotes": '"\'` \\ \\u003c \\"',
    "control signs": "A\x01\x08\x0b\x0c\x1f\ufffe\uffffB",
    "line separators": "A\u2028B\u2029C",
    "line breaks": "A\r\nB\tC",
    "reversed": "\u202eAB\u202c \ufeff",
    "another plane": "🧴 𝒮 é 漢",
}
SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture(params=HOSTILE.values(), ids=HOSTILE)
def hostile(request, demo_shop) -> str:
    """All that has a title has this one, past every form."""
    title = request.param
    Product.objects.update(title=title, description=f"<p>{title}</p>")
    Post.objects.update(title=title, summary=title)
    for model, field in ((Topic, "title"), (Author, "name")):
        for record in model.objects.all():
            model.objects.filter(pk=record.pk).update(**{field: f"{record.pk}{title}"[:60]})
    RichText.objects.update(text=f"<p>{title}</p>")
    get_model("catalogue", "Category").objects.update(name=title, description=title)
    call_command("rebuild_search", verbosity=0)
    return title


def test_what_machines_read_stays_whole(client, hostile):
    for path in (
        reverse("blog:feed"),
        reverse("google-feed"),
        "/sitemap.xml",
        "/sitemap-products.xml",
        "/sitemap-guides.xml",
    ):
        answer = client.get(path)
        ElementTree.fromstring(b"".join(answer) if answer.streaming else answer.content)  # noqa: S314  (our own)
    pages = [Post.objects.first(), Product.objects.filter(structure="standalone").first(), Author.objects.first()]
    for page in [record.get_absolute_url() for record in pages] + ["/", "/catalogue/", "/blog/", "/search/?q=serum"]:
        html = client.get(page).content.decode()
        for script in SCRIPT.findall(html):
            assert json.loads(script)
            assert not re.search(r"[<>&\u2028\u2029]", script), page
        assert "<script>alert" not in html
